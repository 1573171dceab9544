"""The filter language, from text to the rows that pass."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.results.columns import planned_columns
from gui.results.filter_text import parse_filter
from gui.results.row_order import RowOrder
from gui.results.store import ResultStore

TITLES = {"symbol": "Symbol", "timestamp": "Date", "close": "Close"}


@pytest.fixture(scope="module")
def store():
    table = pa.table(
        {
            "symbol": ["AAPL", "MSFT", "aapx", "ZZ"],
            "timestamp": pa.array(
                np.array(["2016-12-31", "2017-01-01", "2017-06-30T15:30", "NaT"], "datetime64[us]")
            ),
            "close": [26.57, 101.0, 5_000_000.0, None],
            "rsi(close, 14)": [29.96, 30.0, 30.04, math.nan],
            "sma(close, 20)": [1.0, 2.0, 3.0, 4.0],
            "sma(close, 50)": [1.0, 2.0, 3.0, 4.0],
            "trend up": pa.array([True, False, None, True]),
            "sector": ["Energy", "Health Care", "Utilities", None],
        }
    )
    filled = ResultStore(planned_columns(table.column_names, TITLES))
    filled.adopt(table.schema)
    filled.append(table)
    return filled


def passing(store, text):
    parsed = parse_filter(text, store.columns)
    assert not parsed.problems
    order = RowOrder(store)
    order.terms = tuple(condition.term for condition in parsed.conditions)
    return order.passing(range(store.row_count)).tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ("AAP", [0, 2]),
        ("msft|zz", [1, 3]),
        ("rsi<30", [0]),
        ("rsi<=30", [0, 1]),
        ("RSI > 30", [2]),
        ("rsi(close, 14)>=30", [1, 2]),
        ("rsi(CLOSE,14)≥30", [1, 2]),
        ("rsi=30.0", [0, 1, 2]),
        ("rsi=30.00", [1]),
        ("rsi!=30.00", [0, 2]),
        ("close=26,57", [0]),
        ("close<26,6", [0]),
        ("close>=5M", [2]),
        ("close>=1,000,000", [2]),
        ("close>1e6", [2]),
        ("close>100_000", [2]),
        ("close>-5", [0, 1, 2]),
        ("close=unknown", [3]),
        ("close!=?", [0, 1, 2]),
        ('"sma(close, 20)" > 2', [2, 3]),
        ("date>=2017", [1, 2]),
        ("date=2017", [1, 2]),
        ("date<2017-01-01", [0]),
        ("date<=2016-12-31", [0]),
        ("date>2017-01-01", [2]),
        ("date=2017-06-30T15:30", [2]),
        ("date!=2017-06", [0, 1]),
        ("date = unknown", [3]),
        ("trendup=yes", [0, 3]),
        ("'trend up'=✗", [1]),
        ("trend!=true", [1]),
        ("trend=unknown", [2]),
        ("sector=energy", [0]),
        ("sector=Energy|Utilities", [0, 2]),
        ('sector="Health Care"', [1]),
        ("sector='health care'", [1]),
        ("sector~it", [2]),
        ("sector!=Energy", [1, 2]),
        ("sector=unknown", [3]),
        ("sector>f", [1, 2]),
        ("close<200 rsi<30 aap", [0]),
        ("price<27", [0]),
    ],
)
def test_a_text_lets_these_rows_pass(store, text, rows):
    if text == "sector!=Energy":
        assert 3 not in passing(store, text), "an unknown value passes no comparison"
    assert passing(store, text) == rows


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rsi<", "A value is missing after 'rsi<'"),
        ("rsj<30", "no column named 'rsj'"),
        ("sma<3", "'sma(close, 20)' or 'sma(close, 50)'"),
        ("rsi<abc", "'abc' is not a number"),
        ("rsi=1,873", "1873 or 1.873"),
        ("date>=20x", "not a date"),
        ("date>=2017-13-01", "not a date"),
        ("trend>yes", "use = or !="),
        ("trend=maybe", "neither yes nor no"),
        ("rsi~3", "can't be compared with '~'"),
    ],
)
def test_a_bad_condition_is_a_sentence_and_the_others_still_count(store, text, says):
    parsed = parse_filter(f"AAP {text}", store.columns)
    assert [condition.text for condition in parsed.conditions] == ["AAP"]
    assert says in parsed.problems[0].message


def test_an_operator_without_a_name_asks_for_one(store):
    assert "name is missing before '<'" in parse_filter("<30 AAP", store.columns).problems[0].message


def test_a_problem_knows_its_place_in_the_text(store):
    problem = parse_filter("AAP rsj<30 close>1", store.columns).problems[0]
    assert (problem.start, problem.end) == (4, 10)


def test_a_misspelt_column_gets_the_right_one_suggested(store):
    assert "'sector'" in parse_filter("sectr=Energy", store.columns).problems[0].message


def test_a_condition_is_shown_with_the_columns_title(store):
    assert [c.text for c in parse_filter("rsi<30", store.columns).conditions] == ["rsi(close, 14) < 30"]
    assert [c.typed for c in parse_filter(" rsi <30 ", store.columns).conditions] == ["rsi <30"]


def test_without_any_column_bare_text_is_a_problem():
    assert "AAP" in parse_filter("AAP", ()).problems[0].message


@given(st.text(alphabet="rsiclose<>=!~|()\"'., 0159-T:", max_size=30))
def test_no_text_raises(store, text):
    parsed = parse_filter(text, store.columns)
    for condition in parsed.conditions:
        assert condition.term.mask(store, 0, store.row_count).shape == (store.row_count,)
