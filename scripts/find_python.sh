#!/usr/bin/env bash
# Print a Python that can make a virtual environment and that one of the two stacks supports.
# Usage: find_python.sh [VERSION...], in order of preference, for instance: find_python.sh 3.12 3.11
# Without arguments: 3.7 if there is one, else python3, else the newest supported version.
set -eu

supported='import ensurepip, sys, venv; sys.exit(sys.version_info[:2] not in [(3, n) for n in (7, 9, 10, 11, 12, 13)])'
wanted=("${@:-}")
[ $# -gt 0 ] || wanted=(3.7 3 3.12 3.11 3.10 3.9 3.13)

for version in "${wanted[@]}"; do
    for python in "python$version" "$HOME/.pyenv/versions/$version".*/bin/python3; do
        # A pyenv shim exists for every version but starts only the chosen one: try, do not just look.
        if "$python" -c "$supported" >/dev/null 2>&1; then
            command -v "$python"
            exit
        fi
    done
done

echo "No usable Python found (wanted: ${wanted[*]}). Install Python 3.7, or 3.9 to 3.13, with its venv module" \
    "(on Debian: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3." >&2
exit 1
