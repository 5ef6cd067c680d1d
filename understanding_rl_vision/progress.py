"""Progress bars with stage names and time left, and how long each stage took."""

import contextlib
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
        with self._bar(stage, iterable=iterable, total=total) as bar:
            yield from bar

    def transfer(self, stage):
        """As a context: a tqdm bar of bytes that carries the stage's name; the time counts towards the stage."""
        return self._bar(stage, unit="B", unit_scale=True)

    @contextlib.contextmanager
    def _bar(self, stage, **options):
        start = time.monotonic()
        try:
            with tqdm.tqdm(desc=stage, disable=self.quiet, dynamic_ncols=True, **options) as bar:
                yield bar
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0) + time.monotonic() - start

    def say(self, text):
        """Say a sentence, above a bar if there is one."""
        if not self.quiet:
            tqdm.tqdm.write(text, file=sys.stderr)

    def summary(self):
        """One line: the stages that took seconds, or the longest, with their times, longest first."""
        stages = sorted(self.seconds.items(), key=lambda item: -item[1])
        stages = [(stage, seconds) for stage, seconds in stages if seconds >= 1] or stages[:1]
        return ", ".join("{} {:.0f} s".format(stage, seconds) for stage, seconds in stages)
