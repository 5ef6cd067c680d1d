"""Progress bars with stage names and time left, or lines in their place, and how long each stage took."""

import contextlib
import json
import sys
import time

import tqdm

from understanding_rl_vision.progress_lines import Lines, Log

# Of the process, which has one place to write to.
_log = Log()


@contextlib.contextmanager
def progress_as_json():
    """As a context: progress is written to stderr as lines of JSON, for programs, see the README."""
    global _log
    before, _log = _log, Log(for_programs=True)
    try:
        yield
    finally:
        _log = before


def follow(stage, quiet=False, iterable=None, total=None, initial=0, **looks):
    """A bar of tqdm that carries a stage's name, or lines with its methods. looks: of the bar."""
    if quiet or (_can_redraw(sys.stderr) and not _log.for_programs):
        bar = {"iterable": iterable, "total": total, "initial": initial, "dynamic_ncols": True}
        return tqdm.tqdm(desc=stage, disable=quiet, **bar, **looks)
    return Lines(_log, stage, iterable, total, initial)


def _can_redraw(stream):
    """Whether a line can be written over: on a terminal, and in a notebook."""
    return stream.isatty() or type(stream).__module__.startswith("ipykernel")


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
        """As a context: a bar of bytes that carries the stage's name; the time counts towards the stage."""
        return self._bar(stage, unit="B", unit_scale=True)

    @contextlib.contextmanager
    def _bar(self, stage, **options):
        start = time.monotonic()
        try:
            with follow(stage, self.quiet, **options) as bar:
                yield bar
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0) + time.monotonic() - start

    def say(self, text):
        """Say a sentence, above a bar if there is one."""
        if not self.quiet:
            tqdm.tqdm.write(json.dumps({"said": text}) if _log.for_programs else text, file=sys.stderr)

    def conclude(self, text):
        """Print what a command closes with: at least where that is which it wrote."""
        if not self.quiet:
            print(text)

    def summary(self):
        """One line: the stages that took seconds, or the longest, with their times, longest first."""
        stages = sorted(self.seconds.items(), key=lambda item: -item[1])
        stages = [(stage, seconds) for stage, seconds in stages if seconds >= 1] or stages[:1]
        return ", ".join("{} {:.0f} s".format(stage, seconds) for stage, seconds in stages)
