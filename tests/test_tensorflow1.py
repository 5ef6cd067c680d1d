"""What importing and using the package leaves as it is for everything else in the process."""

import os
import subprocess
import sys

from understanding_rl_vision.tensorflow1 import building, tf

# What takes long to import: before TensorFlow is needed, and with it. And that Keras is there for whoever wants it.
IMPORTING = """
import importlib, pathlib, sys
import understanding_rl_vision.rl_clarity
package = pathlib.Path(understanding_rl_vision.__file__).parent
commands = [path.parent.name for path in package.glob("*/__main__.py")]
for name in commands:
    assert importlib.import_module("understanding_rl_vision.%s.__main__" % name).make_parser().format_help()
print(len(commands) > 10, [name for name in ("tensorflow", "scipy", "matplotlib") if name in sys.modules])
understanding_rl_vision.tensorflow1.tf.__version__
print([name for name in ("keras", "scipy.stats", "matplotlib") if name in sys.modules])
from tensorflow.keras import layers
import tensorflow
print(layers.Dense.__module__.split(".")[0], tensorflow.keras.layers.Dense is layers.Dense)
"""


def run_program(*arguments):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_nothing_slow_is_imported_in_vain_and_keras_works_afterwards():
    for_help, loaded, keras = run_program("-c", IMPORTING)
    assert for_help == "True []"
    assert loaded == "[]"
    # TensorFlow 1.14 has its own.
    assert keras == ("tensorflow True" if tf.__version__.startswith("1.") else "keras True")


def test_tensorflow_and_the_rest_of_the_process_stay_as_they_are(model_bytes, tmp_path):
    (tmp_path / "model.pb").write_bytes(model_bytes)
    said = run_program("-m", "tests.helpers.neighbour", tmp_path / "model.pb", tmp_path / "page")
    assert said == ["imported [] True", "used [] True"]


def test_warnings_are_withheld_only_where_a_graph_is_built(caplog):
    with building() as graph:
        tf.get_logger().warning("of the package")
        tf.get_logger().error("an error")
        variable = tf.get_variable("x", ())
        assert tf.get_default_graph() is graph and not variable.op.type.startswith("VarHandle")
    tf.get_logger().warning("of others")
    assert [record.getMessage() for record in caplog.records if record.name == "tensorflow"] == [
        "an error",
        "of others",
    ]


def test_a_graph_is_gone_on_with():
    with building() as graph:
        tf.constant(1.0, name="one")
    with building(graph) as same:
        assert same is graph and tf.get_default_graph() is graph
