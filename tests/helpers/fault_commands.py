"""The commands that faults are tried on, with little to do."""

import collections

from understanding_rl_vision.evaluate import __main__ as evaluate
from understanding_rl_vision.find import __main__ as find
from understanding_rl_vision.run import __main__ as run
from understanding_rl_vision.synthesize import __main__ as synthesize
from understanding_rl_vision.train import __main__ as train

PLAY = ['--observations-kwargs={"num_envs": 4, "num_obs": 4, "obs_every": 2}']
SHORT = '--trajectories-kwargs={"num_envs": 2, "num_steps": 5}'
PAGE = ["--nmf-features=2", "--vis-subdiv-mults=[1]", "--vis-expand-mults=[2]", "--vis-expand-mult-default=2"]
PAGE += ['--layer-kwargs={"name_contains_one_of": "Relu_1"}', "--quiet"] + PLAY
GENERATOR = ["--num-frames=24", "--epochs=2", "--filters=4", "--latents=4", "--batch-size=8", "--steps=2", "--quiet"]
TRAINING = ["--env-name=coinrun", "--cnn=nature", "--num-envs=2", "--num-steps=8", "--num-minibatches=1"]
TRAINING += ["--ppo-epochs=1", "--timesteps-per-proc=64", "--save-interval=1"]

# verb: of the command line; work: what the command calls; arguments: before the output folder's; resumes: the file
# after which it is to go on with `resume`; same: files that must be as undisturbed, None: all; page: whether there is
# an earlier one; small: whether the agent is a small one that has learned nothing and plays a game that is soon lost,
# or else the one that the tests have.
Command = collections.namedtuple("Command", "verb work parser arguments resumes same page small", defaults=(True,))
COMMANDS = {
    "run": Command("run", run.run, run.make_parser, ["agent.jd", "out", SHORT] + PAGE, None, None, True),
    "find": Command(
        "find", find.find, find.make_parser, ["agent.jd", "out", "--num-levels=4", "--top=1"] + PAGE, None, None, True
    ),
    "evaluate": Command(
        "evaluate",
        evaluate.evaluate,
        evaluate.make_parser,
        ["agent.jd", "--output-dir=out", "--num-levels=6", "--num-envs=2", "--quiet"],
        "summary.json",
        ["levels.csv", "levels.json", "summary.csv", "summary.json"],
        False,
    ),
    "synthesize": Command(
        "synthesize",
        synthesize.synthesize,
        synthesize.make_parser,
        ["agent.jd", "out", "--target=value+"] + GENERATOR,
        "generator.jd",
        ["frames.jd", "generator.jd", "states.html"],
        False,
    ),
    "train": Command(
        "train",
        train.train,
        train.make_parser,
        TRAINING + ["--save-dir=out"],
        "checkpoint.jd",
        ["checkpoint.jd", "progress.csv"],
        False,
    ),
}

# Its child processes and their images go, too.
_EVALUATE = COMMANDS["evaluate"]._replace(small=False)
COMMANDS["evaluate-hide"] = _EVALUATE._replace(arguments=_EVALUATE.arguments + ['--hide=["buzzsaw"]'])
COMMANDS["evaluate-blind"] = _EVALUATE._replace(arguments=_EVALUATE.arguments + ['--blind-to=["buzzsaw"]'])
