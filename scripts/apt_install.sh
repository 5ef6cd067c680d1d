#!/usr/bin/env bash
# Install the Debian packages of commands that are missing, where that is possible: as root, with apt-get.
# Usage: apt_install.sh COMMAND[=PACKAGE] ...
set -eu

missing=()
for wanted; do
    command -v "${wanted%%=*}" >/dev/null || missing+=("${wanted#*=}")
done
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi
