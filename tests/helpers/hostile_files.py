"""Files that a stranger could send, each written for the command that reads it: the corpus of tests/test_strangers.py.

What could run would make the file `ran` in the folder that the tests are in.
"""

import collections
import json
import os
import struct
import zlib

import numpy as np

from tests.helpers.hostile_agent_files import hostile_agent_files
from tests.helpers.hostile_checkpoints import ARGS, PARAMS, args_files, joblib_bytes, nested, params_files
from tests.helpers.hostile_models import model_files
from tests.helpers.hostile_pickles import HOSTILE, REFUSED, pickled
from tests.helpers.interfaces import tiny_data

# kind: which of `reading_files.READERS` it is for. path: of the file, or of the folder that it is in.
Case = collections.namedtuple("Case", "kind name path")

DEEP = 100_000
SETTINGS = {"models": [{"parameters": "a", "env_options": {}}], "seed": 0}


def _deep(opening, closing, inside=""):
    return opening * DEEP + inside + closing * DEEP


def joblib_files():
    files = {"opcode " + name: pickled(opcodes) for name, opcodes in HOSTILE.items()}
    files.update((name, pickled(opcodes)) for name, (opcodes, _) in REFUSED.items())
    plain = joblib_bytes({"params": PARAMS, "args": ARGS, "frames": np.zeros((50, 8, 8, 3))})
    for compress in ("zlib", "gzip", "bz2", "xz"):
        whole = joblib_bytes({"params": PARAMS, "frames": np.zeros((50, 8, 8, 3))}, compress=compress)
        files["half of " + compress] = whole[: len(whole) // 2]
        files["damaged " + compress] = whole[:20] + bytes(20) + whole[40:]
    for at in range(0, len(plain), len(plain) // 12):
        files["flipped at {}".format(at)] = plain[:at] + bytes([plain[at] ^ 0x55]) + plain[at + 1 :]
    files["zlib of 200 MB of nothing"] = zlib.compress(
        b"\x80\x04\x8e" + struct.pack("<Q", 200 << 20) + bytes(200 << 20)
    )
    files["lzma with a dictionary of 4 GB"] = b"\x5d\x00\x00\x00\xff" + b"\xff" * 8 + bytes(100)
    files["empty"] = b""
    files["text"] = b"hello\n" * 100
    files["a page"] = b"<!doctype html>"
    return files


JSON_FILES = {
    "deep lists": _deep("[", "]"),
    "deep dictionaries": _deep('{"a":', "}", "1"),
    "deep as a value": '{"2b": ' + "[" * 500 + "]" * 500 + "}",
    "a number of a million digits": "9" * 10**6,
    "the same in a list": '[{"trajectory": ' + "9" * 10**6 + ', "frame": 0, "text": "a"}]',
    "an exponent": "1e999999",
    "NaN": "NaN",
    "nothing": "",
    "half": '{"2b": {"0"',
    "null": "null",
    "a number": "3",
    "a list": "[[], 3]",
    "a dictionary of lists": '{"2b": [1]}',
    "superscript": '{"2b": {"²": "x"}}',
    "negative": '{"2b": {"-1": "x"}}',
    "a name of numbers": '{"2b": {"0": 5}}',
    "unknown layer": json.dumps({"x" * 10**6: {}}),
    "surrogates": '{"2b": {"0": "\\ud800"}}',
    "a frame of true": '[{"trajectory": true, "frame": true, "text": "a"}]',
    "a frame beyond": '[{"trajectory": 0, "frame": 4000000000, "text": "a"}]',
    "a layer of a list": '[{"trajectory": 0, "frame": 0, "text": "a", "layer": ["2b"]}]',
    "node of a list": '{"2b": {"node": [], "directions": [[1, 2]], "note": null}}',
    "directions of NaN": '{"2b": {"node": "a", "directions": [[NaN]], "note": null}}',
    "ragged directions": '{"2b": {"node": "a", "directions": [[1], [1, 2]], "note": null}}',
    "directions of text": '{"2b": {"node": "a", "directions": "abc", "note": null}}',
    "flat directions": '{"2b": {"node": "a", "directions": [1], "note": null}}',
    "names of a list": '{"2b": {"names": [1]}}',
    "names of words": '{"2b": {"names": {"a": "b"}}}',
}

SUMMARIES = {
    "settings of a list": {"settings": []},
    "settings of text": {"settings": "x"},
    "no models": {"settings": {}},
    "models of text": {"settings": {"models": "ab"}},
    "models of numbers": {"settings": {"models": [1]}},
    "options of a list": {"settings": {"models": [{"parameters": "a", "env_options": [1]}]}},
    "other settings": {"settings": dict(SETTINGS, seed=nested(50))},
    "other options": {"settings": {"models": [{"parameters": "a", "env_options": {"x" * 10**5: 1}}]}},
}
LEVELS = {
    "NUL": b"0,1,2,True,,3,1.0\n0\0,1\n",
    "a line of 1 MB": b"0,1,2,True,," + b"3" * 2**20 + b",1\n",
    "quotes": b'0,1,2,True,"' + b"a\n" * 10**5,
    "not UTF-8": b"\xff\xfe0,1\n" * 10,
    "NaN": b"0,0,1,True,,3,nan\n",
    "infinite": b"0,0,1,True,,3,1e999\n",
    "negative": b"-1,-1,-1,True,,-3,1\n",
    "no cause": b"0,0,1,False,,3,1\n0,1,1,,,3,1\n",
    "models of words": b"a,0,1,True,,3,1\n",
    "huge": b"0,99999999999999999999,1,True,,3,1\n0,0,1,True,,99999999999999999999,1\n",
    "other columns": b"a;b;c\n1;2;3\n",
    "a formula": b'0,0,1,False,"=cmd()",3,1\n',
}
PROGRESS = dict(
    {name: b"update,frames\n" + content for name, content in LEVELS.items()},
    **{
        "foreign": b"date,price\n1,2\n",
        "no update": b"update,frames\nx,1\n,2\n",
        "wide": b"update\n1,2,3\n",
        "void": b"",
    },
)


def _training(**changed):
    kept = {"update": 1, "frames": 16, "seconds": 1.0, "episodes": [], "num_episodes": 0, "states": [None]}
    return {"params": PARAMS, "args": ARGS, "optimizer": {}, "training": dict(kept, **changed)}


def training_files():
    contents = {
        "update of text": _training(update="x"),
        "update of 2^70": _training(update=2**70),
        "frames of an array": _training(frames=np.zeros(2)),
        "seconds of NaN": _training(seconds=float("nan")),
        "episodes of numbers": _training(episodes=[1]),
        "episodes of one": _training(episodes=[(1,)]),
        "episodes of text": _training(episodes=[("a", "b", True)]),
        "states of bytes": _training(states=b"ab"),
        "states of numbers": _training(states=[1]),
        "nothing kept": dict(_training(), training={}),
        "args of a list": dict(_training(), args=[1]),
        "optimiser of a list": dict(_training(), optimizer=[]),
    }
    return {name: joblib_bytes(content) for name, content in contents.items()}


def _generator(**changed):
    kept = {
        "settings": {},
        "outputs": np.zeros(5, np.float32),
        "history": [],
        "variables": {},
        "best": None,
        "random": np.random.RandomState(0).get_state(),
    }
    return dict(kept, **changed)


def generator_files():
    contents = {
        "settings of a list": _generator(settings=[]),
        "settings of arrays": _generator(settings={"seed": np.zeros(3)}),
        "outputs of text": _generator(outputs="x"),
        "outputs of words": _generator(outputs=np.array(["a"])),
        "history of numbers": _generator(history=[1]),
        "history of text": _generator(history=[{"held_out": {"total": "x"}}]),
        "history of NaN": _generator(history=[{"held_out": {"total": float("nan")}}]),
        "random of text": _generator(random="x"),
        "random of numbers": _generator(random=("MT19937", np.zeros(3), 1, 0, 0.0)),
        "variables of a list": _generator(variables=[1]),
        "best of a list": _generator(best=[1]),
        "a list": [1, 2],
        "frames": np.zeros((3, 8, 8, 3)),
    }
    return {name: joblib_bytes(content) for name, content in contents.items()}


OBJECTS_OF_TEXT = {
    "kinds": [3],
    "episode": np.full(24, "a"),
    "observation": np.array([2**62]),
    "kind": np.array([0]),
    "box": np.full((1, 4), np.nan),
}


def derived_files():
    """What each case is → kind of derived file → its content; the others are as they should be."""
    trajectories = tiny_data()["trajectories"]

    def changed(**arrays):
        return {"trajectories": dict(trajectories, **arrays)}

    return {
        "observations of text": {"observations": np.full((24, 8, 8, 3), "x")},
        "observations of 2^62": {"observations": np.full((24, 8, 8, 3), 2**62)},
        "observations of complex": {"observations": np.zeros((24, 8, 8, 3), complex)},
        "observations of NaN": {"observations": np.full((24, 8, 8, 3), np.nan)},
        "no observations": {"observations": np.zeros((0, 8, 8, 3), np.uint8)},
        "observations of a list": {"observations": [1, 2]},
        "objects of a number": {"observations": {"observations": tiny_data()["observations"], "objects": 3}},
        "objects of nothing": {"observations": {"observations": tiny_data()["observations"], "objects": {}}},
        "objects of text": {"observations": {"observations": tiny_data()["observations"], "objects": OBJECTS_OF_TEXT}},
        "observations of a number": {"observations": {"observations": 3}},
        "actions of text": changed(actions=np.full((2, 7), "a")),
        "actions of 2^62": changed(actions=np.full((2, 7), 2**62)),
        "actions of NaN": changed(actions=np.full((2, 7), np.nan)),
        "rewards of text": changed(rewards=np.full((2, 7), "a")),
        "rewards of 1e308": changed(rewards=np.full((2, 7), 1e308)),
        "rewards of lists": changed(rewards=[[1], [1, 2]]),
        "firsts of 2^62": changed(firsts=np.full((2, 7), 2**62)),
        "trajectories of text": {"trajectories": "x"},
        "trajectories of a list": {"trajectories": [1]},
        "observations of the trajectories of text": changed(observations=np.full((2, 7, 8, 8, 3), "a")),
        "lists of nothing": changed(observations=[], actions=[], rewards=[], firsts=[]),
        "lists of numbers": changed(observations=[1, 2], actions=[1, 2], rewards=[1, 2], firsts=[1, 2]),
        "metadata of a list": {"metadata": [1]},
        "logits of a list": {"metadata": {"policy_logits_name": ["logits"], "value_function_name": "value"}},
        "logits of a number": {"metadata": {"policy_logits_name": 3, "value_function_name": None}},
        "logits that are not there": {"metadata": {"policy_logits_name": "a:b:c", "value_function_name": None}},
        "logits of images": {"metadata": {"policy_logits_name": "images", "value_function_name": "logits"}},
    }


OPTIONAL_METADATA = {
    "gae_gamma": ["x", float("nan"), [1]],
    "action_combos": ["x", [1], [["LEFT"]], nested(90)],
    "frame_channels": ["x", 2, 10**30],
    "env_name": [3, ["a"], "<script>alert(1)</script>"],
    "env_options": [3, ["a"], {"a": {"b": nested(80)}}, {"<img src=x>": np.zeros(3)}],
}


def _metadata_files():
    names = {"policy_logits_name": "logits", "value_function_name": "value"}
    return {
        "{} {}".format(key, number): {"metadata": dict(names, **{key: value})}
        for key, values in OPTIONAL_METADATA.items()
        for number, value in enumerate(values)
    }


def write_corpus(folder):
    """Write all files below a folder. Returns the list of Cases."""
    folder, cases = str(folder), []

    def add(kind, files, file_name):
        for number, (name, content) in enumerate(files.items()):
            within = os.path.join(folder, kind, str(number))
            os.makedirs(within)
            for file, part in (content if isinstance(content, dict) else {file_name: content}).items():
                with open(os.path.join(within, file), "wb") as opened:
                    opened.write(part.encode("utf-8") if isinstance(part, str) else part)
            cases.append(Case(kind, name, within))

    add("joblib", joblib_files(), "file.jd")
    add("agent file", hostile_agent_files(), "agent.jd")
    add("checkpoint", dict(args_files(), **params_files()), "agent.jd")
    add("model", model_files(os.path.join(folder, "ran")), "agent.model.pb")
    for kind, file_name in (
        ("labels", "labels.json"),
        ("notes", "notes.json"),
        ("directions", "directions.json"),
        ("measurement", "measurement.json"),
        ("evaluation", "summary.json"),
    ):
        add(kind, JSON_FILES, file_name)
    add("summaries", {name: json.dumps(content) for name, content in SUMMARIES.items()}, "summary.json")
    whole = json.dumps({"settings": SETTINGS})
    add("levels", {name: {"summary.json": whole, "levels.csv": content} for name, content in LEVELS.items()}, None)
    add("progress", PROGRESS, "progress.csv")
    add("training", training_files(), "checkpoint.jd")
    add("generator", generator_files(), "generator.jd")
    data = tiny_data()
    kept = {"metadata": {"policy_logits_name": "logits", "value_function_name": "value"}}
    kept.update(trajectories=data["trajectories"], observations=data["observations"])
    derived = {}
    for name, content in dict(derived_files(), **_metadata_files()).items():
        files = {kind + ".jd": joblib_bytes(value) for kind, value in dict(kept, **content).items()}
        derived[name] = dict(files, **{"model.pb": data["model_bytes"]})
    add("derived", derived, None)
    return cases
