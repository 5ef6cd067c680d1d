#!/usr/bin/env bash
# Print a Python that can make a virtual environment and that one of the two stacks supports.
# Usage: find_python.sh [VERSION...], in order of preference, for instance: find_python.sh 3.12 3.11
# Without arguments: 3.7 if there is one, else python3, else the newest supported version. Where none is there and uv is,
# uv gets the first of these versions.
set -eu

pythons=$(dirname "$0")/../understanding_rl_vision/pythons.py
wanted=("${@:-}")
[ $# -gt 0 ] || wanted=(3.7 3 3.12 3.11 3.10 3.9 3.13)

usable() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1 && "$1" "$pythons" >/dev/null 2>&1
}

for version in "${wanted[@]}"; do
    for python in "python$version" "$HOME/.pyenv/versions/$version".*/bin/python3; do
        # A pyenv shim exists for every version but starts only the chosen one: try, do not just look.
        if usable "$python"; then
            command -v "$python"
            exit
        fi
    done
done

if command -v uv >/dev/null; then
    version=${1:-3.12}
    echo "No usable Python here: uv gets Python $version." >&2
    if uv python install --quiet "$version" >&2 && python=$(uv python find --managed-python "$version") && usable "$python"; then
        echo "$python"
        exit
    fi
fi

# What is there may be too new, or too old.
why_not=$(python3 "$pythons" 2>&1 || true)
case $why_not in
understanding_rl_vision*) echo "$why_not" >&2 ;;
*)
    echo "No usable Python found (wanted: ${wanted[*]}). Install Python 3.7, or 3.9 to 3.13, with its venv module" \
        "(on Debian: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3." >&2
    ;;
esac
exit 1
