import os
import signal
import sys

import pytest

from understanding_rl_vision import tensorflow1
from understanding_rl_vision.later import Later


def test_a_module_is_imported_when_something_is_asked_of_it(tmp_path, monkeypatch):
    (tmp_path / "asked_for_later.py").write_text("VALUE = 3\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = Later("asked_for_later")
    assert "asked_for_later" not in sys.modules
    assert (module.VALUE, module.VALUE) == (3, 3) and sys.modules.pop("asked_for_later")
    with pytest.raises(AttributeError, match="OTHER"):
        module.OTHER  # noqa: B018
    with pytest.raises(ImportError, match="no_such_module"):
        Later("no_such_module").VALUE  # noqa: B018


def test_an_interrupt_waits_for_the_import_of_tensorflow():
    # Entered as by an import, but after it: TensorFlow 1.14 is not imported whole once this was left by an interrupt.
    assert tensorflow1.tf.float32
    done = []
    # What was started in the background may have been told to ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            with tensorflow1._importing():
                os.kill(os.getpid(), signal.SIGINT)
                done.append("imported")
    finally:
        signal.signal(signal.SIGINT, before)
    assert done
