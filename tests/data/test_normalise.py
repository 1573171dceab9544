from __future__ import annotations

import decimal
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data.normalise import ColumnError, all_good, as_numbers, as_times, match_columns

NAMES = ("date", "open", "high", "low", "close")


def column(values, kind=None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, kind)])


@pytest.mark.parametrize(
    "names",
    [
        ("timestamp", "open", "high", "low", "close", "volume"),
        ("Date", "Open", "High", "Low", "Close", "Volume"),
        ("DATETIME", "OPEN", "HIGH", "LOW", "CLOSE", "VOL"),
        ("time", "o", "h", "l", "c", "v"),
        ("<DATE>", "<OPEN>", "<HIGH>", "<LOW>", "<CLOSE>", "<VOL>"),
        (" date ", "open", "high", "low", "close", "volume"),
    ],
)
def test_common_names_are_known(names):
    fields = ("timestamp", "open", "high", "low", "close", "volume")
    assert match_columns(names) == dict(zip(fields, names, strict=True))


def test_columns_of_no_meaning_are_left_alone():
    assert "extra" not in match_columns((*NAMES, "extra", "OpenInt")).values()


def test_the_adjusted_close_is_never_taken_for_the_close():
    with pytest.raises(ColumnError, match=r"no column 'close'; the columns are .*'Adj Close'"):
        match_columns(("date", "open", "high", "low", "Adj Close", "adjclose"))


def test_a_date_comes_before_a_time_of_day():
    assert match_columns((*NAMES, "time"))["timestamp"] == "date"


def test_two_columns_for_one_field_are_ambiguous():
    with pytest.raises(ColumnError, match="'close', 'Close' all could be the close"):
        match_columns((*NAMES, "Close"))


def test_all_missing_columns_are_named_with_those_that_are_there():
    with pytest.raises(
        ColumnError, match="no columns 'timestamp', 'low'; the columns are 'open', 'high', 'c'"
    ):
        match_columns(("open", "high", "c"))


@pytest.mark.parametrize(
    "values",
    [
        column([1.5, 2.0, None]),
        column([1.5, 2.0, None], pa.float32()),
        column(["1.5", " 2 ", ""]),
        column(["1.5", "2.0", None], pa.large_string()),
        column(["1.5", "2", None], pa.string_view()),
        column(["1.5", "2", ""]).dictionary_encode(),
        column([decimal.Decimal("1.5"), decimal.Decimal("2.0"), None], pa.decimal128(9, 3)),
        pa.chunked_array([pa.array([1.5]), pa.array([2.0, None])]),
    ],
    ids=["double", "float", "text", "large text", "view", "dictionary", "decimal", "chunks"],
)
def test_numbers_of_any_kind_become_float64(values):
    numbers = all_good(as_numbers(values, "x"), "x")
    assert numbers.dtype == np.float64
    assert str(numbers.tolist()) == "[1.5, 2.0, nan]"


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint16(), pa.int32(), pa.int64(), pa.uint64()], ids=str)
def test_integers_become_float64(kind):
    assert str(all_good(as_numbers(column([1, 7, None], kind), "x"), "x").tolist()) == "[1.0, 7.0, nan]"


def test_a_column_of_nulls_is_unknown():
    assert np.isnan(as_numbers(column([None, None]), "x").values).all()


def test_an_integer_that_a_float_cannot_hold_is_refused():
    with pytest.raises(ColumnError, match="'volume' holds integers that are too large"):
        as_numbers(column([2**53 + 1]), "volume")


@pytest.mark.parametrize("values", [column([True]), column([date(2020, 1, 1)])], ids=["bool", "date"])
def test_what_are_no_numbers_is_refused(values):
    with pytest.raises(ColumnError, match=r"'open' holds .*, not numbers"):
        as_numbers(values, "open")


def test_texts_that_are_no_numbers_are_marked_row_by_row():
    texts = ["1", "abc", "", "nan", "-inf", "1_0", "0x1", "1,5", " 2 ", "+.5e1", None, "1e400"]
    found = as_numbers(column(texts), "x")
    assert np.flatnonzero(found.bad).tolist() == [1, 5, 6, 7]
    assert found.values[[0, 8, 9, 11]].tolist() == [1.0, 2.0, 5.0, np.inf]
    with pytest.raises(ColumnError, match="first in row 2"):
        all_good(found, "x")


def test_texts_become_the_nearest_float_bit_for_bit():
    random = np.random.default_rng(1)
    bits = random.integers(0, 2**63 - 2**52 - 1, 3_000).view(np.float64)
    texts = [repr(value) for value in bits.tolist()] + [
        f"{value:.5f}" for value in random.random(3_000) * 1e4
    ]
    found = as_numbers(column(texts), "x").values
    assert found.view(np.int64).tolist() == np.array([float(text) for text in texts]).view(np.int64).tolist()


DAYS = ["2020-01-31", "2020-02-03"]


@pytest.mark.parametrize(
    "values",
    [
        column([date(2020, 1, 31), date(2020, 2, 3)]),
        column([date(2020, 1, 31), date(2020, 2, 3)], pa.date64()),
        *(column(pd.to_datetime(DAYS), pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")),
        column(DAYS),
        column(["20200131", "20200203"]),
        column(["2020-01-31 00:00:00", "2020-02-03T00:00"]),
        column(DAYS).dictionary_encode(),
        *(
            column(pd.to_datetime(DAYS).tz_localize(zone), pa.timestamp("ns", zone))
            for zone in ("UTC", "America/New_York", "Asia/Tokyo")
        ),
        column(["2020-01-31 00:00:00-05:00", "2020-02-03 00:00:00-05:00"]),
    ],
)
def test_dates_of_any_kind_become_days(values):
    times = all_good(as_times(values, "date"), "date")
    assert times.dtype == np.dtype("datetime64[us]")
    assert times.astype("datetime64[us]").astype(str).tolist() == [f"{day}T00:00:00.000000" for day in DAYS]


@pytest.mark.parametrize(
    "values",
    [
        column(pd.to_datetime(["2020-01-31 09:30", "2020-07-31 09:30"]).tz_localize("America/New_York")),
        column(["2020-01-31 09:30:00-05:00", "2020-07-31T09:30:00-04:00"]),
    ],
    ids=["zone", "text"],
)
def test_moments_with_a_zone_become_utc(values):
    times = all_good(as_times(values, "t"), "t")
    assert times.astype("datetime64[m]").astype(str).tolist() == ["2020-01-31T14:30", "2020-07-31T13:30"]


@pytest.mark.parametrize(
    "text", ["31.01.2020", "01/31/2020", "2020-02-30", "2020", "soon", "2020-1-1", "", "1580428800"]
)
def test_a_text_that_is_no_iso_date_is_marked(text):
    found = as_times(column(["2020-01-31", text]), "date")
    assert found.bad.tolist() == [False, True]
    assert np.isnat(found.values).tolist() == [False, True]


@pytest.mark.parametrize("values", [column([20200131]), column([1.5])], ids=["integer", "float"])
def test_numbers_are_no_dates(values):
    with pytest.raises(ColumnError, match=r"'date' holds .*, not dates"):
        as_times(values, "date")


def test_a_moment_finer_than_a_microsecond_is_refused():
    with pytest.raises(ColumnError, match="finer than a microsecond"):
        as_times(column([1], pa.timestamp("ns")), "t")


def test_a_missing_date_is_no_time():
    assert np.isnat(as_times(column([None, date(2020, 1, 31)]), "t").values).tolist() == [True, False]
