"""Opening a task and attempting one item of it: what every backend does, in whichever process it does it.

Here: the import path becomes a handler, an exception becomes text. Not here: where handlers run.
"""

from __future__ import annotations

import importlib
import time
import traceback
from dataclasses import dataclass
from typing import Any, cast

from engine.errors import BackendError, CandlewickError
from engine.execution.backend import ErrorInfo, Handler


@dataclass(frozen=True, slots=True)
class Attempt:
    """One item, tried once: a value, or the error in its place."""

    value: Any
    error: ErrorInfo | None
    seconds: float


def open_task(path: str, context: Any) -> Handler:
    """Import ``"package.module:function"``, call it with the context and return the handler it gives.

    Raises BackendError, with the traceback as its details, whatever goes wrong: no item can be tried then.
    """
    module, _, name = path.partition(":")
    try:
        handler = getattr(importlib.import_module(module), name)(context)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        info = describe(error)
        # An expected failure (no such data folder) has a sentence of its own already.
        said = isinstance(error, CandlewickError)
        sentence = info.message if said else f"The task '{path}' cannot be opened: {info}"
        raise BackendError(sentence, info.traceback) from error
    if not callable(handler):
        sentence = f"The task '{path}' must return a function of one item, not {type(handler).__name__}."
        raise BackendError(sentence)
    return cast(Handler, handler)


def attempt(handler: Handler, payload: Any) -> Attempt:
    """Call the handler; whatever it raises, ``sys.exit`` included, becomes the item's error."""
    began = time.perf_counter()
    try:
        value, error = handler(payload), None
    except KeyboardInterrupt:
        raise
    except BaseException as raised:  # noqa: BLE001  a task may raise anything, and only its item may suffer
        value, error = None, describe(raised)
    return Attempt(value, error, time.perf_counter() - began)


def describe(error: BaseException) -> ErrorInfo:
    """Put an exception into words, even one whose own ``str()`` fails."""
    try:
        message = str(error)
    except Exception:  # noqa: BLE001  any class may come with a broken __str__
        message = "(its message cannot be shown)"
    # The first frame is the caller of the task, here or in a sibling, and says nothing.
    frames = error.__traceback__.tb_next if error.__traceback__ is not None else None
    text = "".join(traceback.format_exception(type(error), error, frames))
    return ErrorInfo(type(error).__name__, message, text)
