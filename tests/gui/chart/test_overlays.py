from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from engine.outcomes.forward_returns import Fate, OutcomeTerms, forward_returns
from gui.chart.legend import plain_text
from gui.chart.overlays import (
    NOTHING,
    ContractLines,
    Overlays,
    Strike,
    bar_of_day,
    forward_windows,
    overlay_legend,
)
from gui.wording import as_written

TERMS = OutcomeTerms((5, 10, 20))


@pytest.mark.parametrize(
    "terms", [TERMS, OutcomeTerms((3,), "close", 10.0)], ids=["open", "close with costs"]
)
def test_the_windows_are_those_of_the_evidence(bars_of, terms):
    bars = bars_of(count=60)
    for signal in (0, 17, 45, 58, 59):
        found = forward_returns(bars.open, bars.close, np.array([signal]), terms)
        shown = forward_windows(bars, signal, terms)
        np.testing.assert_array_equal([each.value for each in shown.windows], found.values[0])
        assert [each.fate for each in shown.windows] == found.fates[0].tolist()


def test_a_window_reaches_from_the_next_open_to_the_close_of_its_last_bar(bars_of):
    bars = bars_of(count=60)
    forward = forward_windows(bars, 20, TERMS)
    assert (forward.entry_bar, forward.entry_price) == (21, bars.open[21])
    assert [(each.exit_bar, each.exit_price) for each in forward.windows] == [
        (20 + window, bars.close[20 + window]) for window in (5, 10, 20)
    ]
    for each in forward.windows:
        assert each.exit_price / forward.entry_price - 1 == each.value


def test_what_has_not_come_yet_says_so(bars_of):
    bars = bars_of(count=60)
    forward = forward_windows(bars, 48, TERMS)
    assert [each.fate for each in forward.windows] == [Fate.EVALUATED, Fate.EVALUATED, Fate.NOT_MATURED]
    assert forward.windows[2].outcome(as_written) == "not yet"
    assert forward.last_bar == 68


def test_a_signal_on_the_last_bar_has_not_been_bought(bars_of):
    bars = bars_of(count=60)
    forward = forward_windows(bars, 59, TERMS)
    assert math.isnan(forward.entry_price)
    assert forward.anchor == bars.close[59]
    assert {each.outcome(as_written) for each in forward.windows} == {"not yet"}


def test_returns_have_a_sign_an_arrow_and_a_direction(bars_of):
    bars = bars_of(count=200)
    for signal in range(150):
        for each in forward_windows(bars, signal, TERMS).windows:
            rises = each.value > 0
            assert each.outcome(as_written).startswith("▲ +" if rises else "▼ −")
            assert each.direction == ("up" if rises else "down")


def test_the_legend_tells_every_window_in_words(bars_of):
    forward = forward_windows(bars_of(count=60), 48, OutcomeTerms((1, 5, 20)))
    (line,) = overlay_legend(Overlays(forward), as_written)
    text = plain_text((line,))
    assert text.startswith("After the signal, bought at")
    assert "1 bar " in text and "5 bars" in text and "20 bars not yet" in text


def test_the_legend_tells_the_contract():
    contract = ContractLines(
        "Bull call spread",
        3,
        date(2026, 3, 20),
        30,
        (Strike(100.0, "buy 100 call", is_bought=True), Strike(110.0, "sell 110 call", is_bought=False)),
        (103.25,),
        "debit 3.25",
    )
    (line,) = overlay_legend(Overlays(contract=contract), as_written)
    assert plain_text((line,)) == (
        "Bull call spread expires 2026-03-20 buy 100 call sell 110 call debit 3.25 break-even 103.25"
    )
    assert contract.prices == (100.0, 110.0, 103.25)
    assert Overlays(contract=contract).last_bar == 30


def test_nothing_reaches_nowhere():
    assert NOTHING.last_bar == -1
    assert overlay_legend(NOTHING, as_written) == ()


def days(*texts):
    return np.array(texts, dtype="datetime64[us]")


WEEK = days("2026-02-09", "2026-02-10", "2026-02-11", "2026-02-12", "2026-02-13")


@pytest.mark.parametrize(
    ("timestamps", "day", "bar"),
    [
        (WEEK, date(2026, 2, 11), 2),
        (WEEK[[0, 1, 4]], date(2026, 2, 12), 1),
        (WEEK, date(2026, 2, 13), 4),
        (WEEK, date(2026, 2, 16), 5),
        (WEEK, date(2026, 2, 20), 9),
        (days(), date(2026, 2, 20), -1),
    ],
    ids=["a bar", "between bars", "the last", "the next weekday", "a week later", "no bars"],
)
def test_a_day_is_a_bar_also_when_it_has_not_come(timestamps, day, bar):
    assert bar_of_day(timestamps, day) == bar


def test_days_to_come_are_counted_at_the_pace_of_the_bars():
    fridays = np.arange(np.datetime64("2025-01-03"), np.datetime64("2026-01-03"), 7).astype("datetime64[us]")
    assert bar_of_day(fridays, date(2026, 1, 30)) == len(fridays) - 1 + 4
