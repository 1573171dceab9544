"""What runs inside a worker process: settle in, import, then open tasks and work through chunks until Stop.

This module imports nothing heavy: it is the first of ours that a new process loads, and the limits on numeric
libraries' threads must be in the environment before any of those is imported. The other side of the pipe is
:mod:`engine.execution.crew`.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import gc
import importlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from engine.errors import BackendError
from engine.execution.backend import ErrorInfo, Handler
from engine.execution.task import attempt, describe, open_task
from engine.execution.wire import (
    Chunk,
    Done,
    GoneError,
    Open,
    Opened,
    Pipe,
    Ready,
    Refused,
    Stop,
    pack,
    receive,
    send,
    unpack,
)

# One process per core is the parallelism: threads under it would only fight for the same cores. Arrow takes
# the size of its processor pool from OMP_NUM_THREADS as well.
THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")

_PR_SET_PDEATHSIG = 1
# Half of the machine's memory is added to what the kernel of Linux takes the worker to use when memory runs out:
# enough that it ends a worker, whose item can be tried again, and not the window.
_OUT_OF_MEMORY_SCORE = 500
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is told before it is one: the modules it imports, and the memory it may take in megabytes."""

    initial_imports: tuple[str, ...] = ()
    memory_mb: int | None = None

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> Self:
        """Rebuild orders that have travelled as JSON."""
        return cls(tuple(values["initial_imports"]), values["memory_mb"])


def serve(pipe: Pipe, orders: Orders) -> None:
    """Answer the pool's messages until Stop or until the pool is gone; the entry of a worker process."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    assert parent.pid is not None
    work_under(parent.pid, parent.join, pipe, orders)


def work_under(parent: int, wait_for_its_end: Callable[[], object], pipe: Pipe, orders: Orders) -> None:
    """Be the worker of the process ``parent``: settle in, import, answer its messages."""
    _settle_in()
    _die_with(parent, wait_for_its_end)
    _limit_memory(orders.memory_mb)
    with contextlib.suppress(GoneError):
        # To look for garbage in what is just being loaded takes a tenth of the time; afterwards it is passed over.
        gc.disable()
        is_ready = _import_all(pipe, orders.initial_imports)
        gc.freeze()
        gc.enable()
        if is_ready:
            send(pipe, Ready())
            _converse(pipe)


def _settle_in() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in THREAD_LIMITS:
        os.environ[name] = "1"
    # The parent's stdout may be a CSV file in the making. The descriptor is turned too, for prints from C.
    with contextlib.suppress(OSError):
        os.dup2(2, 1)
    sys.stdout = sys.stderr
    # Without a console (a windowed start) there is nowhere to write a stack to.
    if sys.stderr is not None:
        faulthandler.enable()


def _die_with(parent: int, wait_for_its_end: Callable[[], object]) -> None:
    """End with the parent, however it ends.

    The watching thread works everywhere but needs the interpreter lock, which a task in C may hold for ever;
    on Linux the kernel therefore kills the worker too, at the end of the thread that started it.
    """
    threading.Thread(target=_leave_after, args=(wait_for_its_end,), name="parent-watch", daemon=True).start()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the request
            os._exit(1)


def _leave_after(wait_for_its_end: Callable[[], object]) -> None:
    wait_for_its_end()
    os._exit(1)


def _limit_memory(megabytes: int | None) -> None:
    """Give the worker its limit, and let the kernel take it before the program that it works for.

    The limit is on data (RLIMIT_DATA), not on addresses, which would count the mapped files of bars. Only Linux
    holds anonymous memory to it.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(_OUT_OF_MEMORY_SCORE), encoding="ascii")
    if megabytes is not None:
        import resource  # noqa: PLC0415  is not there on every system

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = megabytes * _MEGABYTE
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def _import_all(pipe: Pipe, modules: tuple[str, ...]) -> bool:
    for module in modules:
        try:
            importlib.import_module(module)
        except BaseException as error:  # noqa: BLE001  the pool turns it into one sentence, then this process ends
            info = describe(error)
            send(pipe, Refused(f"Workers cannot import {module}: {info}", info.traceback))
            return False
    return True


def _converse(pipe: Pipe) -> None:
    handler: Handler | None = None
    while True:
        match receive(pipe):
            case Open(path, context):
                handler = None  # the last run's data goes before the next run's comes
                handler = _open(pipe, path, context)
            case Chunk(items):
                assert handler is not None
                for index, payload in items:
                    send(pipe, work(handler, index, payload))
            case Stop():
                return


def _open(pipe: Pipe, path: str, context: bytes) -> Handler | None:
    try:
        handler = open_task(path, load_context(path, context))
    except BackendError as error:
        send(pipe, Refused(error.sentence, error.details))
        return None
    send(pipe, Opened())
    return handler


def load_context(path: str, context: bytes) -> object:
    """Load a task's pickled context; raises BackendError with the task's name, whatever the context's code raises."""
    try:
        return unpack(context)
    except Exception as error:
        info = describe(error)
        sentence = f"The context of the task '{path}' cannot be read by a worker: {info}"
        raise BackendError(sentence, info.traceback) from error


def work(handler: Handler, index: int, payload: bytes) -> Done:
    """Try a pickled item; return the pickled value, or the error, as the message that goes back."""
    tried = attempt(lambda data: handler(unpack(data)), payload)
    if tried.error is not None:
        return Done(index, b"", tried.error, tried.seconds)
    try:
        return Done(index, pack(tried.value), None, tried.seconds)
    except Exception as error:  # noqa: BLE001  pickling runs the value's own code, which may raise anything
        return Done(index, b"", _unsendable(describe(error)), tried.seconds)


def _unsendable(info: ErrorInfo) -> ErrorInfo:
    return ErrorInfo(info.type, f"the result cannot be sent back: {info.message}", info.traceback)
