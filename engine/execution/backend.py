"""The one interface between work and where it runs.

A *task* is named by an import path ``"package.module:function"``; the function is called once per run in
each worker with the run's ``context`` and returns the callable that handles one item. Items, contexts and
values are plain data that pickle. Whatever happens to a worker, :meth:`Backend.run` yields exactly one
:class:`Outcome` for every item.

Here: the contract and its data. The backends are ``inline`` (this process, no isolation), ``pool`` (supervised
processes) and ``dask`` (a cluster, with such a pool beside each of its workers).
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias


class Status(StrEnum):
    """How one item ended."""

    OK = "ok"
    ERROR = "error"
    TIMEOUT = "timeout"
    CRASH = "crash"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """An exception as text: errors never cross a process border as objects."""

    type: str
    message: str
    traceback: str = ""

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


@dataclass(frozen=True, slots=True)
class Item:
    """One unit of work: ``key`` names it in messages, ``payload`` is what the task's handler receives."""

    key: str
    payload: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item; ``index`` is its place in the submitted sequence.

    ``value`` is set when the status is ok, ``error`` when it is error, ``exit_code`` when it is crash (minus
    the signal's number after a signal, None when the system would not say). ``seconds`` is how long the last
    attempt took; ``attempts`` counts all but those that a cancel cut short.
    """

    key: str
    index: int
    status: Status
    value: Any = None
    error: ErrorInfo | None = None
    seconds: float = 0.0
    attempts: int = 1
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A task by import path, with the context that is sent once per run and worker."""

    path: str
    context: Any = None


Handler: TypeAlias = Callable[[Any], Any]


def exit_words(exit_code: int | None) -> str:
    """Say how a process ended; a negative code is a signal's number."""
    if exit_code is None:
        return "exit code unknown"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        return f"signal {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"signal {-exit_code}"


class CancelSwitch(Protocol):
    """The part of ``threading.Event`` that a run listens to."""

    def is_set(self) -> bool:
        """Tell whether the run should stop."""
        ...


class CancelFlag:
    """A flag that any thread may set and a run looks at; the plain attribute is atomic."""

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        """Ask the run to stop."""
        self._set = True

    def is_set(self) -> bool:
        """Tell whether the run should stop."""
        return self._set


class Backend(Protocol):
    """Where tasks run."""

    workers: int
    # Whether tasks may run on another machine, which sees none of this one's own files.
    elsewhere: bool

    def run(
        self,
        task: Task,
        items: Sequence[Item],
        *,
        chunk: int = 1,
        timeout: float | None = None,
        cancel: CancelSwitch | None = None,
        heartbeat: float | None = None,
    ) -> Iterator[Outcome | None]:
        """Yield one outcome per item, in completion order.

        With ``heartbeat``, None comes in between whenever nothing has ended for that many seconds, so that a
        caller can report progress while every worker is busy.

        ``chunk`` consecutive items travel to a worker together; ``timeout`` is seconds per *item*. When
        ``cancel`` is set, running items are stopped and all unfinished ones come back as cancelled; dropping
        the iterator does the same, unseen. Raises BackendError when no worker can be started, the task cannot
        be opened, another run is under way or the backend is closed.
        """
        ...

    def close(self, grace: float = 2.0) -> None:
        """Stop the workers; may be called twice, from any thread, during a run."""
        ...
