#!/bin/sh
# Puts what a lock file names into .venv, creating .venv where there is none, and Candlewick itself in
# development mode. Called by the Makefile with the name of the lock; quiet unless something goes wrong.
set -eu
cd "$(dirname "$0")/.."
lock=$1
here=.venv/bin/python

is_new_enough() {
    # Running it is the only proof: a version switcher's stand-in exists on PATH for versions that are not there.
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" && echo "$PYTHON" && return
        echo "PYTHON=$PYTHON is not a Python 3.11 or newer." >&2
        return 1
    fi
    for name in python3.11 python3.12 python3.13 python3.14 python3 python; do
        if is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    echo "Candlewick needs Python 3.11 or newer, and none was found: install one (on Debian:" \
        "apt-get install python3 python3-venv) or name it: make run PYTHON=/path/to/python3." >&2
    return 1
}

make_venv() {
    python=$("$1" -c 'import sys; print(sys.executable)') # pip --python wants a path
    echo "Creating .venv with $("$python" --version)"
    # Debian keeps ensurepip in a package of its own, so `python3 -m venv` may be there and yet fail.
    if "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        "$python" -m venv --clear .venv
        return
    fi
    package="$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing the Debian package $package"
        if install_package "$package" && "$python" -m venv --clear .venv; then
            return
        fi
    fi
    if "$python" -c 'import venv' >/dev/null 2>&1 && "$python" -m pip --python "$python" list >/dev/null 2>&1; then
        "$python" -m venv --clear --without-pip .venv
        "$python" -m pip --python "$here" install --quiet --disable-pip-version-check --retries 10 pip
        return
    fi
    rm -rf .venv
    echo "Python's venv is incomplete here. Run this line, then try again:" >&2
    echo "  sudo apt-get install $package" >&2
    return 1
}

install_package() {
    log=$(mktemp)
    if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1"; } \
        </dev/null >"$log" 2>&1; then
        rm -f "$log"
        return
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
    return 1
}

pip_install() {
    # pip retries a refused connection by itself but not a download that breaks off half-way.
    attempt=1
    until "$here" -m pip --disable-pip-version-check --no-input --retries 10 install --quiet --quiet "$@"; do
        [ "$attempt" -lt 3 ] || {
            echo "The packages of $lock could not be installed; the lines above say why." >&2
            return 1
        }
        attempt=$((attempt + 1))
        echo "Trying again ($attempt of 3)"
        sleep 3
    done
}

# A .venv that was moved, or whose Python is gone, cannot be mended: it is made anew.
if ! is_new_enough "$here" || ! "$here" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    make_venv "$python"
fi

echo "Installing $(grep -c '^[a-z0-9].*==' "$lock") packages from $lock into .venv"
pip_install --require-hashes --requirement "$lock"
pip_install --no-deps --no-build-isolation --editable .
