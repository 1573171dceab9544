from __future__ import annotations

import logging
import sys
import threading

import pytest
from PySide6.QtCore import QtMsgType, qInstallMessageHandler, qWarning

from gui.bridge import fence as fences
from gui.bridge.fence import Fence


@pytest.fixture
def fence(qtbot):
    made = Fence()
    yield made
    made.lower()


def test_what_nobody_caught_is_told(qtbot, fence):
    error = ZeroDivisionError("bug")
    with qtbot.waitSignal(fence.caught) as caught:
        sys.excepthook(ZeroDivisionError, error, None)
    assert caught.args == [error]


def test_what_nobody_caught_in_a_thread_arrives_in_the_windows_thread(qtbot, fence):
    heard = []
    fence.caught.connect(lambda error: heard.append((str(error), threading.current_thread())))
    worker = threading.Thread(target=lambda: 1 / 0)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [("division by zero", threading.main_thread())]


def test_an_interrupt_asks_to_close_and_is_no_bug(qtbot, fence):
    with qtbot.assertNotEmitted(fence.caught), qtbot.waitSignal(fence.interrupted):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)


def test_a_lowered_fence_leaves_the_hooks_as_they_were():
    before = sys.excepthook, threading.excepthook
    fence = Fence()
    assert sys.excepthook != before[0]
    fence.lower()
    assert (sys.excepthook, threading.excepthook) == before


@pytest.mark.qt_no_exception_capture
def test_qt_messages_become_log_lines(qtbot, caplog):
    before = qInstallMessageHandler(None)
    try:
        fences.listen_to_qt()
        with caplog.at_level(logging.DEBUG, "candlewick"):
            qWarning("a complaint")
    finally:
        qInstallMessageHandler(before)
    assert ("candlewick", logging.WARNING, "Qt: a complaint") in caplog.record_tuples


def test_a_window_that_cannot_open_names_the_packages_to_install(capsys, caplog):
    fences._take_qt_message(
        QtMsgType.QtFatalMsg, None, 'Could not load the Qt platform plugin "xcb" even though it was found.'
    )
    assert "sudo apt-get install" in capsys.readouterr().err
    assert "libxcb-cursor0" in fences.MISSING_PARTS
