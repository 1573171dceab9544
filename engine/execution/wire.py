"""The messages between the pool and one of its workers, and how they travel.

    pool    Open ──────────► worker    Opened, or Refused with the reason
    pool    Chunk of items ► worker    Done, once per item, in the order of the chunk
    pool    Stop ──────────► worker    (ends)

A worker begins with Ready, or Refused. Because Done is sent the moment an item ends, Done for one item also
says that the worker has started the next one it holds: the time limit moves on without a message of its own.

Values, payloads and contexts travel as bytes inside the messages, pickled and unpickled at either end inside
a ``try``: a value that fails to load spoils its own item, never the conversation. Errors travel as text.
"""

from __future__ import annotations

import pickle
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, TypeAlias

from engine.execution.backend import ErrorInfo


class GoneError(Exception):
    """The other end has left, or no longer says what can be understood."""


class Open(NamedTuple):
    """Open this task; ``context`` is pickled."""

    path: str
    context: bytes


class Chunk(NamedTuple):
    """Work through these items: index and pickled payload of each."""

    items: tuple[tuple[int, bytes], ...]


class Stop(NamedTuple):
    """End."""


class Ready(NamedTuple):
    """The imports are done: the worker listens."""


class Opened(NamedTuple):
    """The task is open: chunks may come."""


class Refused(NamedTuple):
    """An import or the opening of the task failed: the sentence, and the traceback as text."""

    sentence: str
    details: str


class Done(NamedTuple):
    """One item ended by itself: the pickled value, or the error."""

    item: int
    value: bytes
    error: ErrorInfo | None
    seconds: float


Message: TypeAlias = Open | Chunk | Stop | Ready | Opened | Refused | Done
Pipe: TypeAlias = "Connection[Any, Any]"


def pack(thing: Any) -> bytes:
    """Pickle a message or what goes into one."""
    return pickle.dumps(thing, protocol=pickle.HIGHEST_PROTOCOL)


def unpack(data: bytes) -> Any:
    """Undo :func:`pack`; whatever the loaded classes raise comes out."""
    return pickle.loads(data)  # noqa: S301  bytes from our own process over a private pipe, never from a file


def send(pipe: Pipe, message: Message) -> None:
    """Send a message; raises GoneError when nobody reads.

    Done, of which there are thousands, travels as a plain tuple: a class by name would take longer than the rest.
    """
    try:
        pipe.send_bytes(pack(tuple(message) if type(message) is Done else message))
    except OSError as error:
        raise GoneError from error


def receive(pipe: Pipe) -> Message:
    """Wait for a message; raises GoneError at the end of the pipe, in the middle of a message too."""
    try:
        data = pipe.recv_bytes()
    except OSError as error:
        raise GoneError from error
    return understand(data)


def understand(data: bytes) -> Message:
    """Load a message; raises GoneError for what is none."""
    try:
        message = unpack(data)
        return Done(*message) if type(message) is tuple else message
    except Exception as error:  # what two processes have written across each other fails to load in any way
        raise GoneError from error
