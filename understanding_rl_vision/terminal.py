"""What else writes to a command's terminal: TensorFlow and packages of games tell of themselves only if that is wanted.

Errors come through. In other processes than commands, such as notebooks, nothing is held back.
"""

import contextlib
import io
import os
import re
import select
import subprocess
import sys

from understanding_rl_vision.files import FULL

# As shells know it of a program that a closed pipe ends.
UNREAD = 128 + 13
# As of a command that cannot write its files.
UNWRITTEN = 2

# Set where a command and the processes that it starts are to show everything.
VERBOSE_VARIABLE = "UNDERSTANDING_RL_VISION_VERBOSE"
# Below errors TensorFlow's C++ says nothing, once it has read this.
LOG_LEVEL = ("TF_CPP_MIN_LOG_LEVEL", "2")

# What it writes before that, and errors that only say that there is no GPU: lines of Abseil's form, or its own.
NOISE = re.compile(
    rb"(WARNING: All log messages before absl::|To enable the following instructions:"
    rb"|[IW]\d{4} \d\d:|\d{4}-\d\d-\d\d \S+ [IW] "
    rb"|(E\d{4} \d\d:|\d{4}-\d\d-\d\d \S+ E ).*"
    rb"(cuda_platform|cuda_driver|cuda_dnn|cuda_fft|cuda_blas|computation_placer))"
)
# A process of its own, so that what was said last is there too when this one is aborted.
FILTER = """
import re, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
noise = re.compile({!a})
for line in sys.stdin.buffer:
    if not noise.match(line):
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()
""".format(NOISE.pattern)

_holding_back = False


def is_verbose():
    """Whether everything is to be shown."""
    return bool(os.environ.get(VERBOSE_VARIABLE))


@contextlib.contextmanager
def terminal_of_command(verbose):
    """As a context: this process is a command. verbose: it, and those that it starts, show everything."""
    global _holding_back
    before = {name: os.environ.get(name) for name in (VERBOSE_VARIABLE, LOG_LEVEL[0])}
    if verbose:
        os.environ[VERBOSE_VARIABLE] = "1"
    _holding_back = not is_verbose()
    if _holding_back:
        os.environ.setdefault(*LOG_LEVEL)
    try:
        yield
    finally:
        _holding_back = False
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def without_noise():
    """As a context: of what the process's C++ writes to stderr, NOISE is left out, in a command that holds back."""
    saved = _copy_of_stderr() if _holding_back else None
    if saved is None:
        yield
        return
    filtering = subprocess.Popen([sys.executable, "-S", "-E", "-c", FILTER], stdin=subprocess.PIPE, stderr=saved)
    try:
        sys.stderr.flush()
        os.dup2(filtering.stdin.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(saved, 2)
        os.close(saved)
        filtering.stdin.close()
        # Whoever was started meanwhile may hold the other end.
        with contextlib.suppress(subprocess.TimeoutExpired):
            filtering.wait(5)


@contextlib.contextmanager
def ending_unread(program):
    """As a context: when what this process prints cannot be written, it ends.

    Without a word where whoever reads it has gone, as `head` does; else, where a disk is full for instance, with a
    sentence. program: what that begins with.
    """
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as error:
        gone = isinstance(error, BrokenPipeError)
        lost = [stream for stream in (sys.stdout, sys.stderr) if (_is_unread if gone else cannot_be_written)(stream)]
        # Python that is told not to buffer keeps nothing of it.
        if not lost and (gone or error.errno not in FULL or error.filename is not None):
            raise
        # Python writes what is left in them when it ends.
        with open(os.devnull, "w") as nothing:
            for stream in lost:
                os.dup2(nothing.fileno(), stream.fileno())
        if gone:
            raise SystemExit(UNREAD) from None
        said = "{}: Cannot write what this prints: {}. Let it lead elsewhere, and run again.\n"
        sys.stderr.write(said.format(program, error.strerror))
        raise SystemExit(UNWRITTEN) from None


def cannot_be_written(stream):
    """Whether a stream holds what its file does not take."""
    try:
        if stream is not None:
            stream.flush()
    except OSError:
        return True
    return False


def _is_unread(stream):
    """Whether a stream leads into a pipe that nobody reads any more."""
    try:
        polled = select.poll()
        polled.register(stream.fileno(), 0)
        return any(event & select.POLLERR for _, event in polled.poll(0))
    except (AttributeError, OSError, ValueError):
        # No pipe, no file, or Windows.
        return False


def _copy_of_stderr():
    """A descriptor of where stderr leads; None where it is closed."""
    try:
        return os.dup(2)
    except OSError:
        return None


def packages_own_words():
    """As a context: what a package of games prints to sys.stderr of itself while it is imported is shown if wanted."""
    return contextlib.nullcontext() if is_verbose() else contextlib.redirect_stderr(io.StringIO())
