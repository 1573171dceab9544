"""What a worker has sent, read in one go: all whole messages at once instead of two system calls for each.

A worker sends a message for every item, so that whatever it has finished outlives it. Reading them one by one, and
waking up for each, would cost the program more than the messages themselves. :meth:`Inbox.messages` never waits,
not even in the middle of a message whose sender was stopped. Not here: what messages mean (``crew``).
"""

from __future__ import annotations

import os
import select
import struct
import sys
from collections.abc import Iterator

from engine.execution.wire import GoneError, Message, Pipe, receive, understand

_READ_BYTES = 1 << 18
# How ``multiprocessing`` frames what it sends: a length, or -1 and a longer length.
_LENGTH = struct.Struct("!i")
_LONG_LENGTH = struct.Struct("!Q")


class Inbox:
    """The reading end of one worker's pipe; only one thread uses it."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._buffer = bytearray()

    def has_news(self) -> bool:
        """Whether something waits in the pipe: a message, a part of one, or its end."""
        try:
            return self._pipe.poll(0)
        except OSError:
            return True

    def messages(self) -> Iterator[Message]:
        """Yield what is there; raises GoneError at the end of the pipe, and for what cannot be understood."""
        while self.has_news():
            yield receive(self._pipe)


class _BulkInbox(Inbox):
    """The same on systems whose pipes are descriptors."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__(pipe)
        self._descriptor = pipe.fileno()
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLIN)

    def has_news(self) -> bool:
        return bool(self._poll.poll(0))

    def messages(self) -> Iterator[Message]:
        while self.has_news():
            try:
                data = os.read(self._descriptor, _READ_BYTES)
            except OSError as error:
                raise GoneError from error
            if not data:
                raise GoneError
            self._buffer += data
            yield from self._whole_messages()

    def _whole_messages(self) -> Iterator[Message]:
        """Take whole messages out of the buffer."""
        buffer, begin = self._buffer, 0
        try:
            while (extent := _frame(buffer, begin)) is not None:
                start, begin = extent
                yield understand(bytes(memoryview(buffer)[start:begin]))
        finally:
            if begin:
                self._buffer = buffer[begin:]


def _frame(buffer: bytearray, begin: int) -> tuple[int, int] | None:
    """Return where the contents of the message at ``begin`` start and stop; None while it is not all there."""
    start = begin + _LENGTH.size
    if len(buffer) < start:
        return None
    (length,) = _LENGTH.unpack_from(buffer, begin)
    if length == -1:
        start += _LONG_LENGTH.size
        if len(buffer) < start:
            return None
        (length,) = _LONG_LENGTH.unpack_from(buffer, begin + _LENGTH.size)
    if length < 0:
        raise GoneError
    return (start, start + length) if len(buffer) >= start + length else None


def open_inbox(pipe: Pipe) -> Inbox:
    """Return the quickest way to read a pipe on this system."""
    return Inbox(pipe) if sys.platform == "win32" else _BulkInbox(pipe)
