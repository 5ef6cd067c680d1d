#!/usr/bin/env bash
# Install the wheel and the sdist of dist/ in empty environments, and make pages there, away from the checkout.
# Usage: check_wheel.sh [VERSION...]; default: every supported Python that the machine has.
#        check_wheel.sh --over ENVIRONMENT: quickly, with the packages that are in that environment in place of new ones.
set -euo pipefail
cd "$(dirname "$0")/.."
checkout=$PWD
wheel=$(echo "$checkout"/dist/*.whl)
sdist=$(echo "$checkout"/dist/*.tar.gz)

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
export UNDERSTANDING_RL_VISION_CACHE=$room/cache
# Of the Pythons that the machine has.
export UV_PYTHON_DOWNLOADS=never

install() {
    local constraints=$checkout/constraints/modern.txt
    [ "$version" != 3.7 ] || constraints=$checkout/constraints/py37.txt
    if command -v uv >/dev/null; then
        uv pip install --quiet --python "$environment/bin/python" --constraint "$constraints" "$@"
    else
        PIP_CONSTRAINT=$constraints "$environment/bin/python" -m pip install --quiet "$@"
    fi
}

empty_environment() {
    if command -v uv >/dev/null; then
        uv venv --quiet --python "$1" "$environment"
    else
        "$1" -m venv "$environment"
    fi
}

page() {
    "$environment/bin/rl-clarity" run example:coinrun page --nmf-features 2 \
        --layer-kwargs '{"name_contains_one_of": ["2b"]}' --trajectories-kwargs '{"num_envs": 1, "num_steps": 8}' \
        --observations-kwargs '{"num_envs": 4, "num_obs": 4, "obs_every": 4}' "$@" >log 2>&1 || { cat log; return 1; }
    test -s page/interface.html
    rm -r page
}

# An environment without pip that sees the packages of another one, but for this one where it is installed to be edited.
environment_over() {
    "$1" -m venv --without-pip "$environment"
    "$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
        >"$("$environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/over.pth"
}

install_over() {
    "$over/bin/python" -m pip --python "$environment/bin/python" --disable-pip-version-check install --quiet --no-deps \
        --no-build-isolation --force-reinstall "$1"
}

check() {
    "$environment/bin/python" -m understanding_rl_vision.run --help >/dev/null
    "$environment/bin/rl-clarity" run --help >/dev/null
}

pages() {
    page
    page --load-kwargs '{"resample": false}'
}

if [ "${1:-}" = --over ]; then
    over=$(cd "$2" && pwd)
    environment=$room/over
    began=$SECONDS
    environment_over "$over/bin/python"
    cd "$room"
    install_over "$sdist"
    check
    install_over "$wheel"
    check
    pages
    echo "$("$over/bin/python" -V) of $2: sdist and wheel installed, pages made from the game and from files, in $((SECONDS - began)) s"
    exit
fi

tried=0
for version in ${*:-3.7 3.9 3.10 3.11 3.12 3.13}; do
    if ! python=$("$checkout/scripts/find_python.sh" "$version" 2>/dev/null); then
        echo "Python $version: not on this machine"
        continue
    fi
    environment=$room/$version
    began=$SECONDS
    empty_environment "$python"
    cd "$room"
    install "$wheel[procgen]"
    check
    pages
    install --no-deps --force-reinstall "$sdist"
    check
    cd "$checkout"
    rm -r "$environment" "$room/cache"
    echo "Python $version: wheel and sdist installed, pages made from the game and from files, in $((SECONDS - began)) s"
    tried=$((tried + 1))
done
[ "$tried" -gt 0 ]
