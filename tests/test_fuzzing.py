"""Whatever bytes a reader gets, it reads them or refuses them with InputError: hypothesis looks for others.

The examples are the same in every run; FUZZING=100 makes a hundred times as many.
"""

import io
import json
import os

import hypothesis
import joblib
import numpy as np
import pytest
from hypothesis import strategies as st

from tests.helpers.agent_files import (
    conv2d,
    onnx_model,
    onnx_node,
    packed,
    sb3_zip,
    tensor,
    torch_legacy,
    torch_zip,
)
from tests.helpers.hostile_checkpoints import ARGS, PARAMS, joblib_bytes
from tests.helpers.hostile_files import SETTINGS
from tests.helpers.hostile_pickles import HOSTILE, REFUSED
from tests.helpers.interfaces import tiny_data
from understanding_rl_vision.agent_files import read_agent_file
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.games import played_options
from understanding_rl_vision.errors import SHOWN, InputError, quoted
from understanding_rl_vision.evaluate.records import read_played
from understanding_rl_vision.evaluate.settings import prepare
from understanding_rl_vision.rl_util import FrozenModel
from understanding_rl_vision.rl_util.model import get_shape
from understanding_rl_vision.rl_util.pickles import load_joblib, load_with_placeholders
from understanding_rl_vision.run.directions import read_directions, read_names
from understanding_rl_vision.run.labels import read_annotations, read_feature_labels
from understanding_rl_vision.run.measurement import read_proposed_names
from understanding_rl_vision.train.logs import read_progress


def examples(count):
    return hypothesis.settings(
        derandomize=True,
        max_examples=count * int(os.environ.get("FUZZING", 1)),
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )


def read_or_refuse(read, *args):
    try:
        read(*args)
    except InputError:
        pass


def changed(contents):
    """Strategy: one of some contents with a few bytes changed, put in, or left out."""
    change = st.tuples(st.floats(0, 1), st.integers(0, 8), st.binary(max_size=8))

    def apply(content, changes):
        for place, length, inserted in changes:
            at = int(place * len(content))
            content = content[:at] + inserted + content[at + length :]
        return content

    return st.builds(apply, st.sampled_from(contents), st.lists(change, min_size=1, max_size=4))


VALUE = {
    "params": PARAMS,
    "args": dict(ARGS, more=[1, 2.5, (None, "x"), {3}]),
    "f": np.zeros(2, [("x", ">f4"), ("y", "S3")]),
}
FILES = [joblib_bytes(VALUE, protocol=protocol) for protocol in (2, 3, 4)]
FILES += [joblib_bytes(VALUE, compress=compress) for compress in ("zlib", "gzip", "bz2", "xz")]
SMALL_OPCODES = [opcodes for opcodes in HOSTILE.values()]
SMALL_OPCODES += [opcodes for opcodes, _ in REFUSED.values() if len(opcodes) < 500]
SINGLE = [
    bytes([opcode]) for opcode in b"(.0123NRabcdegjlostu)]}\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98"
]
SINGLE += [
    b"K\x01",
    b"U\x01x",
    b"h\x00",
    b"q\x00",
    b"cnumpy\nndarray\n",
    b"cnumpy\ndtype\n",
    b"ccollections\nOrderedDict\n",
]
OPCODES = st.lists(st.sampled_from(SMALL_OPCODES + 4 * SINGLE), max_size=12).map(
    lambda parts: b"\x80\x04" + b"".join(parts) + b"."
)


@examples(400)
@hypothesis.given(st.one_of(changed(FILES), OPCODES, st.binary(max_size=60)))
def test_joblib_files(content):
    for read in (load_joblib, load_with_placeholders):
        read_or_refuse(read, io.BytesIO(content))


WEIGHTS = {"a.weight": tensor(np.ones((2, 1, 2, 2), np.float32)), "a.bias": tensor(np.ones(2))}
AGENT_FILES = [write(WEIGHTS) for write in (torch_zip, torch_legacy, sb3_zip)]
AGENT_FILES += [torch_legacy([conv2d(np.ones((2, 1, 2, 2), np.float32), np.ones(2), 1, 0), None])]
AGENT_FILES += [b"\x36\0\0\0\0\0\0\0" + b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}' + bytes(8)]
AGENT_FILES += [packed({"0": {"env_id": "Pong"}, "1": {"params": {"kernel": np.ones((2, 3))}}})]
AGENT_FILES += [
    onnx_model(
        [onnx_node("Conv", ["image", "w"], "c"), onnx_node("Flatten", ["c"], "f"), onnx_node("Gemm", ["f", "v"], "y")],
        {"w": np.ones((1, 3, 8, 8), np.float32), "v": np.ones((1, 2), np.float32)},
        ["y"],
    )
]


@examples(400)
@hypothesis.given(content=changed(AGENT_FILES) | OPCODES.map(lambda content: torch_zip({}, **{"data.pkl": content})))
def test_agent_files(tmp_path_factory, content):
    path = str(tmp_path_factory.getbasetemp() / "fuzzed-agent")
    with open(path, "wb") as file:
        file.write(content)
    read_or_refuse(read_agent_file, path)


def test_agent_files_are_read_as_they_are(tmp_path):
    path = tmp_path / "agent"
    kinds = []
    for content in AGENT_FILES:
        path.write_bytes(content)
        kinds.append(read_agent_file(str(path)).format)
    assert kinds == ["torch zip", "torch legacy", "sb3", "torch legacy", "safetensors", "flax msgpack", "onnx"]


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
ARRAYS = st.sampled_from([np.zeros(2), np.zeros(()), np.float32(1), np.array(["a"]), 1j, b"x", (1,), {1}])
VALUES = st.recursive(
    LEAVES | ARRAYS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)
KEYS = st.sampled_from(
    "env_name env_kind env_id cnn stack_channels emb_size gamma lambda pooling use_lstm num_levels start_level "
    "num_threads distribution_mode use_backgrounds resource_root frame_stack reward_scale epsilon_greedy "
    "use_sticky_actions image_noise noise_size x".split()
)


@examples(150)
@hypothesis.given(
    args=st.dictionaries(KEYS, VALUES | st.sampled_from(["coinrun", "procgen", "atari", "pong", "easy", "impala"]))
)
def test_args(tmp_path_factory, args):
    path = str(tmp_path_factory.getbasetemp() / "fuzzed.jd")
    joblib.dump({"params": PARAMS, "args": dict(ARGS, **args)}, path)
    read_or_refuse(lambda: played_options(read_checkpoint(path)))


@pytest.fixture(scope="module")
def model_content():
    return tiny_data()["model_bytes"]


@examples(60)
@hypothesis.given(data=st.data())
def test_models(model_content, data):
    content = data.draw(changed([model_content]))
    read_or_refuse(lambda: get_shape(FrozenModel.from_bytes(content), "logits"))


JSON_VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["2b", "0", "node", "directions", "names", "text", "frame", "layer"]), inner, max_size=4
        )
    ),
)
NOTES = st.lists(
    st.dictionaries(st.sampled_from(["trajectory", "frame", "text", "layer"]), LEAVES, max_size=4), max_size=2
)
LABELS = st.dictionaries(
    st.just("2b"), st.dictionaries(st.sampled_from(["0", "7", "8", "²", "-1"]), LEAVES, max_size=2)
)
TEXTS = st.one_of(JSON_VALUES, NOTES, LABELS).map(json.dumps) | st.text(max_size=40) | st.sampled_from(["[" * 10**4])


@examples(200)
@hypothesis.given(text=TEXTS)
def test_json_files(tmp_path_factory, text):
    folder = str(tmp_path_factory.getbasetemp())
    for name in ("labels.json", "directions.json", "measurement.json"):
        with open(os.path.join(folder, name), "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(text)
    labels = os.path.join(folder, "labels.json")
    read_or_refuse(read_feature_labels, labels, ["2b"], 8)
    read_or_refuse(read_annotations, labels, ["2b"], [3, 4])
    read_or_refuse(read_directions, folder, "2b")
    read_or_refuse(read_names, folder, "2b")
    read_or_refuse(read_proposed_names, folder, "2b")


SETTINGS_VALUES = st.fixed_dictionaries({"settings": JSON_VALUES | st.fixed_dictionaries({"models": JSON_VALUES})})


@examples(100)
@hypothesis.given(content=SETTINGS_VALUES)
def test_summaries(tmp_path_factory, content):
    folder = str(tmp_path_factory.getbasetemp())
    with open(os.path.join(folder, "summary.json"), "w", encoding="utf-8") as file:
        json.dump(content, file)
    read_or_refuse(prepare, folder, SETTINGS, True)


LINES = [b"0,1,2,True,,3,1.0\n0,2,7,False,lava,40,0\n", b"update,frames,seconds\n1,16,0.5\n2,32,0.9\n"]


@examples(200)
@hypothesis.given(content=changed(LINES) | st.binary(max_size=60))
def test_tables(tmp_path_factory, content):
    folder = str(tmp_path_factory.getbasetemp())
    for name in ("levels.csv", "progress.csv"):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
    read_or_refuse(read_played, folder)
    read_or_refuse(read_progress, os.path.join(folder, "progress.csv"))


@examples(200)
@hypothesis.given(value=VALUES)
def test_what_messages_show(value):
    assert len(quoted([value] * 5)) <= SHOWN and len(quoted(value)) <= SHOWN


def test_states_of_games():
    procgen = pytest.importorskip("procgen")
    from understanding_rl_vision.envs.procgen_state import check_states

    games = procgen.ProcgenGym3Env(num=1, env_name="coinrun")
    states = games.callmethod("get_state")
    games.close()
    check_states(states, states)

    @examples(200)
    @hypothesis.given(content=changed(states))
    def read(content):
        read_or_refuse(check_states, [content], states)

    read()
