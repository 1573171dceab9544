"""A ``logging.Handler`` that hands lines to the window, whichever thread wrote them.

The line is formatted in the writer's thread, where its arguments are still what they were; the signal carries
it to the window's thread by a queued connection. Not here: the ring (``ring``) and the file log.
"""

from __future__ import annotations

import logging
import time

from PySide6.QtCore import QObject, Signal

from gui.log.ring import LogLine


class LogSender(QObject):
    """The Qt half of the handler; a ``logging.Handler`` can't be a ``QObject`` at the same time."""

    lines_written = Signal(object)


class QueuedLog(logging.Handler):
    """Turns records into ``LogLine`` tuples; connect ``sender.lines_written`` with a queued connection."""

    def __init__(self, parent: QObject | None = None, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        self.sender = LogSender(parent)
        self._open = True

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record's lines; after ``close`` do nothing, as the window may be gone."""
        if not self._open:
            return
        try:
            lines = lines_of(record, self.format(record))
        except (TypeError, ValueError, KeyError):
            # Arguments that don't fit the message; logging's own way is to tell on stderr and go on.
            self.handleError(record)
            return
        try:
            self.sender.lines_written.emit(lines)
        except RuntimeError:
            # The window and with it the sender were destroyed while another thread was still logging.
            self._open = False

    def close(self) -> None:
        """Send nothing from now on."""
        self._open = False
        super().close()


def lines_of(record: logging.LogRecord, message: str) -> tuple[LogLine, ...]:
    """Return one line per line of the message, with the record's local time to the millisecond."""
    clock = time.strftime("%H:%M:%S", time.localtime(record.created))
    stamp = f"{clock}.{int(record.msecs):03d}"
    parts = message.splitlines() or ["–"]
    return tuple(LogLine(stamp, record.levelno, record.name, part or " ") for part in parts)
