"""How each kind of file of the corpus (`hostile_files`) is read, by what the commands read it with."""

import contextlib
import os

import numpy as np

from tests.helpers.hostile_files import SETTINGS
from tests.helpers.interfaces import FEW
from understanding_rl_vision import rl_clarity
from understanding_rl_vision.agent_files import read_agent_file
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.games import played_options, policy_of
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.evaluate.results import write_results
from understanding_rl_vision.evaluate.settings import prepare
from understanding_rl_vision.rl_util import FrozenModel, get_acts
from understanding_rl_vision.rl_util.pickles import load_joblib, load_with_placeholders
from understanding_rl_vision.run.directions import read_directions, read_names
from understanding_rl_vision.run.labels import read_annotations, read_feature_labels
from understanding_rl_vision.run.measurement import read_proposed_names
from understanding_rl_vision.synthesize.generator_training import check_same_game, check_same_shape, read
from understanding_rl_vision.synthesize.options import complete_options as synthesize_options
from understanding_rl_vision.train.logs import Logs
from understanding_rl_vision.train.options import complete_options
from understanding_rl_vision.train.saving import read_last_checkpoint


def _read_both_ways(folder):
    path = os.path.join(folder, "file.jd")
    for read_joblib in (load_with_placeholders, load_joblib):
        try:
            read_joblib(path)
        except InputError:
            if read_joblib is load_joblib:
                raise


def _read_checkpoint(folder):
    checkpoint = read_checkpoint(os.path.join(folder, "agent.jd"))
    played_options(checkpoint)
    policy_of(checkpoint)


def _read_model(folder):
    path = os.path.join(folder, "agent.model.pb")
    with contextlib.suppress(InputError):
        # As an agent, in place of a checkpoint.
        policy_of(read_checkpoint(path, {"env_name": "coinrun", "distribution_mode": "easy"}))
    model = FrozenModel.load(path)
    get_acts(model, "logits", np.zeros((2,) + model.image_shape, np.float32))


def _evaluate(folder):
    prepare(folder, SETTINGS, resume=True)
    write_results(folder, SETTINGS, ["a"], {"num_levels": 3, "blind_to": ()}, [])


def _go_on_training(folder):
    complete_options(dict(read_last_checkpoint(folder)["args"]))


def _log(folder):
    Logs(folder, 1, 100, 10).close()


def _go_on_with_generator(folder):
    path = os.path.join(folder, "generator.jd")
    content = read(path)
    settings = synthesize_options({})
    check_same_game(content, settings, path)
    check_same_shape(content, settings, path)


def _make_page(folder):
    paths = {
        kind + "_path": os.path.join(folder, kind + ".jd") for kind in ("metadata", "trajectories", "observations")
    }
    paths["model_path"] = os.path.join(folder, "model.pb")
    data = rl_clarity.load("nowhere.jd", resample=False, **paths)
    rl_clarity.generate(output_dir=os.path.join(folder, "page"), nmf_attr_opts={"integrate_steps": 1}, **data, **FEW)


READERS = {
    "joblib": _read_both_ways,
    "agent file": lambda folder: read_agent_file(os.path.join(folder, "agent.jd")),
    "checkpoint": _read_checkpoint,
    "model": _read_model,
    "labels": lambda folder: read_feature_labels(os.path.join(folder, "labels.json"), ["2b"], 8),
    "notes": lambda folder: read_annotations(os.path.join(folder, "notes.json"), ["2b"], [5, 5]),
    "directions": lambda folder: (read_names(folder, "2b"), read_directions(folder, "2b")),
    "measurement": lambda folder: read_proposed_names(folder, "2b"),
    "evaluation": _evaluate,
    "summaries": _evaluate,
    "levels": _evaluate,
    "progress": _log,
    "training": _go_on_training,
    "generator": _go_on_with_generator,
    "derived": _make_page,
}
