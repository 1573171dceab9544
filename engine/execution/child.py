"""How a worker process is started and watched: by ``multiprocessing``, or beside it where that may not have children.

A daemonic process, which the workers of Dask are by default, is refused children by ``multiprocessing``: there the
worker is a plain subprocess, started by :func:`start_child` with the descriptors that ``multiprocessing`` would
have given it:

1. the worker's end of the pipe;
2. a *lifeline*, of which the parent holds the other end: it closes when the parent ends, however it ends;
3. a *sentinel*, of which the worker holds the other end: it closes when the worker ends.

Not here: what the worker does (:mod:`engine.execution.worker`), nor what becomes of it
(:mod:`engine.execution.worker_process`).
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import subprocess
import sys
from dataclasses import asdict
from multiprocessing.connection import Connection
from typing import Any, Protocol

from engine.execution.wire import Pipe
from engine.execution.worker import Orders, serve, work_under

# Forking a process that has threads (Qt's, Arrow's) is undefined: a fresh interpreter on every system.
SPAWN = multiprocessing.get_context("spawn")
# What a subprocess runs. It takes the import path over first: its orders may come from anywhere on it.
_ENTRY = (
    "import json, sys; orders = json.loads(sys.argv[1]); sys.path[:] = orders.pop('path');"
    "from engine.execution.child import serve_alone; serve_alone(**orders)"
)

_numbers = itertools.count(1)


class Child(Protocol):
    """A process that has been started; the part of ``multiprocessing.Process`` that is needed here."""

    @property
    def pid(self) -> int | None:
        """Its process id."""

    @property
    def sentinel(self) -> int:
        """What becomes ready, for ``multiprocessing.connection.wait``, when it ends."""

    @property
    def exitcode(self) -> int | None:
        """How it ended; minus the number of a signal, None as long as it runs."""

    def is_alive(self) -> bool:
        """Tell whether it still runs."""

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end."""

    def kill(self) -> None:
        """End it at once."""

    def close(self) -> None:
        """Give its descriptors back; raises ValueError while it runs."""


def can_start_children() -> bool:
    """Tell whether this process may start workers: a daemonic one cannot on Windows."""
    return sys.platform != "win32" or not multiprocessing.current_process().daemon


def start_child(orders: Orders) -> tuple[Child, Pipe]:
    """Start a worker; return it with our end of its pipe.

    Raises OSError, RuntimeError when the entry script is to blame, and AssertionError where no children are
    allowed.
    """
    ours, theirs = SPAWN.Pipe()
    try:
        if multiprocessing.current_process().daemon and can_start_children():
            return _PlainChild(theirs, orders), ours
        name = f"candlewick-worker-{next(_numbers)}"
        child = SPAWN.Process(target=serve, args=(theirs, orders), name=name, daemon=True)
        child.start()
        return child, ours
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()


class _PlainChild:
    """A worker that ``multiprocessing`` does not know of; on systems with descriptors only."""

    def __init__(self, theirs: Pipe, orders: Orders) -> None:
        watched, self._lifeline = os.pipe()
        self.sentinel, held = os.pipe()
        entry = {
            "path": sys.path,
            "orders": asdict(orders),
            "pipe": theirs.fileno(),
            "lifeline": watched,
            "sentinel": held,
            "parent": os.getpid(),
        }
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and our own text
                [sys.executable, "-c", _ENTRY, json.dumps(entry)],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), watched, held),
            )
        except BaseException:
            self._give_back()
            raise
        finally:
            os.close(watched)
            os.close(held)
        self.pid = self._process.pid

    @property
    def exitcode(self) -> int | None:
        return self._process.poll()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def join(self, timeout: float | None = None) -> None:
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        if self.is_alive():
            message = "the process still runs"
            raise ValueError(message)
        self._give_back()

    def _give_back(self) -> None:
        os.close(self._lifeline)
        os.close(self.sentinel)


def serve_alone(orders: dict[str, Any], pipe: int, lifeline: int, sentinel: int, parent: int) -> None:
    """Work as the subprocess that a daemonic process has started."""
    for descriptor in (pipe, lifeline, sentinel):
        os.set_inheritable(descriptor, False)  # noqa: FBT003  the name of the call says what it is
    connection: Pipe = Connection(pipe)
    work_under(parent, lambda: os.read(lifeline, 1), connection, Orders.from_plain(orders))
