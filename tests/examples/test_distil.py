"""examples/distil.py, on the CPU. Skipped without PyTorch, which nothing but tests of examples/ needs."""

import argparse
import hashlib
import subprocess
import sys

import joblib
import numpy as np
import pytest

from tests.helpers.untrained import write_checkpoint
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.train.logs import read_progress

torch = pytest.importorskip("torch")

OPTIONS = "--device cpu --report-every 0 --num-envs 4 --groups 2 --num-steps 8 --batch-size 16 --passes 1".split()
OPTIONS += "--threads 1 --buffer 64".split()


@pytest.fixture(scope="module")
def distilling(example):
    return example("torch_distilling")


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def test_losses_are_the_divergence_from_the_teacher_and_the_error_of_values(distilling):
    random = np.random.RandomState(0)
    (student, teacher), (values, teacher_values) = random.normal(0, 3, (2, 6, 15)), random.rand(2, 6)
    p, q = softmax(teacher), softmax(student)
    expected = np.mean(np.sum(p * np.log(p / q), axis=1)), np.mean((values - teacher_values) ** 2)
    losses = distilling.losses(*map(torch.from_numpy, (student, values, teacher, teacher_values)))
    np.testing.assert_allclose([loss.item() for loss in losses], expected, rtol=1e-10)
    same = distilling.losses(*map(torch.from_numpy, (teacher, values, teacher, values)))
    np.testing.assert_allclose([loss.item() for loss in same], 0, atol=1e-12)


@pytest.fixture
def buffer(distilling, machine):
    """Three rounds of 8 random squares, of which a teacher says something at random; in the last, nothing sensible."""
    random = np.random.RandomState(0)
    buffer = distilling.new_frames((3, 2, 4), 15, machine.device)
    squares = random.randint(256, size=(3, 2, 4, 2, 2, 3)).repeat(32, axis=3).repeat(32, axis=4)
    buffer.observations.copy_(torch.from_numpy(squares))
    buffer.teacher_logits.copy_(torch.from_numpy(random.normal(0, 2, (3, 2, 4, 15))))
    buffer.teacher_values.copy_(torch.from_numpy(random.rand(3, 2, 4)))
    buffer.teacher_logits[2] = buffer.teacher_values[2] = torch.nan
    return buffer


def new_student(distilling, machine):
    torch.manual_seed(0)
    student = distilling.new_student(15, machine)
    return student, torch.optim.Adam(student.parameters(), lr=torch.tensor(0.0), fused=True)


def learn(distilling, machine, student, buffer, num_steps, seed):
    learner = distilling.Learner(*student, machine, buffer, batch_size=16, value_coefficient=2)
    return learner.learn([0, 1], lambda done: done >= num_steps, 1e-3, seed)


def test_a_student_learns_what_the_teacher_says_of_the_rounds_given(distilling, machine, buffer):
    student = new_student(distilling, machine)
    first, *_, last = [learn(distilling, machine, student, buffer, 10, seed) for seed in range(6)]
    assert (first[0], last[0]) == (10, 10)
    assert last[1]["kl"] < first[1]["kl"] / 5
    assert last[1]["value_error"] < first[1]["value_error"] / 2
    assert learn(distilling, machine, new_student(distilling, machine), buffer, 10, 0) == first


def test_a_run_that_stops_goes_on_as_if_it_had_not(example, distilling, machine, buffer, tmp_path):
    """Given the same frames, to the last bit."""
    runs, parser = example("torch_runs"), argparse.ArgumentParser()
    runs.add_run_options(parser, frames=100, learning_rate=1e-3)
    example("torch_machine").add_machine_options(parser)

    def new_run(folder):
        options = parser.parse_args([str(tmp_path / folder), "--report-every", "0"])
        network, _ = new_student(distilling, machine)
        return runs.Run(options, machine, network, lambda _: {"env_name": "coinrun"}, "{kl}")

    def go_on(run, seed):
        _, statistics = learn(distilling, machine, (run.network, run.optimizer), buffer, 2, seed)
        run.advance(25, [], statistics)

    undisturbed = new_run("undisturbed")
    go_on(undisturbed, 0)
    go_on(undisturbed, 1)
    stopped = new_run("stopped")
    go_on(stopped, 0)
    stopped.save()
    go_on(stopped, 2)  # What comes after the last time that it was saved is lost.
    gone_on = new_run("stopped")
    assert gone_on.frames == 25
    go_on(gone_on, 1)
    assert (gone_on.frames, gone_on.left) == (undisturbed.frames, undisturbed.left) == (50, 0.5)
    assert gone_on.args == undisturbed.args
    expected = undisturbed.network.named_arrays()
    for name, array in gone_on.network.named_arrays().items():
        np.testing.assert_array_equal(array, expected[name])
    assert [row["frames"] for row in read_progress(str(tmp_path / "stopped" / "progress.csv"))] == ["25", "50"]


@pytest.fixture
def teacher(tmp_path):
    """A checkpoint of another network, of a game without velocity painted."""
    pytest.importorskip("procgen")
    args = {"env_kind": "procgen", "distribution_mode": "easy", "gamma": 0.99, "frame_stack": 1, "reward_scale": 2.0}
    return write_checkpoint(tmp_path / "teacher.jd", env_name="leaper", cnn="nature", paint_vel_info=None, **args)


def test_distilling_goes_on_and_writes_a_checkpoint(example, teacher, tmp_path):
    main, folder = example("distil").main, tmp_path / "out"
    main([teacher, str(folder), "--frames", "64", *OPTIONS])
    first = joblib.load(str(folder / "checkpoint.jd"))
    main([teacher, str(folder), "--frames", "160", *OPTIONS])
    second = joblib.load(str(folder / "checkpoint.jd"))
    assert (first["args"]["frames"], second["args"]["frames"]) == (64, 160)
    for name, array in first["params"].items():
        assert 0 < np.abs(second["params"][name] - array).max() < 5 * 1e-3
    expected = {"env_kind": "procgen", "env_name": "leaper", "distribution_mode": "easy", "gamma": 0.99, "cnn": "clear"}
    expected.update(frame_stack=1, reward_scale=0.1, teacher_name="teacher.jd")
    with open(teacher, "rb") as file:
        expected["teacher_sha256"] = hashlib.sha256(file.read()).hexdigest()
    assert {name: second["args"][name] for name in expected} == expected
    assert "paint_vel_info" not in second["args"]
    rows = read_progress(str(folder / "progress.csv"))
    assert [row["frames"] for row in rows] == ["64", "128", "160"]
    for row in rows:
        assert row["passes"] == "1" and float(row["kl"]) > 0 and float(row["value_error"]) > 0
        assert 0 < float(row["games"]) + float(row["student"]) + float(row["teacher"]) <= 1
        assert 0 < float(row["learning"]) <= 1
    observations = np.random.RandomState(0).randint(256, size=(4, 64, 64, 3)).astype(np.uint8)
    outputs = Policy(read_checkpoint(str(folder / "checkpoint.jd")), (64, 64, 3)).outputs(observations)
    with torch.no_grad():
        ours = example("torch_networks").network_of(second, torch.device("cpu"))(torch.from_numpy(observations))
    for in_torch, in_tensorflow in zip(ours, outputs):
        np.testing.assert_allclose(in_torch.numpy(), in_tensorflow, atol=1e-4)


def test_values_are_scaled_as_asked_and_trained_further(example, distilling, machine, teacher, tmp_path):
    options, checkpoint = "--device cpu --threads 1 --num-envs 4 --groups 2 --num-steps 8".split(), "checkpoint.jd"
    first, second = tmp_path / "first", tmp_path / "second"
    example("distil").main([teacher, str(first), "--value-scale", "0.25", "--frames", "32", "--buffer", "64", *options])
    more = ["--load-path", str(first / checkpoint), "--frames", "32", "--minibatch-size", "16"]
    example("train_gpu").main([str(second), *more, *options])
    args = joblib.load(str(second / checkpoint))["args"]
    expected = {"env_name": "leaper", "distribution_mode": "easy", "reward_scale": 0.5, "teacher_name": "teacher.jd"}
    assert {name: args[name] for name in expected} == expected
    # The buffer holds the teacher's values as the student is to have them.
    network = example("torch_networks").network_of(joblib.load(teacher), machine.device)
    parser = argparse.ArgumentParser()
    example("torch_games").add_game_options(parser, num_envs=4)
    example("torch_machine").add_machine_options(parser)
    actor = distilling.make_actor(args, network, 0.25, parser.parse_args(options), machine, seed=0)
    frames = distilling.new_frames((8, 4), 15, machine.device)
    actor.begin(frames, distilling.new_student(15, machine))
    actor.close()
    with torch.no_grad():
        logits, values = network(frames.observations.flatten(0, 1))
    np.testing.assert_allclose(frames.teacher_logits.flatten(0, 1), logits, atol=1e-5)
    np.testing.assert_allclose(frames.teacher_values.flatten(), 0.25 * values, atol=1e-5)


def refusal(example, capsys, arguments):
    with pytest.raises(SystemExit) as raised:
        example("distil").main(OPTIONS + list(map(str, arguments)))
    assert raised.value.code == 2
    return capsys.readouterr().err


def test_what_cannot_teach_is_refused(example, teacher, checkpoint_path, tmp_path, capsys):
    folder = tmp_path / "out"
    said = refusal(example, capsys, [write_checkpoint(tmp_path / "9.jd", 9, env_name="coinrun"), folder])
    assert "The policy has 9 actions, but coinrun has 15." in said
    said = refusal(example, capsys, [tmp_path / "none.jd", folder])
    assert "There is no file" in said and "none.jd; give the path of a joblib file" in said
    said = refusal(example, capsys, [teacher, folder, "--load-path", teacher])
    assert "not those of a ClearNetwork" in said
    said = refusal(example, capsys, [teacher, folder, "--num-envs", "3"])
    assert "--num-envs, 3, must be a multiple of --groups, 2" in said
    example("distil").main([teacher, str(folder), "--frames", "32", *OPTIONS])
    said = refusal(example, capsys, [checkpoint_path, folder])
    assert "was begun with the teacher teacher.jd" in said


WITHOUT_TENSORFLOW = """
import sys
sys.modules["tensorflow"] = None
sys.path.insert(0, "examples")
import distil, joblib, torch, torch_networks, torch_runs, train_gpu
from understanding_rl_vision.errors import InputError
checkpoint, content = torch_runs.load_checkpoint("tests/coinrun.jd"), joblib.load("tests/coinrun.jd")
assert checkpoint["args"] == content["args"]
arrays = torch_networks.network_of(checkpoint, torch.device("cpu")).named_arrays()
assert set(arrays) == set(content["params"])
assert all((array == content["params"][name]).all() for name, array in arrays.items())
try:
    torch_runs.load_checkpoint("README.md")
except InputError as error:
    assert "README.md" in str(error) and "A checkpoint is accepted" in str(error)
else:
    assert False, "README.md is read"
"""


def test_training_scripts_do_without_tensorflow(checkout):
    """A machine with a GPU may have PyTorch alone."""
    subprocess.run([sys.executable, "-c", WITHOUT_TENSORFLOW], cwd=str(checkout), check=True)
