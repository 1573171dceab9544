from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from engine.data.normalise import ColumnError
from engine.data.sql_values import moments, numbers, taken

DAY, NIGHT = "2020-01-02T00:00:00.000000", "2020-01-02T23:59:59.500000"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.5, None, float("inf")], ["1.5", "nan", "inf"]),
        ([1, None, 2.5], ["1.0", "nan", "2.5"]),
        ([Decimal("0.1"), Decimal("2")], ["0.1", "2.0"]),
        (["1.5", ""], ["1.5", "nan"]),
        ([None, None], ["nan", "nan"]),
    ],
)
def test_numbers_of_every_kind_become_doubles(values, expected):
    assert numbers([taken("close", values)], "close").astype(str).tolist() == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([datetime(2020, 1, 2), None], [DAY, "NaT"]),
        ([datetime(2020, 1, 2, 23, 59, 59, 500_000)], [NIGHT]),
        ([datetime(2020, 1, 2, tzinfo=UTC)], [DAY]),
        ([date(2020, 1, 2)], [DAY]),
        (["2020-01-02", "2020-01-02 23:59:59.5"], [DAY, NIGHT]),
        (["2020-01-02T00:00:00"], [DAY]),
        (["20200102"], [DAY]),
    ],
)
def test_times_of_every_kind_become_microseconds(values, expected):
    found = moments([taken("timestamp", values)], "date")
    assert found.dtype == np.dtype("datetime64[us]")
    assert found.astype(str).tolist() == expected


@pytest.mark.parametrize("text", ["today", "now", "", "2020-02-30", "2020-01-02\n2020-01-03", "2020-01"])
def test_what_numpy_would_take_for_a_time_and_nobody_else_is_none(text):
    with pytest.raises(ColumnError, match="'date' holds a text that cannot be read"):
        moments([taken("timestamp", ["2020-01-02", text])], "date")


def test_parts_of_different_kinds_are_one_column():
    parts = [taken("volume", [1, 2]), taken("volume", [None]), taken("volume", [0.5])]
    assert numbers(parts, "volume").astype(str).tolist() == ["1.0", "2.0", "nan", "0.5"]
    assert len(numbers([], "volume")) == 0
    assert len(moments([], "date")) == 0


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(pa.ArrowException):
        numbers([taken("close", [1.0, "dear"])], "close")
    with pytest.raises(ColumnError, match="too large to keep exactly"):
        numbers([taken("close", [2**53 + 1])], "close")


def test_floats_and_dates_do_not_wait_for_pandas():
    """pa.array imports pandas; a worker that reads plain columns must not."""
    program = (
        "import sys; from engine.data.sql_values import *; "
        "moments([taken('timestamp', ['2020-01-02'])], 'd'); numbers([taken('close', [1.0, None])], 'c'); "
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
