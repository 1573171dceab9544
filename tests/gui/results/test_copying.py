"""Rows on their way to the clipboard."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gui.results.columns import planned_columns
from gui.results.copying import as_tsv
from gui.results.store import ResultStore


@pytest.fixture
def store():
    table = pa.table(
        {
            "symbol": ["-X", "005930"],
            "timestamp": pa.array(np.array(["2026-07-31", "NaT"], "datetime64[us]")),
            "close": [26.573210001, 1_234_567.0],
            "trend": pa.array([True, None]),
            "note": ["=1+1", "two\tparts\nhere"],
        }
    )
    filled = ResultStore(planned_columns(table.column_names, {"symbol": "Symbol"}))
    filled.adopt(table.schema)
    filled.append(table)
    return filled


def test_numbers_keep_every_digit_and_unknown_is_an_empty_field(store):
    text = as_tsv(store, np.array([0, 1]), [0, 1, 2, 3], headers=False)
    assert text == "-X\t2026-07-31\t26.573210001\ttrue\n005930\t\t1234567\t\n"


def test_rows_and_columns_come_in_the_order_asked_for_under_their_titles(store):
    assert as_tsv(store, np.array([1]), [2, 0], headers=True) == "close\tSymbol\n1234567\t005930\n"


def test_free_text_cannot_start_a_formula_or_break_the_line(store):
    assert as_tsv(store, np.array([0, 1]), [4], headers=False) == "'=1+1\ntwo parts here\n"
