"""Progress bars with stage names and time left, and how long each stage took."""

import sys
import time

import tqdm


class Progress:
    """Follows the stages of a long piece of work. `seconds`: stage name -> time spent in it so far."""

    def __init__(self, quiet=False):
        self.quiet = quiet
        self.seconds = {}

    def track(self, iterable, stage, total=None):
        """Yield from `iterable` behind a bar that carries the stage's name; the time counts towards the stage."""
        start = time.monotonic()
        try:
            yield from tqdm.tqdm(iterable, desc=stage, total=total, disable=self.quiet, dynamic_ncols=True)
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0) + time.monotonic() - start

    def say(self, text):
        """Say a sentence, above a bar if there is one."""
        if not self.quiet:
            tqdm.tqdm.write(text, file=sys.stderr)

    def summary(self):
        """One line: the stages with their times, longest first."""
        stages = sorted(self.seconds.items(), key=lambda item: -item[1])
        return ", ".join("{} {:.0f} s".format(stage, seconds) for stage, seconds in stages)
