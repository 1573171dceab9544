# ruff: noqa: N803  the book's own names
"""The names of *Advances in Financial Machine Learning*, chapter 20, in one place.

``mp_pandas_obj`` and its like are those of :mod:`engine.execution.jobs` and :mod:`engine.execution.partition`.
``mpPandasObj`` and its like take the arguments under the names that the book gives them, for code that was copied
from it. The book's ``mpJobList`` reduces results as they arrive; nothing here does, and ``mp_job_list``, one call
for each dictionary, is another thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.execution.jobs import (
    expand_call,
    mp_job_list,
    mp_pandas_obj,
    process_jobs,
    process_jobs_redux,
    report_progress,
    single_thread_dispatch,
)
from engine.execution.partition import Boundaries, lin_parts, nested_parts

__all__ = [
    "expandCall",
    "expand_call",
    "linParts",
    "lin_parts",
    "mpPandasObj",
    "mp_job_list",
    "mp_pandas_obj",
    "nestedParts",
    "nested_parts",
    "processJobs",
    "processJobs_",
    "process_jobs",
    "process_jobs_redux",
    "reportProgress",
    "report_progress",
    "single_thread_dispatch",
]


def linParts(numAtoms: int, numThreads: int) -> Boundaries:
    """Snippet 20.5: :func:`lin_parts`."""
    return lin_parts(numAtoms, numThreads)


def nestedParts(numAtoms: int, numThreads: int, upperTriang: bool = False) -> Boundaries:
    """Snippet 20.6: :func:`nested_parts`."""
    return nested_parts(numAtoms, numThreads, upperTriang)


def mpPandasObj(
    func: Callable[..., Any],
    pdObj: tuple[str, Any],
    numThreads: int = 24,
    mpBatches: int = 1,
    linMols: bool = True,
    **kargs: Any,
) -> Any:
    """Snippet 20.7: :func:`mp_pandas_obj`."""
    return mp_pandas_obj(func, pdObj, numThreads, mpBatches, linMols, **kargs)


def processJobs_(jobs: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Snippet 20.8: :func:`process_jobs_redux`, which here raises what fails, as in the book."""
    return process_jobs_redux(jobs, on_error="raise")


def processJobs(
    jobs: Sequence[Mapping[str, Any]], task: str | None = None, numThreads: int = 24
) -> list[Any]:
    """Snippet 20.9: :func:`process_jobs`."""
    return process_jobs(jobs, task or "", numThreads)


def reportProgress(jobNum: int, numJobs: int, time0: float, task: str) -> None:
    """Snippet 20.9: :func:`report_progress`."""
    report_progress(jobNum, numJobs, time0, task)


def expandCall(kargs: Mapping[str, Any]) -> Any:
    """Snippet 20.10: :func:`expand_call`."""
    return expand_call(kargs)
