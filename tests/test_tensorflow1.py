import subprocess
import sys

from understanding_rl_vision.tensorflow1 import tf

# What takes long to import, and is not needed; and that Keras is there for whoever wants it.
PROGRAM = """
import os, sys
import understanding_rl_vision.rl_clarity
print([name for name in ("keras", "scipy.stats", "matplotlib") if name in sys.modules])
print("TF_USE_LEGACY_KERAS" in os.environ)
from tensorflow.keras import layers
print(layers.Dense.__module__.split(".")[0])
"""


def test_nothing_slow_is_imported_in_vain_and_keras_works_afterwards():
    run = subprocess.run([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, check=True)
    loaded, told, keras = run.stdout.splitlines()
    assert (loaded, told) == ("[]", "False")
    # TensorFlow 1.14 has its own.
    assert keras == ("tensorflow" if tf.__version__.startswith("1.") else "keras")
