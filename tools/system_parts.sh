#!/bin/sh
# Looks for the parts of the system that pip cannot bring: what Qt needs for "offscreen" (drawing without a display) or
# "window" (a real window too), and for "tests" a display and a database server of the tests' own as well. As root on
# Debian or Ubuntu it installs what is missing; otherwise it prints the one line to run. It never fails: the program
# says it again, and tests are skipped.
set -u

offscreen="libGL.so.1=libgl1 libEGL.so.1=libegl1 libxkbcommon.so.0=libxkbcommon0 libfontconfig.so.1=libfontconfig1
    libglib-2.0.so.0=libglib2.0-0 libdbus-1.so.3=libdbus-1-3"
window="libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4 libxcb-keysyms.so.1=libxcb-keysyms1
    libxcb-shape.so.0=libxcb-shape0 libxkbcommon-x11.so.0=libxkbcommon-x11-0"
# The tests start a PostgreSQL server of their own; whether the package's own one runs does not matter.
programs="Xvfb=xvfb openbox=openbox xdotool=xdotool initdb=postgresql"

case "${1:-}" in
    offscreen) libraries=$offscreen wanted_programs= ;;
    window) libraries="$offscreen $window" wanted_programs= ;;
    tests) libraries="$offscreen $window" wanted_programs=$programs ;;
    *) echo "usage: system_parts.sh offscreen|window|tests" >&2 && exit 2 ;;
esac

# On other systems Qt brings everything, and where ldconfig is missing there is nothing to ask.
[ "$(uname -s)" = Linux ] || exit 0
PATH=$PATH:/usr/sbin:/sbin
command -v ldconfig >/dev/null 2>&1 || exit 0

# Libraries are looked for by file, not by package: Ubuntu's packages have other names (libglib2.0-0t64).
present=$(ldconfig -p)
missing=
for part in $libraries; do
    case "$present" in
        *"${part%%=*} "*) ;;
        *) missing="$missing ${part#*=}" ;;
    esac
done
for part in $wanted_programs; do
    for place in /usr/lib/postgresql/*/bin; do # off the path on Debian
        [ -x "$place/${part%%=*}" ] && continue 2
    done
    command -v "${part%%=*}" >/dev/null 2>&1 || missing="$missing ${part#*=}"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Debian packages:$missing"
    log=$(mktemp)
    # The names are words without spaces, so that splitting them here is what is wanted.
    # shellcheck disable=SC2086
    if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } \
        </dev/null >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
echo "Parts of the system are missing. On Debian or Ubuntu this line brings them:" >&2
echo "  sudo apt-get install --no-install-recommends$missing" >&2
exit 0
