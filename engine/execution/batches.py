"""What the one process inside a Dask worker runs: batch after batch of a run, whose task it opens once.

For the pool each batch is a run of its own, in which the process opens this module's task anew; the run's own task,
with its data, stays open from batch to batch. Light: nothing of Dask is loaded here.
"""

from __future__ import annotations

from functools import lru_cache

from engine.execution.backend import Handler
from engine.execution.task import open_task
from engine.execution.worker import load_context, work

TASK = "engine.execution.batches:open_batch"


def open_batch(context: tuple[str, str, bytes]) -> Handler:
    """Open the task of ``(run, path, pickled context)``; the handler takes a pickled payload, returns its Done."""
    handler = _open_once(*context)
    return lambda payload: work(handler, 0, payload)


# The last run's data goes when the next run's comes.
@lru_cache(maxsize=1)
def _open_once(_run: str, path: str, context: bytes) -> Handler:
    return open_task(path, load_context(path, context))
