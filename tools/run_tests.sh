#!/bin/sh
# `make test`: every test with coverage. Arguments go to pytest in place of the whole suite
# (make test TESTS="tests/market -k clean"); a part of the suite is not held to the coverage limit.
set -eu
cd "$(dirname "$0")/.."

sh tools/system_parts.sh tests
export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
# Vendor data is not in the repository; where a checkout has it beside it, the tests that need it run too.
if [ -z "${CANDLEWICK_REAL_DATA:-}" ] && [ -d ../shared/data ]; then
    CANDLEWICK_REAL_DATA=$(cd ../shared/data && pwd)
    export CANDLEWICK_REAL_DATA
fi
# The tests start hundreds of processes: where Python may not keep what it compiles, each would compile it all again.
.venv/bin/python -m compileall -q engine gui
if [ "$#" -gt 0 ]; then
    exec .venv/bin/python -m pytest "$@"
fi
rm -f .coverage .coverage.*
# Each of the two takes half of the tests in one piece, so that what a module sets up is set up once.
exec .venv/bin/python -m pytest --quiet -n 2 --dist worksteal --hypothesis-profile=same \
    --cov --cov-report=term:skip-covered
