"""What happens to a molecule in whichever process works through it: one call of a function.

Here: the task that workers open, light enough that they load nothing but the function's own module. Not here:
making molecules and collecting results (``dispatch``), and the functions that users call (``jobs``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.errors import BackendError
from engine.execution.backend import Handler
from engine.execution.task import Attempt, attempt, describe
from engine.execution.wire import unpack

TASK = "engine.execution.calls:open_calls"


def expand_call(job: Mapping[str, Any]) -> Any:
    """Call ``job["func"]`` with everything else in ``job`` as keyword arguments; ``job`` stays as it is."""
    arguments = dict(job)
    func = arguments.pop("func")
    return func(**arguments)


def call_each(
    function: Callable[..., Any], calls: Sequence[Mapping[str, Any]], shared: Mapping[str, Any]
) -> list[Attempt]:
    """Call ``function`` with each of these arguments; one that fails does not keep the next from its turn."""
    return [attempt(lambda arguments: function(**arguments), {**shared, **own}) for own in calls]


def open_calls(shared: bytes) -> Handler:
    """Load what all molecules share, the function as a rule, and return what calls it for one molecule.

    Raises BackendError when this process cannot import something that the other could.
    """
    try:
        common: dict[str, Any] = unpack(shared)
    except Exception as error:
        info = describe(error)
        sentence = (
            f"Workers cannot load what they are to call ({info}): put it into a module that can be imported, "
            "or use num_threads=1."
        )
        raise BackendError(sentence, info.traceback) from error
    return lambda own: expand_call({**common, **own})
