"""Distil an agent into a new one, in PyTorch: a student plays, and a teacher says what it thinks of each frame.

    pip install torch '.[procgen]'
    python examples/distil.py TEACHER OUT_DIR --minutes 60 --session-minutes 25
    python examples/distil.py TEACHER OUT_DIR --minutes 60              # goes on where that stopped
    python examples/train_gpu.py DIR --load-path OUT_DIR/checkpoint.jd  # trains the student further, by reward

TEACHER is a checkpoint, a file, openai:NAME or an address, of any of the networks `clear`, `impala` and `nature`, for
observations of 64 x 64 x 3. (Where TensorFlow is not installed it is a file, which is unpickled: be sure to trust it.)
The student is a `clear` network of its own, which plays the teacher's game as the teacher saw it: with `paint_vel_info`
and all else as the teacher's `args` say, on levels without end. Nothing of the teacher's parameters gets into it. Its
loss is

    KL(teacher || student) + C (student's value - S teacher's value)^2

with C = 10 (--value-coeff) and S (--value-scale) such that the student's rewards are scaled by 0.1: in CoinRun, where a
coin is worth 10, its value is the probability of success. It learns from the last --buffer frames, each about --passes
times. Of the episodes a share (--mix, falling to 0 in half of the time) is played by the teacher, so that the student
sees whole levels at once.

While the GPU learns, the games are played, in groups, each from a thread of its own; there learning goes on as long as
the games need, if that is longer than --passes ask for. Lines tell how the threads spend their time.

Not measured yet: on an H200 with 16 cores the games are the limit, at some 60,000 frames a second, so that 20 million
frames take six minutes. A frame takes two forward passes of 0.15 GFLOP when it is played and 0.39 GFLOP each time that
it is learned from: at 60,000 frames a second and 3 passes 88 TFLOP/s, where PPO's learning, alone, reached 129. So a
frame should be learned from 3 to 5 times. In ten minutes, starting included:

    python examples/distil.py TEACHER OUT_DIR --minutes 9

A few CPU cores that know bfloat16 (avx512_bf16, amx_bf16) learn four to six times as fast with it and with a compiler:

    OMP_NUM_THREADS=1 python examples/distil.py TEACHER OUT_DIR --dtype bfloat16 --fused yes --num-envs 32 --groups 2 \\
        --num-steps 32 --threads 1 --batch-size 64 --buffer 1e5

Small batches learn more from as many frames: 128,000, of CoinRun's hard levels, in batches of 64 brought a new student
to a KL of 0.30 and a value error of 0.058, in batches of 256 to 0.33 and 0.062. (One policy for all frames: 0.50, one
value: 0.071.) The bundled agent was made so, on a core that it shared with other work, at some 200 frames a second: 0.3
million frames brought it to 63 % of levels solved, 0.97 million more, as the learning rate fell to 0, to 79 %, and the
KL from 0.21 to 0.17; 1.3 million more, from 8e-4 to 0 and learned from three times each, to 86 % and 0.145.

OUT_DIR gets checkpoint.jd (for `rl-clarity run`), state.pt (to go on from) and progress.csv. What goes on:
parameters, Adam's state, counts of frames and of time, and with them the learning rate. What begins anew: the games,
the buffer and random numbers, all seeded with --seed and the number of frames.
"""

import argparse
import contextlib
import hashlib
import os
import time

from torch_distilling import Learner, make_actor, new_frames, new_student
from torch_games import add_game_options, game_of
from torch_machine import add_machine_options, machine_of
from torch_networks import network_of
from torch_runs import Run, add_run_options, fetched, load_checkpoint

from understanding_rl_vision.envs import known_options
from understanding_rl_vision.errors import InputError

REWARD_SCALE = 0.1
SPENT_ON = ("games", "student", "teacher")
SAID = (
    "KL {kl:.4f}, value error {value_error:.4f}, {passes:.1f} passes; playing: games {games:.0%}, student "
    "{student:.0%}, teacher {teacher:.0%}; learning {learning:.0%}"
)


def identity(given):
    """A checkpoint's name, of a file without its folder, and SHA-256."""
    with open(fetched(given), "rb") as file:
        return {
            "name": os.path.basename(given) if os.path.exists(given) else given,
            "sha256": hashlib.sha256(file.read()).hexdigest(),
        }


def make_args(teacher, num_actions, options):
    """The args of the checkpoint to write. teacher: a checkpoint."""
    given = teacher["args"]
    game = game_of(given)
    if "num_actions" in known_options(game["env_kind"], game["env_name"]):
        game["num_actions"] = num_actions
    own = {
        "gamma": given.get("gamma", 0.999),
        "lambda": given.get("lambda", 0.95),
        "reward_scale": options.value_scale * given.get("reward_scale", 1),
        "cnn": "clear",
        "library": "baselines",
        "num_levels": 0,
        "num_envs": options.num_envs,
    }
    own.update({"teacher_" + name: value for name, value in identity(options.teacher).items()})
    if options.load_path:
        own.update({"begun_with_" + name: value for name, value in identity(options.load_path).items()})
    return dict({"distribution_mode": "hard"}, **game, **own)


def check_teacher(run, options):
    """Raise InputError where a folder's training has begun with another teacher."""
    begun, given = run.args["teacher_sha256"], identity(options.teacher)["sha256"]
    if begun != given:
        raise InputError(
            "{} was begun with the teacher {} (SHA-256 {}), given is {} ({}). Give the same teacher, or another "
            "folder.".format(options.out_dir, run.args["teacher_name"], begun, options.teacher, given)
        )


def train(run, actor, learner, buffer, options, on_gpu):
    """Play and learn at the same time until the frames are played or the minutes are over."""
    num_rounds, round_size = len(buffer.observations), options.num_steps * options.num_envs
    least = max(1, round(options.passes * round_size / options.batch_size))

    def is_enough(num_steps):
        return num_steps >= least and not (on_gpu and actor.is_playing())

    def play(number):
        room = type(buffer)(*(values[number % num_rounds] for values in buffer))
        actor.begin(room, run.network, options.mix * max(0, 2 * run.left - 1))

    def finish():
        _, _, returns = actor.finish()
        learner.record()
        return returns

    play(0)
    run.advance(round_size, finish())
    number = 0
    while not run.over:
        number += 1
        begun, spent = time.perf_counter(), actor.seconds()
        play(number)
        filled = [other % num_rounds for other in range(max(0, number + 1 - num_rounds), number)]
        num_steps, statistics = learner.learn(filled, is_enough, run.learning_rate, run.seed)
        learning = time.perf_counter() - begun
        returns = finish()
        lasted, spent = time.perf_counter() - begun, actor.seconds() - spent
        statistics.update({name: spent[name] / len(actor.players) / lasted for name in SPENT_ON})
        statistics.update(learning=learning / lasted, passes=num_steps * options.batch_size / round_size)
        run.advance(round_size, returns, statistics)
    run.save()


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("teacher", metavar="TEACHER")
    add_run_options(parser, frames=1e9, learning_rate=1e-3)
    add_game_options(parser, num_envs=1024)
    add_machine_options(parser)
    parser.add_argument("--batch-size", type=int, default=1024)
    parser.add_argument("--buffer", type=float, default=1e6, help="frames, of 12 KB each, on the device")
    parser.add_argument("--passes", type=float, default=3, help="how often a frame is learned from, on a GPU at least")
    parser.add_argument("--value-coeff", type=float, default=10, help="C: of the squared difference of values")
    parser.add_argument("--value-scale", type=float, help="S (default: 0.1, or what makes rewards scaled by 0.1)")
    parser.add_argument("--mix", type=float, default=0.5, help="share of episodes that the teacher plays at first")
    options = parser.parse_args(argv)
    try:
        machine = machine_of(options)
        checkpoint = load_checkpoint(fetched(options.teacher))
        teacher = network_of(checkpoint, machine.device, machine.dtype)
        num_actions = teacher.policy.out_features
        if options.value_scale is None:
            options.value_scale = REWARD_SCALE / checkpoint["args"].get("reward_scale", 1)
        student = new_student(num_actions, machine)
        run = Run(options, machine, student, lambda _: make_args(checkpoint, num_actions, options), SAID)
        check_teacher(run, options)
        actor = make_actor(run.args, teacher, options.value_scale, options, machine, run.seed)
    except InputError as error:
        parser.error(str(error))
    shape = max(2, round(options.buffer / options.num_steps / options.num_envs)), options.num_steps, options.num_envs
    buffer = new_frames(shape, num_actions, machine.device)
    learner = Learner(run.network, run.optimizer, machine, buffer, options.batch_size, options.value_coeff)
    with contextlib.closing(actor):
        train(run, actor, learner, buffer, options, machine.device.type == "cuda")


if __name__ == "__main__":
    main()
