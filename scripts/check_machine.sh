#!/usr/bin/env bash
# Say all at once what `make test` needs and the machine lacks, with the command that installs it.
# Usage: check_machine.sh PYTHON, of the environment, which need not be there yet.
set -eu
cd "$(dirname "$0")/.."

chromium=${CHROMIUM:-chromium}
scripts/apt_install.sh "$chromium=chromium" firefox-esr >/dev/null

missing=() packages=()
lacks() {
    missing+=("$1")
    packages+=("${@:2}")
}

if [ -x "$1" ]; then
    python=$1
else
    python=${PYTHON:-$(scripts/find_python.sh 2>/dev/null)} || true
fi
if [ -z "$python" ]; then
    lacks "Python 3.7, or 3.9 to 3.13, with its venv module" python3 python3-venv
elif "$python" -c 'import sys; sys.exit(sys.version_info >= (3, 8))' && ! command -v cc >/dev/null; then
    lacks "a C compiler, since mpi4py has to be built for Python 3.7" gcc libc6-dev
fi
command -v "$chromium" >/dev/null || lacks "Chromium, or make test CHROMIUM=/path/to/chromium" chromium

if [ ${#missing[@]} -gt 0 ]; then
    printf 'The tests need'
    printf ' %s;' "${missing[@]}"
    printf ' on Debian, as root: apt-get install %s\n' "${packages[*]}"
    exit 1
fi >&2
