"""How long an evaluation of 10,000 levels takes, from fewer: of those all but the first quarter, while things warm up.

    python benchmarks/evaluation.py [CHECKPOINT] [--levels 500]

Prints the time and the processor time for a level, and what 10,000 levels make of both. On a machine that does other
work at the same time, the processor time is what tells: on two idle cores the time is about half of it.
"""

import argparse
import itertools
import tempfile
import time

from understanding_rl_vision.evaluate import evaluating
from understanding_rl_vision.evaluate.options import EVALUATE_OPTIONS
from understanding_rl_vision.progress import Progress

ALL = 10000


class Timed(Progress):
    """Progress that notes when the first quarter of the levels has been played, and when the last."""

    def track(self, iterable, stage, total=None):
        levels, warm = iter(iterable), total // 4
        yield from itertools.islice(levels, warm)
        begun, busy = time.monotonic(), time.process_time()
        yield from levels
        seconds = (time.monotonic() - begun) / (total - warm)
        processor = (time.process_time() - busy) / (total - warm)
        print("a level: {:.1f} ms, of the processor {:.1f} ms".format(1e3 * seconds, 1e3 * processor))
        minutes = (ALL * each / 60 for each in (seconds, processor))
        print("{:,} levels: {:.1f} min, of the processor {:.1f} min".format(ALL, *minutes))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", nargs="?", default="examples/coinrun.jd")
    parser.add_argument("--levels", type=int, default=500)
    parser.add_argument("--num-envs", type=int, default=EVALUATE_OPTIONS["num_envs"].default)
    arguments = parser.parse_args()
    evaluating.Progress = Timed
    with tempfile.TemporaryDirectory() as folder:
        evaluating.evaluate(
            arguments.checkpoint,
            output_dir=folder,
            num_levels=arguments.levels,
            num_envs=arguments.num_envs,
            quiet=True,
        )


if __name__ == "__main__":
    main()
