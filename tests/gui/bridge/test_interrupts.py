from __future__ import annotations

import os
import signal
import sys

import pytest

from gui.bridge.interrupts import Interrupts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send itself these signals")


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_told_in_the_windows_thread(qtbot, kind):
    interrupts = Interrupts()
    try:
        with qtbot.waitSignal(interrupts.interrupted):
            os.kill(os.getpid(), kind)
    finally:
        interrupts.close()


def test_closing_gives_the_signals_back(qtbot):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    Interrupts().close()
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
