"""Progress as lines, where no bar can be drawn again and again: for people who read logs, and for programs."""

import contextlib
import json
import sys
import time

# Seconds from one line for people to the next, whatever the stages, and how long a stage takes that has a last one.
APART, WORTH_A_LINE = 60, 10
# Seconds from one line for programs to the next of the same stage.
APART_FOR_PROGRAMS = 1


class Log:
    """Where lines go, and when. for_programs: whether they are JSON."""

    def __init__(self, for_programs=False, clock=time.monotonic):
        self.for_programs, self.clock = for_programs, clock
        self.told = clock()

    def tell(self, **told):
        """Write a line now: of a program, the values given; of a person, those of a stage as a text."""
        self.told = self.clock()
        line = json.dumps(told) if self.for_programs else _sentence(**told)
        print(line, file=sys.stderr, flush=True)


def _sentence(stage, done, total, seconds, note=None):
    count = "{:,}".format(done) if total is None else "{:,} of {:,}".format(done, total)
    return "{}: {}, {:.0f} s{}".format(stage, count, seconds, ", " + note if note else "")


class Lines(contextlib.AbstractContextManager):
    """The methods of a tqdm bar that are used here, in lines of a Log.

    iterable: what to go through, or None; total: how much there is of it, or None; initial: how much is done.
    """

    def __init__(self, log, stage, iterable=None, total=None, initial=0):
        self._log, self._stage, self._iterable, self._note = log, stage, iterable, None
        self.total = len(iterable) if total is None and hasattr(iterable, "__len__") else total
        self.n, self._began = initial, log.clock()
        self._last, self._closed, self._told = self._began, False, None
        if log.for_programs:
            self._tell()

    def __iter__(self):
        for item in self._iterable:
            yield item
            self.update()

    def update(self, count=1):
        """So much more is done."""
        self.n += count
        now = self._log.clock()
        if self._log.for_programs:
            due = now - self._last >= APART_FOR_PROGRAMS
        else:
            due = now - self._log.told >= APART
        if due:
            self._tell()

    def set_postfix_str(self, note, refresh=True):
        """What else the next lines say."""
        self._note = note

    def close(self):
        """The stage has ended; its last line."""
        if self._closed:
            return
        self._closed = True
        worth_it = self._told or self._note or self._log.clock() - self._began >= WORTH_A_LINE
        if self._log.for_programs or worth_it:
            if self._told != (self.n, self._note) or self._log.for_programs:
                self._tell()

    def __exit__(self, *_):
        self.close()

    def _tell(self):
        self._last, self._told = self._log.clock(), (self.n, self._note)
        note = {"note": self._note} if self._note else {}
        seconds = round(self._last - self._began, 1)
        self._log.tell(stage=self._stage, done=self.n, total=self.total, seconds=seconds, **note)
