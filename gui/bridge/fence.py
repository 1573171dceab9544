"""The last fence: what nobody caught, in whichever thread, and what Qt complains about.

Both go to the log and the first also to whoever listens; the window goes on.
"""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

log = logging.getLogger("candlewick")

MISSING_PARTS = (
    "On Debian and Ubuntu the window needs: sudo apt-get install libgl1 libegl1 libxkbcommon0 libfontconfig1 "
    "libglib2.0-0 libdbus-1-3 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"
)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Fence(QObject):
    """``caught`` carries the exception, queued to the window's thread; ``lower`` puts Python's hooks back."""

    caught = Signal(object)
    interrupted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._take
        threading.excepthook = self._take_from_thread

    def lower(self) -> None:
        """Catch nothing from now on."""
        sys.excepthook, threading.excepthook = self._before

    def _take(self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            self.interrupted.emit()
        else:
            self.caught.emit(error)

    def _take_from_thread(self, what: threading.ExceptHookArgs) -> None:
        if what.exc_value is not None:
            self.caught.emit(what.exc_value)


def listen_to_qt() -> None:
    """Turn Qt's messages into log lines; one that keeps the window from opening is told at once, with the cure."""
    qInstallMessageHandler(_take_qt_message)


def _take_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if kind is QtMsgType.QtFatalMsg and "platform plugin" in message and sys.stderr is not None:
        sys.stderr.write(f"{message}\n{MISSING_PARTS}\n")
    log.log(_LEVELS[kind], "Qt: %s", message)
