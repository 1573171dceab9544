"""What the published snippets lose, hang on or leave open: failures, dead workers, functions out of reach."""

from __future__ import annotations

import logging
import multiprocessing
import subprocess
import sys
import types
from pathlib import Path

import job_functions as f
import pandas as pd
import pytest

from engine.errors import BackendError, JobError, MoleculeError
from engine.execution.jobs import (
    MoleculeFailure,
    mp_job_list,
    mp_pandas_obj,
    process_jobs,
    process_jobs_redux,
    single_thread_dispatch,
)

ROOT = Path(__file__).parents[2]


def failing_jobs(folder):
    return [
        {"func": f.square_unless, "number": number, "bad": 2, "folder": str(folder)} for number in range(5)
    ]


def turns(folder):
    return sorted(int(path.name) for path in folder.iterdir())


@pytest.fixture
def others():
    """Return the processes that are no business of this test: pools of other tests may still be open."""
    return set(multiprocessing.active_children())


@pytest.mark.parametrize("num_threads", [1, 2])
def test_a_failure_is_raised_with_its_molecule_and_cause_once_all_had_their_turn(tmp_path, num_threads):
    with pytest.raises(MoleculeError) as failed:
        process_jobs(failing_jobs(tmp_path), num_threads=num_threads)
    assert failed.value.failures == (("molecule 3 of 5 (square_unless)", "ValueError: 2 is bad"),)
    assert str(failed.value) == "Molecule 3 of 5 (square_unless) failed: ValueError: 2 is bad"
    assert "square_unless" in failed.value.details
    assert turns(tmp_path) == [0, 1, 2, 3, 4]


def test_in_this_process_the_exception_itself_is_the_cause(tmp_path):
    with pytest.raises(MoleculeError) as failed:
        process_jobs(failing_jobs(tmp_path), num_threads=1)
    assert isinstance(failed.value.__cause__, ValueError)


def test_the_sequential_run_logs_each_failure_and_goes_on(tmp_path, caplog):
    with caplog.at_level(logging.ERROR):
        assert process_jobs_redux(failing_jobs(tmp_path)) == [0, 1, 9, 16]
    (record,) = caplog.records
    assert record.getMessage() == (
        "molecule 3 of 5 (square_unless) failed and is left out: ValueError: 2 is bad"
    )
    assert record.exc_info is not None


def test_the_sequential_run_raises_when_asked_to(tmp_path):
    with pytest.raises(MoleculeError, match="2 is bad"):
        process_jobs_redux(failing_jobs(tmp_path), on_error="raise")
    assert turns(tmp_path) == [0, 1, 2, 3, 4]


def test_failures_can_stand_in_the_places_of_their_results(tmp_path):
    for results in (
        process_jobs_redux(failing_jobs(tmp_path), on_error="collect"),
        process_jobs(failing_jobs(tmp_path), num_threads=2, on_error="collect"),
    ):
        assert [results[place] for place in (0, 1, 3, 4)] == [0, 1, 9, 16]
        assert isinstance(results[2], MoleculeFailure)
        assert (results[2].molecule, results[2].cause) == (
            "molecule 3 of 5 (square_unless)",
            "ValueError: 2 is bad",
        )


def test_when_all_fail_the_error_names_the_first_five_and_counts_the_rest():
    def fail(molecule):
        raise ZeroDivisionError("no")

    with pytest.raises(MoleculeError) as failed:
        single_thread_dispatch(fail, ("molecule", range(8)), mp_batches=8)
    assert len(failed.value.failures) == 8
    assert str(failed.value).splitlines()[0] == "Molecule 1 of 8 (0) failed: ZeroDivisionError: no"
    assert str(failed.value).splitlines()[-1] == "… and 3 more failed."


def test_a_molecule_of_a_pandas_object_is_named_by_its_labels():
    frame = pd.DataFrame({"x": range(10)}, index=pd.date_range("2024-01-01", periods=10))

    def fail_late(molecule):
        if frame.index[7] in molecule:
            raise ValueError("too late")
        return frame.loc[molecule]

    with pytest.raises(MoleculeError) as failed:
        mp_pandas_obj(fail_late, ("molecule", frame), 1, mp_batches=5)
    assert failed.value.failures == (
        ("molecule 4 of 5 (2024-01-07 00:00:00 to 2024-01-08 00:00:00)", "ValueError: too late"),
    )


@pytest.mark.parametrize("num_threads", [1, 2])
def test_a_call_that_fails_is_named_by_its_number_and_its_neighbours_have_their_turn(tmp_path, num_threads):
    calls = [{"number": number} for number in range(6)]
    with pytest.raises(MoleculeError) as failed:
        mp_job_list(f.square_unless, calls, num_threads=num_threads, bad=4, folder=str(tmp_path))
    assert failed.value.failures == (("call 5 of 6", "ValueError: 4 is bad"),)
    assert turns(tmp_path) == [0, 1, 2, 3, 4, 5]


def test_an_exit_inside_a_job_is_a_failure_like_any_other():
    def leave():
        raise SystemExit(3)

    (failure,) = process_jobs_redux([{"func": leave}], on_error="collect")
    assert failure.cause == "SystemExit: 3"


def test_an_interrupt_is_no_failure_and_stops_the_run():
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        process_jobs_redux([{"func": interrupt}])


def test_a_dead_worker_costs_its_molecule_only_and_the_pool_is_closed(others):
    jobs = [{"func": f.die_at, "number": number, "bad": 1} for number in range(4)]
    results = process_jobs(jobs, num_threads=2, on_error="collect")
    assert [results[place] for place in (0, 2, 3)] == [0, 2, 3]
    assert results[1].cause == "its worker process died (signal SIGKILL), 2 times"
    assert set(multiprocessing.active_children()) <= others


def test_the_pool_is_closed_after_an_error(tmp_path, others):
    with pytest.raises(MoleculeError):
        process_jobs(failing_jobs(tmp_path), num_threads=2)
    assert set(multiprocessing.active_children()) <= others


def test_a_bundle_of_calls_whose_worker_dies_is_named_as_a_whole():
    calls = [{"number": number} for number in range(6)]
    with pytest.raises(MoleculeError) as failed:
        mp_job_list(f.die_at, calls, num_threads=3, bad=3)
    ((name, cause),) = failed.value.failures
    assert name == "molecule 2 of 3 (calls 3 to 4)"
    assert "died (signal SIGKILL)" in cause


def test_a_result_that_cannot_be_sent_back_is_its_molecules_failure():
    results = process_jobs(
        [{"func": f.a_lambda}, {"func": f.square, "number": 2}], num_threads=2, on_error="collect"
    )
    assert "the result cannot be sent back" in results[0].cause
    assert results[1] == 4


@pytest.mark.parametrize("name", ["closure", "lambda"])
def test_a_function_that_workers_cannot_import_is_refused_in_one_sentence(name):
    def inner(molecule):
        return molecule

    func = {"closure": inner, "lambda": lambda molecule: molecule}[name]
    with pytest.raises(
        JobError, match=r"cannot be sent to worker processes .* or use num_threads=1"
    ) as refused:
        mp_pandas_obj(func, ("molecule", range(4)), num_threads=2)
    assert len(str(refused.value).splitlines()) == 1
    with pytest.raises(JobError, match="cannot be sent to worker processes"):
        process_jobs([{"func": f.square, "number": 1}, {"func": func, "molecule": 1}], num_threads=2)


def test_a_function_whose_module_workers_do_not_find_is_refused_in_one_sentence(monkeypatch, others):
    def here_only(molecule):
        return molecule

    nowhere = types.ModuleType("a_module_without_a_file")
    here_only.__module__, here_only.__qualname__ = nowhere.__name__, "here_only"
    nowhere.here_only = here_only
    monkeypatch.setitem(sys.modules, nowhere.__name__, nowhere)
    with pytest.raises(BackendError, match="put it into a module that can be imported, or use num_threads=1"):
        mp_pandas_obj(here_only, ("molecule", range(4)), num_threads=2)
    assert set(multiprocessing.active_children()) <= others


def test_an_argument_that_cannot_be_sent_is_named():
    with pytest.raises(JobError, match="The argument 'frame' cannot be sent to worker processes"):
        mp_pandas_obj(f.rows_of, ("molecule", range(4)), num_threads=2, frame=lambda: None)


def test_a_function_typed_in_at_the_prompt_is_refused_in_one_sentence():
    program = """
from engine.errors import JobError
from engine.execution.jobs import mp_pandas_obj

def typed_in(molecule):
    return molecule

try:
    mp_pandas_obj(typed_in, ("molecule", range(4)), num_threads=2)
except JobError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == (
        "The function typed_in cannot be sent to worker processes (it was typed in, and they have no file to "
        "import): put it at the top level of a module, or use num_threads=1.\n"
    )
