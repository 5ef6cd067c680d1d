"""Fuzz the readers of joblib files and agents' files with atheris, beginning with hostile files; what is found is kept.

pip install atheris hypothesis lz4, then from the checkout, with options of libFuzzer:

    python -m scripts.fuzz FOLDER -max_total_time=600
"""

import io
import os
import sys
import tempfile

import atheris

# Before anything else imports them.
with atheris.instrument_imports(
    include=["understanding_rl_vision.agent_files", "understanding_rl_vision.rl_util", "pickle"]
):
    from understanding_rl_vision.agent_files import read_agent_file
    from understanding_rl_vision.rl_util.pickles import load_joblib, load_with_placeholders

from tests.helpers.hostile_agent_files import hostile_agent_files  # noqa: E402
from tests.helpers.hostile_files import joblib_files  # noqa: E402
from understanding_rl_vision.errors import InputError  # noqa: E402


def read(content):
    for reader in (load_joblib, load_with_placeholders):
        try:
            reader(io.BytesIO(content))
        except InputError:
            pass
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            read_agent_file(file.name)
        except InputError:
            pass


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for number, content in enumerate([*joblib_files().values(), *hostile_agent_files().values()]):
        if len(content) < 1 << 16:
            with open(os.path.join(folder, "corpus-{}".format(number)), "wb") as file:
                file.write(content)
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1])
