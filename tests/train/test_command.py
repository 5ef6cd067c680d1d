import subprocess
import sys

import pytest

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.command_line import main
from understanding_rl_vision.rl_clarity.training import train
from understanding_rl_vision.train.__main__ import make_parser
from understanding_rl_vision.train.logs import read_progress
from understanding_rl_vision.train.options import ENV_OPTIONS, TRAIN_OPTIONS

SMALL = (
    "--env-name coinrun --distribution-mode easy --num-envs 2 --num-steps 4 --num-minibatches 2 --ppo-epochs 1 "
    "--cnn impala --stack-channels 4_8 --emb-size 8 --lambda 0.9 --save-all true --timesteps-per-proc 16"
).split()


def test_every_option_has_a_flag():
    text = make_parser().format_help()
    for name in ["save_dir", "resume", "load_path", *TRAIN_OPTIONS, *ENV_OPTIONS]:
        assert "--{} ".format(name.replace("_", "-")) in text


def test_command_trains_and_resumes_without_mpi4py(tmp_path, checkout):
    folder = tmp_path / "out"
    (tmp_path / "mpi4py.py").write_text("raise SystemExit('mpi4py was imported')")

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "understanding_rl_vision.train", *arguments],
            cwd=str(checkout),
            env={"PYTHONPATH": "{}:{}".format(tmp_path, checkout), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        # Nothing of TensorFlow's, of agents with sums in their graphs.
        assert all(line.startswith("training: ") for line in done.stderr.splitlines()), done.stderr
        return done.stderr, done.stdout

    bar, said = run("--save-dir", str(folder), *SMALL)
    assert "training: 16 of 16, " in bar and said == str(folder / "checkpoint-2.jd\n")
    assert run("--resume", str(folder), "--timesteps-per-proc", "32", "--quiet") == ("", "")
    assert [row["update"] for row in read_progress(str(folder / "progress.csv"))] == ["1", "2", "3", "4"]
    assert {path.name for path in folder.glob("*.jd")} == {"checkpoint-2.jd", "checkpoint-4.jd"}
    assert read_checkpoint(str(folder / "checkpoint-4.jd")).args["stack_channels"] == "4_8"


@pytest.mark.parametrize(
    "arguments, said",
    [
        ([], "env_name"),
        (["--env-name", "conrun"], "did you mean 'coinrun'"),
        (["--env-name", "coinrun", "--learning-rate", "fast"], "learning_rate='fast'"),
        (["--env-name", "coinrun", "--use-lstm", "1"], "use_lstm=1"),
        (["--resume", "/nowhere"], "no checkpoint in /nowhere"),
        (["--load-path", "/nowhere.jd"], "/nowhere.jd"),
        (["--resume", "/nowhere", "--load-path", "/nowhere.jd"], "resume='/nowhere' and load_path='/nowhere.jd'"),
        (["--env-name", "coinrun", "--save-dir", "foo://a/run"], "'foo://a/run' "),
        (["--env-name", "coinrun", "--save-dir", "/dev/null/folder"], "Cannot write /dev/null/folder"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_status_2(capsys, arguments, said):
    assert main(train, make_parser(), arguments) == 2
    message = capsys.readouterr().err
    assert said in message and "Traceback" not in message and message.count("\n") == 1
