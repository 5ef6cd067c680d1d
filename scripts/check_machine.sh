#!/usr/bin/env bash
# Say all at once what the demo, or the tests too, need and the machine lacks, with the command that installs it.
# Usage: check_machine.sh demo|test PYTHON, of the environment, which need not be there yet.
set -eu
cd "$(dirname "$0")/.."

chromium=${CHROMIUM:-chromium}
[ "$1" = demo ] || scripts/apt_install.sh "$chromium=chromium" firefox-esr >/dev/null

missing=() packages=()
lacks() {
    missing+=("$1")
    packages+=("${@:2}")
}

if [ -x "$2" ]; then
    python=$2
else
    python=${PYTHON:-$(scripts/find_python.sh 2>/dev/null)} || true
fi
if [ -z "$python" ]; then
    # There may be one that is too new, which find_python.sh has said a sentence about.
    why_not=$(scripts/find_python.sh 2>&1 || true)
    case $why_not in understanding_rl_vision*)
        echo "$why_not" >&2
        exit 1
        ;;
    esac
    lacks "Python 3.7, or 3.9 to 3.13, with its venv module" python3 python3-venv
elif [ "$1" = test ] && "$python" -c 'import sys; sys.exit(sys.version_info >= (3, 8))' && ! command -v cc >/dev/null; then
    lacks "a C compiler, since mpi4py has to be built for Python 3.7" gcc libc6-dev
fi
[ "$1" = demo ] || command -v "$chromium" >/dev/null || lacks "Chromium, or make test CHROMIUM=/path/to/chromium" chromium

# Of what Procgen's wheels have not inside.
if libraries=$(/sbin/ldconfig -p 2>/dev/null); then
    [[ $libraries == *libGL.so.1* ]] || lacks "OpenGL's library (Procgen)" libgl1
    [[ $libraries == *libgthread-2.0.so.0* ]] || lacks "GLib's (Procgen)" libglib2.0-0
fi

if [ ${#missing[@]} -gt 0 ]; then
    printf 'Missing:'
    printf ' %s;' "${missing[@]}"
    printf ' on Debian, as root: apt-get install %s\n' "${packages[*]}"
    exit 1
fi >&2
