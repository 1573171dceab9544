"""Working through molecules, here or in worker processes, with one result or one named failure for each.

1. With one thread every molecule is called in this process, in order; any callable will do.
2. With more, the molecules go to a supervised pool, which is closed whatever happens. What all molecules share
   travels once per worker, not once per molecule; what cannot travel is refused before a process starts.
3. Results come back in the order of the molecules, a failure in the place of the result that it cost.

Not here: which atoms a molecule has, and whether a failure is raised, logged or handed over (``jobs``).
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from engine.errors import JobError
from engine.execution.backend import Item, Outcome, Status, Task, exit_words
from engine.execution.calls import TASK, expand_call
from engine.execution.pool import SupervisedPool
from engine.execution.progress import ProgressLine
from engine.execution.task import describe
from engine.execution.wire import pack
from engine.settings import available_cores


@dataclass(frozen=True, slots=True)
class Molecule:
    """One call: how messages name it, and the arguments that are its own."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MoleculeFailure:
    """What stands in the place of a result: the molecule's name, the cause in words, the traceback as text.

    ``error`` is the exception itself where it was raised in this process.
    """

    molecule: str
    cause: str
    details: str = ""
    error: BaseException | None = field(default=None, compare=False)


def dispatch(
    molecules: Sequence[Molecule],
    shared: Mapping[str, Any],
    functions: Sequence[Callable[..., Any]],
    *,
    num_threads: int,
    task: str,
) -> list[Any]:
    """Return each molecule's result, or its :class:`MoleculeFailure`, in the order of the molecules.

    ``functions`` are those that workers must be able to import. Raises JobError for what they could not be
    sent, BackendError when none can be started.
    """
    results: list[Any] = [None] * len(molecules)
    line = ProgressLine(len(molecules), task)
    if num_threads == 1 or not molecules:
        steps = _here(molecules, shared)
    else:
        for func in {id(func): func for func in functions}.values():
            _refuse_unreachable(func)
        steps = _in_workers(molecules, shared, num_threads)
    for index, result in steps:
        results[index] = result
        line.step()
    return results


def name_of(func: Any) -> str:
    """Return the name of a function, of what a partial completes, or of a callable object's class."""
    while isinstance(func, functools.partial):
        func = func.func
    return str(getattr(func, "__name__", type(func).__name__))


def _here(molecules: Sequence[Molecule], shared: Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
    for index, molecule in enumerate(molecules):
        try:
            result = expand_call({**shared, **molecule.arguments})
        except (Exception, SystemExit) as error:  # noqa: BLE001  a function may raise anything, at its molecule's cost only
            info = describe(error)
            result = MoleculeFailure(molecule.name, str(info), info.traceback, error)
        yield index, result


def _in_workers(
    molecules: Sequence[Molecule], shared: Mapping[str, Any], num_threads: int
) -> Iterator[tuple[int, Any]]:
    context = _packed(shared)
    # More processes than cores would only fight for them and for memory.
    workers = min(num_threads, len(molecules), available_cores())
    items = [Item(molecule.name, dict(molecule.arguments)) for molecule in molecules]
    with closing(SupervisedPool(workers)) as pool:
        for outcome in pool.run(Task(TASK, context), items):
            if outcome is not None:
                yield outcome.index, outcome.value if outcome.status is Status.OK else _failure(outcome)


def _failure(outcome: Outcome) -> MoleculeFailure:
    if outcome.status is Status.CRASH:
        words = f"its worker process died ({exit_words(outcome.exit_code)}), {outcome.attempts} times"
        return MoleculeFailure(outcome.key, words)
    if outcome.error is None:
        return MoleculeFailure(outcome.key, f"it was {outcome.status.value}")
    return MoleculeFailure(outcome.key, str(outcome.error), outcome.error.traceback)


def _refuse_unreachable(func: Callable[..., Any]) -> None:
    """Raise JobError for a function that no worker could import."""
    inner: Any = func
    while isinstance(inner, functools.partial):
        inner = inner.func
    main = sys.modules.get("__main__")
    at_the_prompt = not (getattr(main, "__file__", None) or getattr(main, "__spec__", None))
    reason = ""
    if getattr(inner, "__module__", None) == "__main__" and at_the_prompt:
        reason = "it was typed in, and they have no file to import"
    else:
        try:
            pack(func)
        except Exception as error:  # noqa: BLE001  pickling runs code of the function's arguments
            reason = describe(error).message.rstrip(".")
    if reason:
        sentence = (
            f"The function {name_of(func)} cannot be sent to worker processes ({reason}): put it at the top "
            "level of a module, or use num_threads=1."
        )
        raise JobError((("func", sentence),))


def _packed(shared: Mapping[str, Any]) -> bytes:
    """Pickle what all molecules share, or raise JobError with the argument that cannot be."""
    try:
        return pack(dict(shared))
    except Exception as error:
        culprits = [name for name, value in shared.items() if not _can_be_packed(value)]
        name = culprits[0] if culprits else "func"
        reason = describe(error).message.rstrip(".")
        sentence = f"The argument '{name}' cannot be sent to worker processes: {reason}."
        raise JobError(((name, sentence),)) from error


def _can_be_packed(value: Any) -> bool:
    try:
        pack(value)
    except Exception:  # noqa: BLE001  see above
        return False
    return True
