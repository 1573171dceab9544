"""Parallel dispatch after chapter 20: results, order, pandas objects, and every argument that makes no sense."""

from __future__ import annotations

import inspect
import os
from functools import partial

import job_functions as f
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import JobError
from engine.execution.jobs import (
    expand_call,
    mp_job_list,
    mp_pandas_obj,
    process_jobs,
    process_jobs_redux,
    single_thread_dispatch,
)

COUNTS = st.integers(0, 300)
BATCHES = st.integers(1, 40)


def squares(*numbers):
    return [{"func": f.square, "number": number} for number in numbers]


def test_a_call_is_expanded_and_its_dictionary_stays_as_it_was():
    job = {"func": f.add, "left": 1, "right": 2}
    assert expand_call(job) == 3
    assert job == {"func": f.add, "left": 1, "right": 2}


@pytest.mark.parametrize("num_threads", [1, 5])
def test_results_come_in_the_order_of_the_jobs_whatever_the_number_of_threads(num_threads):
    jobs = squares(*range(12))
    assert process_jobs(jobs, num_threads=num_threads) == [number**2 for number in range(12)]
    assert jobs == squares(*range(12))


def test_jobs_can_run_one_after_the_other_and_run_again():
    jobs = squares(3, 1, 2)
    assert process_jobs_redux(jobs) == [9, 1, 4]
    assert process_jobs_redux(jobs) == [9, 1, 4]


def test_one_thread_works_in_this_process_and_more_do_not():
    jobs = [{"func": f.process_id}] * 3
    assert set(process_jobs(jobs, num_threads=1)) == {os.getpid()}
    elsewhere = set(process_jobs(jobs, num_threads=2))
    assert os.getpid() not in elsewhere
    assert 1 <= len(elsewhere) <= 2


def test_no_jobs_give_no_results():
    assert process_jobs([]) == []
    assert process_jobs_redux([]) == []
    assert mp_job_list(f.square, []) == []


def test_a_partial_function_is_a_function_like_any_other():
    doubled = partial(f.add, right=0, scale=2)
    assert mp_job_list(doubled, [{"left": 1}, {"left": 2}], num_threads=2) == [2, 4]


@pytest.mark.parametrize("options", [{}, {"linmols": False}, {"linmols": False, "upper_triangle": True}])
def test_a_list_of_calls_gives_a_result_for_each_in_order(options):
    calls = [{"left": number, "right": 1} for number in range(11)]
    expected = [(number + 1) * 10 for number in range(11)]
    assert mp_job_list(f.add, calls, num_threads=4, redux=True, **options, scale=10) == expected
    assert mp_job_list(f.add, calls, num_threads=2, **options, scale=10) == expected
    assert calls[0] == {"left": 0, "right": 1}


def test_a_series_comes_back_whole_and_sorted_by_its_index():
    series = pd.Series(range(20), index=list("tsrqponmlkjihgfedcba"))
    for num_threads in (1, 3):
        joined = mp_pandas_obj(f.rows_of, ("molecule", series), num_threads, mp_batches=2, frame=series)
        pd.testing.assert_series_equal(joined, series.sort_index())


def test_an_index_is_enough_to_cut_by():
    frame = pd.DataFrame({"x": range(6)}, index=pd.date_range("2024-01-01", periods=6))
    joined = mp_pandas_obj(f.rows_of, ("molecule", frame.index), 1, 4, frame=frame)
    pd.testing.assert_frame_equal(joined, frame, check_freq=False)


def test_duplicate_labels_do_not_multiply_rows():
    frame = pd.DataFrame({"x": range(6)}, index=["b", "a", "b", "c", "a", "b"])
    for source in (frame, frame["x"], frame.index):
        joined = mp_pandas_obj(f.rows_of, ("molecule", source), 1, mp_batches=2, frame=frame)
        assert joined.index.tolist() == ["a", "a", "b", "b", "b", "c"]
        assert joined["x"].tolist() == [1, 4, 0, 2, 5, 3]


def test_rows_can_be_cut_by_position():
    assert mp_pandas_obj(f.pick, ("molecule", range(5)), 1, mp_batches=2) == [[0, 1, 2], [3, 4]]
    assert mp_pandas_obj(f.pick, ("molecule", ["x", "x", "y"]), 1, mp_batches=3) == [["x"], ["x"], ["y"]]
    assert mp_pandas_obj(f.pick, ("molecule", np.arange(3)), 1, mp_batches=2) == [[0, 1], [2]]


@given(COUNTS, BATCHES, st.booleans(), st.booleans())
def test_every_atom_is_worked_on_exactly_once_and_no_molecule_is_empty(count, batches, linear, upper):
    upper = upper and not linear
    got = mp_pandas_obj(f.pick, ("molecule", range(count)), 1, batches, linear, upper_triangle=upper)
    assert [atom for molecule in got for atom in molecule] == list(range(count))
    assert all(got)
    assert len(got) <= min(count, batches)


@given(st.integers(1, 300), BATCHES)
def test_linear_molecules_are_of_one_size_and_nested_ones_of_about_equal_work(count, batches):
    linear = mp_pandas_obj(f.pick, ("molecule", range(count)), 1, batches)
    sizes = [len(molecule) for molecule in linear]
    assert max(sizes) - min(sizes) <= 1
    nested = mp_pandas_obj(f.pick, ("molecule", range(count)), 1, batches, lin_mols=False)
    fair = count * (count + 1) / 2 / min(count, batches)
    # A boundary is rounded by half an atom at most, and no atom costs more than there are atoms.
    assert all(abs(sum(atom + 1 for atom in molecule) - fair) <= count + 1 for molecule in nested)


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ({}, [4, 4, 4, 4, 4]),
        ({"lin_mols": False}, [9, 3, 3, 3, 2]),
        ({"lin_mols": False, "upper_triangle": True}, [2, 3, 3, 3, 9]),
    ],
)
def test_twenty_atoms_fall_into_the_published_five_molecules(options, sizes):
    got = mp_pandas_obj(f.pick, ("molecule", range(20)), 1, 5, **options)
    assert [len(molecule) for molecule in got] == sizes


def test_more_batches_make_more_molecules():
    for threads, batches in ((1, 6), (2, 3)):
        got = mp_pandas_obj(f.pick, ("molecule", range(60)), threads, batches)
        assert [len(molecule) for molecule in got] == [10] * 6


def test_nothing_in_gives_nothing_of_the_same_kind_out():
    frame = pd.DataFrame({"x": pd.Series(dtype="int64"), "y": pd.Series(dtype="datetime64[us]")})
    pd.testing.assert_frame_equal(mp_pandas_obj(f.pick, ("molecule", frame)), frame)
    series = pd.Series(dtype="float64", name="close")
    pd.testing.assert_series_equal(mp_pandas_obj(f.pick, ("molecule", series)), series)
    index = pd.DatetimeIndex([])
    pd.testing.assert_frame_equal(mp_pandas_obj(f.pick, ("molecule", index)), pd.DataFrame(index=index))
    assert mp_pandas_obj(f.pick, ("molecule", [])) == []


def test_equal_labels_keep_the_order_of_the_molecules():
    def one_label(molecule):
        return pd.Series(molecule, index=["same"] * len(molecule))

    joined = mp_pandas_obj(one_label, ("molecule", range(50)), 1, mp_batches=7)
    assert joined.tolist() == list(range(50))


def test_labels_that_cannot_be_compared_stay_in_order():
    series = pd.Series([1, 2, 3], index=["b", 1, "a"])
    joined = single_thread_dispatch(f.rows_of, ("molecule", series), frame=series, mp_batches=3)
    assert joined.index.tolist() == ["b", 1, "a"]


def test_results_of_several_kinds_stay_a_list():
    def series_or_nothing(molecule):
        return pd.Series([1.0]) if 0 in molecule else None

    first, second = mp_pandas_obj(series_or_nothing, ("molecule", range(4)), 1, mp_batches=2)
    assert isinstance(first, pd.Series)
    assert second is None


def test_one_thread_takes_any_callable():
    scale = 3
    assert single_thread_dispatch(
        lambda molecule: [scale * atom for atom in molecule], ("molecule", [1, 2])
    ) == [[3, 6]]
    assert process_jobs([{"func": lambda: scale}], num_threads=1) == [3]


@pytest.mark.parametrize(
    ("func", "defaults"),
    [
        (mp_pandas_obj, {"num_threads": 24, "mp_batches": 1, "lin_mols": True}),
        (mp_job_list, {"num_threads": 24, "linmols": True, "redux": False, "task": ""}),
        (process_jobs, {"task": "", "num_threads": 24}),
        (process_jobs_redux, {"task": ""}),
    ],
)
def test_the_defaults_are_the_original_ones(func, defaults):
    parameters = inspect.signature(func).parameters.values()
    found = {each.name: each.default for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD}
    assert {name: value for name, value in found.items() if value is not inspect.Parameter.empty} == defaults


@pytest.mark.parametrize(
    ("call", "sentences"),
    [
        (lambda: mp_pandas_obj(None, ("m", [1])), ["func must be a function, not None."]),
        (
            lambda: mp_pandas_obj(f.pick, [1, 2], 1),
            ["pd_obj must be a pair: an argument's name, and a Series"],
        ),
        (lambda: mp_pandas_obj(f.pick, ("m", "text"), 1), ["not ('m', 'text')."]),
        (lambda: mp_pandas_obj(f.pick, ("m", np.array(3)), 1), ["pd_obj must be a pair"]),
        (lambda: mp_pandas_obj(f.pick, ("no name", [1]), 1), ["pd_obj must be a pair"]),
        (
            lambda: mp_pandas_obj(f.pick, ("m", [1]), 0, mp_batches=1.5, lin_mols="yes"),
            [
                "num_threads must be a whole number, 1 or more, not 0.",
                "mp_batches must be a whole number, 1 or more, not 1.5.",
                "lin_mols must be True or False, not 'yes'.",
            ],
        ),
        (lambda: mp_pandas_obj(f.pick, ("m", [1]), num_threads=True), ["num_threads must be a whole number"]),
        (lambda: mp_pandas_obj(f.pick, ("m", [1]), upper_triangle=True), ["it needs lin_mols=False"]),
        (lambda: mp_pandas_obj(f.pick, ("m", [1]), m=2), ["The argument 'm' is given twice: in pd_obj"]),
        (
            lambda: mp_job_list(f.add, [{"left": 1}], left=2),
            ["The argument 'left' is given twice: in arg_list"],
        ),
        (lambda: mp_job_list(f.add, [1]), ["arg_list must be a list of dictionaries", "number 1 is not."]),
        (lambda: process_jobs([{"func": f.add}, {"number": 1}]), ["jobs must be", "number 2 is not."]),
        (lambda: process_jobs(7), ["jobs must be a list of dictionaries, each with a function under 'func'"]),
        (lambda: process_jobs_redux([], on_error="ignore"), ["'raise', 'skip' or 'collect', not 'ignore'."]),
        (lambda: process_jobs([], task=3), ["task must be a text, not 3."]),
    ],
)
def test_arguments_without_sense_are_told_in_a_sentence_each(call, sentences):
    with pytest.raises(JobError) as refused:
        call()
    for sentence in sentences:
        assert sentence in str(refused.value)
    assert len(str(refused.value).splitlines()) == len(refused.value.problems)


def test_whole_numbers_of_numpy_are_whole_numbers():
    assert mp_pandas_obj(f.pick, ("molecule", [1, 2]), np.int64(1), np.int32(2)) == [[1], [2]]
