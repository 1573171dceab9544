"""The names of the book give what the functions under our names give."""

from __future__ import annotations

import time

import job_functions as f
import pandas as pd
import pytest

from engine.errors import MoleculeError
from engine.execution import hpc, jobs, partition


@pytest.mark.parametrize("name", [name for name in hpc.__all__ if "_" in name.rstrip("_")])
def test_the_names_of_the_plan_are_our_functions(name):
    assert getattr(hpc, name) is getattr(jobs, name, None) or getattr(partition, name)


def test_the_books_partitions_take_the_books_arguments():
    assert hpc.linParts(numAtoms=17, numThreads=4).tolist() == [0, 5, 9, 13, 17]
    assert hpc.nestedParts(numAtoms=10, numThreads=3).tolist() == [0, 6, 8, 10]
    assert hpc.nestedParts(10, 3, upperTriang=True).tolist() == [0, 2, 4, 10]


def test_the_books_dispatch_takes_the_books_arguments():
    series = pd.Series(range(5))
    joined = hpc.mpPandasObj(f.rows_of, ("molecule", series.index), numThreads=1, mpBatches=2, frame=series)
    pd.testing.assert_series_equal(joined, series)
    assert hpc.expandCall({"func": f.square, "number": 3}) == 9
    assert hpc.processJobs([{"func": f.square, "number": 3}], numThreads=1) == [9]


def test_the_books_sequential_run_raises_what_fails():
    def fail():
        raise ValueError("no")

    with pytest.raises(MoleculeError):
        hpc.processJobs_([{"func": fail}])


def test_the_books_progress_line_is_ours(capsys):
    hpc.reportProgress(1, 4, time.time() - 60, "square")
    assert "25.00% square done after 1.00 minutes. Remaining 3.00 minutes.\r" in capsys.readouterr().err
