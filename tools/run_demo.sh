#!/bin/sh
# `make run`: writes the demo universe once, then opens the window with the demo scan done. Without a display the
# same scan goes into out/: the matches as CSV and a picture of the window.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python

if [ ! -d demo ]; then
    echo "Writing the demo universe (500 synthetic symbols, 10 years) into demo/"
    rm -rf demo.partial
    "$python" -m engine demo demo.partial >/dev/null
    mv demo.partial demo
fi

if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    sh tools/system_parts.sh offscreen
    echo "There is no display here, so the demo scan goes into out/"
    QT_QPA_PLATFORM=offscreen exec "$python" -m gui --data "$PWD/demo" --demo --headless out
fi
sh tools/system_parts.sh window
exec "$python" -m gui --data "$PWD/demo" --demo
