"""Parallel dispatch after López de Prado, *Advances in Financial Machine Learning*, chapter 20.

An *atom* is an indivisible piece of work; a *molecule* is the run of atoms that one process works through.

1. :func:`mp_pandas_obj` cuts the atoms of a pandas object into molecules of about equal work
   (:mod:`engine.execution.partition`), calls a function for each, and joins the results in order of the index.
2. :func:`mp_job_list` does it for a list of calls, :func:`process_jobs` for ready-made jobs.
3. With one thread everything runs in this process, which is how to debug; with more, in supervised worker
   processes (:mod:`engine.execution.dispatch`), which must be able to import the function.

What differs from the published snippets: nothing that fails is lost. Every molecule gets its turn; then one
MoleculeError names each that failed, and why. A worker that dies costs its molecule only. No work gives an empty
result, a caller's dictionaries stay as they are, and results come in the order of the molecules: a joined Series
or DataFrame is the same for any number of threads.

``num_threads`` decides how many molecules there are; processes are never more than this machine's cores.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.errors import JobError, MoleculeError
from engine.execution.arguments import (
    JobsArguments,
    ListArguments,
    OnError,
    PandasArguments,
    check,
    refuse_both,
)
from engine.execution.atoms import Atoms, join
from engine.execution.calls import call_each, expand_call
from engine.execution.dispatch import Molecule, MoleculeFailure, dispatch, name_of
from engine.execution.partition import lin_parts, molecules, nested_parts
from engine.execution.progress import report_progress
from engine.execution.task import Attempt

__all__ = [
    "MoleculeFailure",
    "expand_call",
    "mp_job_list",
    "mp_pandas_obj",
    "process_jobs",
    "process_jobs_redux",
    "report_progress",
    "single_thread_dispatch",
]

logger = logging.getLogger(__name__)


def process_jobs_redux(
    jobs: Sequence[Mapping[str, Any]], task: str = "", *, on_error: OnError = "skip"
) -> list[Any]:
    """Run the jobs one after the other in this process, for debugging, and return their results in order.

    A job is a dictionary: a function under ``func`` and its keyword arguments. A job that fails is logged and
    left out of the results (``on_error="skip"``), raised with all others that failed once every job has had its
    turn (``"raise"``), or stands among the results as a MoleculeFailure (``"collect"``).
    """
    check(JobsArguments, jobs=jobs, task=task, on_error=on_error)
    return _settle(_run(jobs, task, 1), on_error)


def process_jobs(
    jobs: Sequence[Mapping[str, Any]], task: str = "", num_threads: int = 24, *, on_error: OnError = "raise"
) -> list[Any]:
    """Run the jobs in worker processes and return their results in order of the jobs.

    Jobs and ``on_error`` are those of :func:`process_jobs_redux`, but failures raise by default. Raises
    MoleculeError, JobError for arguments that make no sense or cannot be sent, BackendError without workers.
    """
    check(JobsArguments, jobs=jobs, task=task, num_threads=num_threads, on_error=on_error)
    return _settle(_run(jobs, task, num_threads), on_error)


def mp_job_list(  # noqa: PLR0917  the published signature
    func: Callable[..., Any],
    arg_list: Sequence[Mapping[str, Any]],
    num_threads: int = 24,
    linmols: bool = True,
    redux: bool = False,
    task: str = "",
    *,
    upper_triangle: bool = False,
    **kwargs: Any,
) -> list[Any]:
    """Call ``func`` once for each dictionary of arguments and return the results in order of the list.

    ``kwargs`` are further arguments of every call. The calls are the atoms: molecules of equal number
    (``linmols``), or of about equal work when call i costs i units, or with ``upper_triangle`` when the first
    costs most. ``redux`` works in this process, like one thread.
    """
    check(
        ListArguments,
        func=func,
        arg_list=arg_list,
        num_threads=num_threads,
        linmols=linmols,
        redux=redux,
        task=task,
        upper_triangle=upper_triangle,
    )
    for arguments in arg_list:
        refuse_both("arg_list", arguments, kwargs)
    parts = _parts(len(arg_list), num_threads, linmols, upper_triangle)
    bundles = [
        Molecule(
            _name(number, len(parts), f"calls {part.start + 1} to {part.stop}"),
            {"calls": arg_list[part.start : part.stop]},
        )
        for number, part in enumerate(parts, 1)
    ]
    shared = {"func": call_each, "function": func, "shared": kwargs}
    threads = 1 if redux else num_threads
    results = dispatch(bundles, shared, [func], num_threads=threads, task=task or name_of(func))
    return _settle(_by_call(results, parts, len(arg_list)), "raise")


def mp_pandas_obj(
    func: Callable[..., Any],
    pd_obj: tuple[str, Any],
    num_threads: int = 24,
    mp_batches: int = 1,
    lin_mols: bool = True,
    *,
    upper_triangle: bool = False,
    **kwargs: Any,
) -> Any:
    """Call ``func`` for molecules of a pandas object's labels and join what it returns.

    Parameters
    ----------
    func
        Called as ``func(**{name: labels}, **kwargs)`` for each molecule. It must not change its arguments.
    pd_obj
        ``(name, source)``: the argument that takes the labels, and a Series, DataFrame or Index that has them
        (a label that repeats is one atom). Any other sequence is cut by position as it is.
    num_threads
        How many processes work; with 1 it is this one, and any callable will do.
    mp_batches
        Molecules per process; more than 1 evens out molecules that take longer than others.
    lin_mols
        True for equal numbers of atoms; False when atom i costs i units (counted from 1).
    upper_triangle
        With ``lin_mols=False``: the first atom costs most.
    kwargs
        Further arguments of every call. One that is called like a parameter above needs functools.partial.

    Returns
    -------
    One Series or DataFrame sorted by its index (stable) when every molecule returned one, otherwise the list of
    results. Without atoms: an empty Series, DataFrame or list, after the kind of ``source``.

    Raises MoleculeError, JobError, BackendError as :func:`process_jobs` does.
    """
    check(
        PandasArguments,
        func=func,
        pd_obj=pd_obj,
        num_threads=num_threads,
        mp_batches=mp_batches,
        lin_mols=lin_mols,
        upper_triangle=upper_triangle,
    )
    name, source = pd_obj
    refuse_both("pd_obj", {name: None}, kwargs)
    atoms = Atoms(source)
    parts = _parts(len(atoms), num_threads * mp_batches, lin_mols, upper_triangle)
    if not parts:
        return atoms.nothing()
    cut = [
        Molecule(_name(number, len(parts), atoms.describe(part)), {name: atoms.take(part)})
        for number, part in enumerate(parts, 1)
    ]
    shared = {"func": func, **kwargs}
    results = dispatch(cut, shared, [func], num_threads=num_threads, task=name_of(func))
    return join(_settle(results, "raise"))


def single_thread_dispatch(func: Callable[..., Any], pd_obj: tuple[str, Any], **kwargs: Any) -> Any:
    """Do what :func:`mp_pandas_obj` does in this process, for debugging: breakpoints hold, closures work."""
    return mp_pandas_obj(func, pd_obj, num_threads=1, **kwargs)


def _run(jobs: Sequence[Mapping[str, Any]], task: str, num_threads: int) -> list[Any]:
    functions = [job["func"] for job in jobs]
    names = [name_of(func) for func in functions]
    cut = [
        Molecule(_name(number, len(jobs), name), job)
        for number, (name, job) in enumerate(zip(names, jobs, strict=True), 1)
    ]
    return dispatch(cut, {}, functions, num_threads=num_threads, task=task or "".join(names[:1]))


def _name(number: int, count: int, what: str) -> str:
    return f"molecule {number} of {count} ({what})"


def _parts(atoms: int, threads: int, linear: bool, upper_triangle: bool) -> list[range]:
    if linear and upper_triangle:
        sentence = "upper_triangle says how unequal atoms are: it needs lin_mols=False (linmols=False)."
        raise JobError((("upper_triangle", sentence),))
    boundaries = lin_parts(atoms, threads) if linear else nested_parts(atoms, threads, upper_triangle)
    return molecules(boundaries)


def _by_call(results: list[Any], parts: list[range], count: int) -> list[Any]:
    """Spread the results of bundled calls; a bundle that failed as a whole is one failure."""
    spread: list[Any] = []
    for result, part in zip(results, parts, strict=True):
        if isinstance(result, MoleculeFailure):
            spread.append(result)
            continue
        attempts: list[Attempt] = result
        for number, tried in zip(part, attempts, strict=True):
            failed = tried.error
            name = f"call {number + 1} of {count}"
            spread.append(
                tried.value if failed is None else MoleculeFailure(name, str(failed), failed.traceback)
            )
    return spread


def _settle(results: list[Any], on_error: OnError) -> list[Any]:
    """Do with the failures among the results what the caller wants done."""
    failures = [each for each in results if isinstance(each, MoleculeFailure)]
    if not failures or on_error == "collect":
        return results
    if on_error == "raise":
        told = tuple((failure.molecule, failure.cause) for failure in failures)
        raise MoleculeError(told, failures[0].details) from failures[0].error
    for failure in failures:
        logger.error("%s failed and is left out: %s", failure.molecule, failure.cause, exc_info=failure.error)
    return [each for each in results if not isinstance(each, MoleculeFailure)]
