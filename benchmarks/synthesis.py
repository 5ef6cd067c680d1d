"""Speed of state synthesis with the bundled agent: training, and optimising 100 states.

    python benchmarks/synthesis.py examples/coinrun.jd

Settings are the paper's (32 filters, 100 latents, batches of 16), on frames of noise: the time does not depend on what
they show. States are optimised by 200 steps for T-. The loss with and without the agent's outputs take turns, so that
whatever else the machine does falls on both. One step of each warms up. Processor time is that of all threads.
"""

import argparse
import statistics
import time

import numpy as np

from understanding_rl_vision.progress import Progress
from understanding_rl_vision.synthesize.generator import Generator
from understanding_rl_vision.synthesize.generator_training import prepare_frames
from understanding_rl_vision.synthesize.optimising import synthesize_states
from understanding_rl_vision.synthesize.options import complete_options
from understanding_rl_vision.synthesize.saliency import saliency_weights
from understanding_rl_vision.synthesize.subject import read_subject
from understanding_rl_vision.synthesize.targets import make_targets


def seconds(work):
    """By the clock and of the processor: what the work takes."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def rates(count, taken):
    """How many a second, in the median of the rounds: by the clock, and of processor time."""
    return "median {:.1f}/s, {:.1f} per processor second".format(
        *(count / statistics.median(column) for column in zip(*taken))
    )


def training_steps(agent, frames, settings):
    """A Generator, and a function that makes one step of its training."""
    generator = Generator(agent, frames.pictures.shape[1:], settings)
    rows = slice(0, settings["batch_size"])
    noise = np.random.RandomState(0).standard_normal((settings["batch_size"], settings["latents"]))
    return generator, lambda: generator.update(frames.pictures[rows], frames.weights[rows], frames.outputs[rows], noise)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=10, help="steps of training in a round")
    parser.add_argument("--states", type=int, default=100)
    arguments = parser.parse_args()
    settings = complete_options({"num_samples": arguments.states})
    agent = read_subject(arguments.checkpoint, settings).agent
    pictures = np.random.RandomState(0).randint(0, 256, (64,) + agent.model.image_shape, dtype=np.uint8)
    saliency_weights(agent, pictures)
    weighing = [seconds(lambda: saliency_weights(agent, pictures)) for _ in range(arguments.rounds)]
    print("saliency weights, frames: {}".format(rates(len(pictures), weighing)))
    frames = prepare_frames(agent, pictures, settings, Progress(quiet=True))
    generator, full = training_steps(agent, frames, settings)
    _, without = training_steps(agent, frames, dict(settings, eta=0.0))
    sides = {"full loss": full, "without the agent's outputs (eta 0)": without}
    taken = {name: [] for name in sides}
    for number in range(arguments.rounds + 1):
        for name, step in sides.items():
            steps = arguments.steps if number else 1
            spent = seconds(lambda step=step, steps=steps: [step() for _ in range(steps)])
            if number:
                taken[name].append(spent)
    for name, spent in taken.items():
        print("training, {}, frames: {}".format(name, rates(arguments.steps * settings["batch_size"], spent)))
    (target,) = make_targets("T-", num_actions=agent.num_actions)
    clock, processor = seconds(lambda: synthesize_states(generator, target, settings, Progress(quiet=True)))
    shown = "{} states, {} steps: {:.1f} s, {:.1f} processor seconds"
    print(shown.format(arguments.states, settings["steps"], clock, processor))


if __name__ == "__main__":
    main()
