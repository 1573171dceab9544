"""Between NumPy and Arrow without pandas: same values, shared memory, and what is missing."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from engine.data.arrow_arrays import array_of, values_of

MOMENTS = np.array(["2020-01-01", "2020-01-02T09:30", "1969-12-31"], "datetime64[us]")
COLUMNS = {
    "numbers": (np.array([1.5, -0.0, np.nan, np.inf]), pa.float64()),
    "whole numbers": (np.array([2**62, -1, 0]), pa.int64()),
    "moments": (MOMENTS, pa.timestamp("us")),
}


@pytest.mark.parametrize(
    ("values", "kind"), [pytest.param(*column, id=name) for name, column in COLUMNS.items()]
)
def test_values_come_back_in_the_same_memory(values, kind):
    array = array_of(values, kind)
    back = values_of(array)
    assert array.type == kind
    assert array.null_count == 0
    assert back.dtype == values.dtype
    assert back.tobytes() == values.tobytes()
    assert np.shares_memory(back, values)


@pytest.mark.parametrize("begin", [0, 1, 3])
def test_a_part_of_an_array_is_that_part(begin):
    array = array_of(np.arange(5.0), pa.float64()).slice(begin, 2)
    assert values_of(array).tolist() == [begin, begin + 1.0][: 5 - begin]


@pytest.mark.parametrize("parts", [[], [[]], [[1.0], [2.0, 3.0]], [[], [4.0]]], ids=str)
def test_chunks_follow_one_another(parts):
    column = pa.chunked_array([pa.array(part, pa.float64()) for part in parts], pa.float64())
    assert values_of(column).tolist() == [value for part in parts for value in part]


@pytest.mark.parametrize("whole", [pa.array, lambda values, kind: pa.chunked_array([pa.array(values, kind)])])
def test_what_is_missing_is_unknown(whole):
    assert np.isnan(values_of(whole([1.0, None], pa.float64()))).tolist() == [False, True]
    assert np.isnat(values_of(whole([0, None], pa.timestamp("us")))).tolist() == [False, True]


def test_other_kinds_are_converted():
    assert values_of(pa.array([1, 2], pa.int8())).tolist() == [1, 2]
    assert values_of(pa.array([True, False])).tolist() == [True, False]


def test_a_scan_of_files_and_one_of_their_snapshot_load_no_pandas(market):
    code = (
        "import sys, engine\n"
        f"bars = engine.open_repository({str(market)!r})\n"
        "scans = engine.ProcessingEngine(bars, backend='inline')\n"
        "found = [scans.run(engine.ProcessingJob('close > open')).matches.num_rows for _ in range(2)]\n"
        "print(found[0] == found[1] > 0, 'pandas' in sys.modules)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert run.stdout.split() == ["True", "False"]
