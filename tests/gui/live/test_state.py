from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from engine.formula.dial import dial_at
from engine.scan.live.answer import ConditionCount, LiveAnswer
from gui.live.state import (
    caption,
    count_text,
    headline,
    percent_text,
    rows_of,
    seconds_text,
    spoken,
    table_note,
    turning,
    unit_of,
)


def plain(text: str) -> str:
    return text


def answer(**changes) -> LiveAnswer:
    parts = (ConditionCount("a > 1", 30, 3), ConditionCount("b > 2", 20, 2))
    made = LiveAnswer(
        matches=pa.table({"symbol": ["A", "B"]}),
        total=2,
        matching_symbols=2,
        bars=1_000,
        symbols=10,
        universe=12,
        without_answer=2,
        conditions=(
            ConditionCount("close >\n  open", 500, 4, ("A", "B")),
            ConditionCount("a > 1 or b > 2", 50, 5, (), parts),
        ),
        seconds=0.0832,
    )
    return replace(made, **changes)


def test_each_condition_has_a_row_and_its_parts_stand_deeper():
    rows = rows_of(answer(), "bars")
    assert [(row.text, row.depth, row.passing, row.of) for row in rows] == [
        ("close > open", 0, 500, 1_000),
        ("a > 1 or b > 2", 0, 50, 1_000),
        ("a > 1", 1, 30, 1_000),
        ("b > 2", 1, 20, 1_000),
    ]
    assert rows[0].share == 0.5


def test_symbols_are_counted_where_that_is_wished_and_where_each_has_one_bar():
    assert unit_of(answer(), last_bar=False) == "bars"
    assert unit_of(answer(), last_bar=True) == "symbols"
    assert unit_of(answer(bars=10), last_bar=False) == "symbols"
    assert [row.passing for row in rows_of(answer(), "symbols")] == [4, 5, 3, 2]
    assert rows_of(answer(), "symbols")[0].of == 10


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.0001, "<0.1 %"),
        (0.0123, "1.2 %"),
        (0.5, "50.0 %"),
        (0.99999, ">99.9 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_is_never_said_to_be_nothing_or_all_when_it_is_not(share, text):
    assert percent_text(share) == text


def test_a_row_says_what_it_counts_in_words():
    first, second, *_ = rows_of(answer(), "bars")
    assert count_text(first) == "500 · 50.0 %"
    assert spoken(second, "bars", plain) == "a > 1 or b > 2: holds on 50 of 1,000 bars, 5.0 %"
    said = spoken(first, "bars", plain)
    assert said.endswith("2 symbols fail this one alone on their last bar: A, B")
    last = rows_of(answer(), "symbols")[1]
    assert "on the last bar of 5 of 10 symbols" in spoken(last, "symbols", plain)


def test_many_names_are_cut_short():
    many = ConditionCount("x", 1, 1, tuple(f"S{number}" for number in range(40)))
    (row,) = rows_of(answer(conditions=(many,)), "bars")
    assert spoken(row, "bars", plain).endswith("S11 …")


def test_the_lines_around_the_rows():
    assert headline(answer(), plain) == "2 matches in 2 of 12 symbols · 83 ms"
    assert headline(answer(total=1, matching_symbols=1, seconds=1.24), plain).startswith("1 match in 1 of 12")
    assert caption(answer(), "bars", plain) == "Of 1,000 bars · 2 symbols fail one only · 2 not evaluable"
    assert caption(answer(without_answer=0, conditions=()), "symbols", plain) == "Last bars of 10 symbols"
    assert table_note(answer(), plain) == "Live"
    assert table_note(answer(total=90_000), plain) == "Live: the newest 2 of 90,000 matches"
    assert seconds_text(1.24) == "1.2 s"


def test_a_dial_keeps_its_ends_while_its_number_is_turned():
    first = dial_at("close > sma(close, 20)", 20)
    second = dial_at("close > sma(close, 60)", 20)
    assert (first.high, second.high) == (100, 300)
    assert turning(second, first).high == 100
    assert turning(second, first).value == 60


def test_another_number_and_one_beyond_the_ends_have_their_own():
    first, other = dial_at("close > sma(close, 20)", 20), dial_at("close > ema(closes, 20)", 21)
    assert turning(other, first) == other
    beyond = dial_at("close > sma(close, 150)", 20)
    assert turning(beyond, first) == beyond
    assert turning(first, None) == first
