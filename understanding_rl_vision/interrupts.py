"""Signals that end a process: each command leaves in order what it has made, and says in a sentence that it ended."""

import contextlib
import os
import signal
import sys
import threading
import time

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

# The name of the program that runs every command.
SCRIPT = "rl-clarity"

# Names the process with which a command ends that was started by another one.
PARENT_VARIABLE = "UNDERSTANDING_RL_VISION_PARENT"


class Terminated(KeyboardInterrupt):
    """The process was told to end by another signal than that of Ctrl-C. The argument is its number."""


def status_of(interrupt):
    """The exit status that shells know, of a KeyboardInterrupt."""
    return 128 + (interrupt.args[0] if isinstance(interrupt, Terminated) else signal.SIGINT)


@contextlib.contextmanager
def ending_in_order():
    """As a context, for a process that is a command: signals that would end it raise KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def terminate(number, _):
        raise Terminated(number)

    # Who started the process may have told it to ignore some.
    heeded = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    handlers = {number: signal.default_int_handler if number == signal.SIGINT else terminate for number in heeded}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def undisturbed():
    """As a context: signals that would end the process wait until it is left.

    Only the main thread is told of signals: in another one nothing waits.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting = []
    before = {number: signal.signal(number, lambda number, _: waiting.append(number)) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for number in waiting:
            os.kill(os.getpid(), number)


def end_with_parent():
    """Where the environment names the process that started this one, let this one be terminated when that is gone."""
    parent = os.environ.get(PARENT_VARIABLE, "")

    def watch():
        while str(os.getppid()) == parent:
            time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGTERM)

    if parent:
        threading.Thread(target=watch, daemon=True).start()


def leave_while_importing():
    """Where this process is a command that still imports: a signal that ends it is told in a sentence, not a traceback.

    By then nothing has been made that it would have to leave in order.
    """

    def leave(number, _):
        sys.stderr.write("{}: interrupted.\n".format(__name__.split(".")[0]))
        sys.stderr.flush()
        os._exit(128 + number)

    # "-m" is the name of the program while `python -m` looks for what to run, and imports what that is in.
    program = os.path.splitext(os.path.basename(sys.argv[0]))[0] if sys.argv else ""
    if program in ("-m", SCRIPT) and threading.current_thread() is threading.main_thread():
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, leave)
