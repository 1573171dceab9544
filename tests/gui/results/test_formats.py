"""How values are written in cells."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from gui.results.columns import planned_columns
from gui.results.formats import CellFormats, NumberStyle, column_decimals, price_decimals, time_text
from gui.results.store import ResultStore


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([26.41, 35.2, math.nan], 2),
        ([2.07, 1.48], 2),
        ([0.512, 0.25], 3),
        ([0.0121, -0.0357], 4),
        ([0.00004], 7),
        ([1e-30], 8),
        ([1.0, 250.0, math.nan], 0),
        ([38_120_445.3, 2_000_000.9], 0),
        ([math.nan], 0),
        ([], 0),
        ([math.inf, 0.5], 3),
    ],
)
def test_a_columns_typical_value_chooses_its_decimals(values, decimals):
    assert column_decimals(np.array(values, np.float64)) == decimals


@pytest.mark.parametrize(
    ("price", "decimals"), [(202.54, 2), (1.0, 2), (0.5, 4), (0.0123, 5), (0.0, 2), (1e-12, 8), (-0.25, 4)]
)
def test_a_price_under_one_gets_more_decimals(price, decimals):
    assert price_decimals(price) == decimals


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567.891, 2, "1,234,567.89"),
        (-1.075, 1, "-1.1"),
        (0.0, 2, "0.00"),
        (-0.0, 2, "0.00"),
        (0.00001234, 2, "1.2e-05"),
        (math.inf, 2, "∞"),
        (-math.inf, 2, "-∞"),
    ],
)
def test_a_number_is_written_plainly(value, decimals, text):
    assert NumberStyle().write(value, decimals) == text


def test_a_number_follows_the_language():
    assert NumberStyle(",", ".").write(1234567.891, 2) == "1.234.567,89"


@pytest.mark.parametrize(
    ("moment", "whole_day", "text"),
    [
        ("2026-07-31", True, "2026-07-31"),
        ("2026-07-31", False, "2026-07-31 00:00"),
        ("2026-07-31T15:30", False, "2026-07-31 15:30"),
        ("2026-07-31T15:30:05", False, "2026-07-31 15:30:05"),
    ],
)
def test_a_moment_is_written_in_iso(moment, whole_day, text):
    assert time_text(np.datetime64(moment, "us"), whole_day=whole_day) == text


def cells(**columns):
    table = pa.table(columns)
    store = ResultStore(planned_columns(table.column_names, {}))
    store.adopt(table.schema)
    store.append(table)
    formats = CellFormats(store, NumberStyle())
    formats.refresh()
    return formats


def test_no_cell_is_ever_empty():
    formats = cells(symbol=["", None], close=pa.array([None, 1.5]), trend=pa.array([None, True]))
    assert formats.texts(0) == ("–", "–", "–", "–")
    assert formats.texts(1) == ("–", "–", "1.50", "✓")


def test_forward_returns_are_written_in_percent():
    formats = cells(fwd_5=pa.array([0.0314, -0.5, None]), forward=pa.array([0.0314, -0.5, None]))
    assert [formats.texts(row)[3] for row in range(3)] == ["3.14 %", "-50.00 %", "–"]
    assert "%" not in formats.texts(0)[4]


def test_digits_are_chosen_anew_only_when_the_table_has_doubled():
    table = pa.table({"symbol": ["A"] * 4, "x": [1.0, 2.0, 3.0, 4.0]})
    store = ResultStore(planned_columns(["x"], {}))
    formats = CellFormats(store, NumberStyle())
    store.append(table)
    formats.refresh()
    store.append(pa.table({"symbol": ["A"], "x": [2.5]}))
    assert not formats.refresh()
    assert formats.refresh(final=True)
    assert formats.texts(4)[3] == "2.50"
