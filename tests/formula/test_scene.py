"""Values of other timeframes and other symbols beside the symbol's own bars."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataError, FormulaError
from engine.formula.frames import Surroundings
from engine.formula.service import FormulaService, compile_scan
from engine.market.bars import Bars
from engine.market.resample import resample
from engine.market.timeframe import Timeframe
from engine.testing import bars_from_rows, generate_test_bars

NAN = float("nan")


def values(expression, bars, around=None):
    return compile_scan("true", {"x": expression}).evaluate(bars, around).values["x"]


def around(*others: Bars, timeframe=Timeframe.DAY):
    return Surroundings({bars.symbol: bars for bars in others}.__getitem__, timeframe)


def closes(symbol, days, prices):
    return bars_from_rows(symbol, days, [(price, price, price, price, 1.0) for price in prices])


# A week without its Friday, one with it, and the beginning of a third.
DAYS = ["2024-03-27", "2024-03-28", "2024-04-01", "2024-04-04", "2024-04-05", "2024-04-08"]


def test_each_day_sees_the_last_completed_week():
    bars = closes("T", DAYS, [1, 2, 3, 4, 5, 6])
    np.testing.assert_array_equal(values('tf("W", close)', bars), [NAN, NAN, 2, 2, 5, 5])
    np.testing.assert_array_equal(values('tf("W", close > open)', bars), [NAN, NAN, 1, 1, 1, 1])
    np.testing.assert_array_equal(values('tf("W", close[1])', bars), [NAN, NAN, NAN, NAN, 2, 2])
    np.testing.assert_array_equal(values('tf("W", close)[1]', bars), [NAN, NAN, NAN, 2, 2, 5])
    np.testing.assert_array_equal(values('x := close + 1; tf("W", x)', bars), [NAN, NAN, 3, 3, 6, 6])


@pytest.mark.parametrize("code", ["W", "M", "Q", "Y"])
@given(length=st.integers(0, 600))
def test_a_mixed_formula_never_repaints(code, length):
    bars = generate_test_bars("T", 600, "2019-06-03")
    compiled = compile_scan(
        f'tf("{code}", close > sma(close, 2)) and close > tf("{code}", high)', {"x": f'tf("{code}", close)'}
    )
    whole = compiled.evaluate(bars)
    cut = compiled.evaluate(bars.take(slice(0, length)))
    np.testing.assert_array_equal(cut.truth, whole.truth[:length])
    np.testing.assert_array_equal(cut.values["x"], whole.values["x"][:length])


def test_weekly_values_are_those_of_a_scan_over_weekly_bars():
    bars = generate_test_bars("T", 600, "2019-06-03")
    weekly = values("rsi(close, 14)", resample(bars, Timeframe.WEEK))
    beside = values('tf("W", rsi(close, 14))', bars)
    fridays = np.flatnonzero(np.is_busday(bars.timestamp.astype("datetime64[D]"), weekmask="Fri"))
    np.testing.assert_array_equal(beside[fridays], weekly)


def test_a_frame_without_dates_has_no_weeks():
    undated = dataclasses.replace(
        closes("T", DAYS, range(6)), timestamp=np.full(6, np.datetime64("NaT", "us"))
    )
    with pytest.raises(DataError, match="no dates"):
        values('tf("W", close)', undated)


def test_another_symbol_is_read_on_the_same_dates_and_unknown_where_it_has_none():
    own = closes("T", DAYS, [1, 2, 3, 4, 5, 6])
    spy = closes("SPY", ["2024-03-26", "2024-03-27", "2024-04-04", "2024-04-08"], [10, 20, 30, 40])
    np.testing.assert_array_equal(values('sym("SPY", close)', own, around(spy)), [20, NAN, NAN, 30, NAN, 40])
    np.testing.assert_array_equal(
        values('sym("SPY", close[1])', own, around(spy)), [10, NAN, NAN, 20, NAN, 30]
    )
    np.testing.assert_array_equal(
        values('sym("SPY", close > 20)', own, around(spy)), [0, NAN, NAN, 1, NAN, 1]
    )
    np.testing.assert_array_equal(
        values('close / sym("SPY", close)', own, around(spy)), [1 / 20, NAN, NAN, 4 / 30, NAN, 6 / 40]
    )


@pytest.mark.parametrize("rows", [0, 1], ids=["no bar", "one bar"])
def test_tiny_series_are_no_trouble(rows):
    one = closes("SPY", ["2024-03-27"], [5])
    for own, other in ((one, one.take(slice(0, rows))), (one.take(slice(0, rows)), one)):
        for expression in ('sym("SPY", close)', 'tf("W", close)', 'sym("SPY", tf("M", sma(close, 3)))'):
            assert len(values(expression, own, around(other))) == len(own)


def test_frames_stand_inside_frames():
    own = generate_test_bars("T", 300, "2020-01-01")
    spy = generate_test_bars("SPY", 287, "2020-01-20")
    index = around(spy)
    weekly = resample(spy, Timeframe.WEEK)
    seen = values('tf("W", sym("SPY", sma(close, 3)))', own, index)
    assert seen[-1] == values("sma(close, 3)", weekly)[-1]
    np.testing.assert_array_equal(values('sym("SPY", tf("W", sma(close, 3)))', own, index)[20:], seen[20:])
    twice = values('sym("SPY", sym("T", close))', own, around(spy, own))
    np.testing.assert_array_equal(twice[-50:], own.close[-50:])


def test_longer_bars_of_two_symbols_meet_although_one_ended_its_week_a_day_earlier():
    own = closes("T", ["2024-03-28", "2024-04-05"], [1, 2])
    spy = closes("SPY", ["2024-03-29", "2024-04-04"], [10, 20])
    seen = values('sym("SPY", close)', own, around(spy, timeframe=Timeframe.WEEK))
    np.testing.assert_array_equal(seen, [10, 20])


def test_what_is_the_same_for_every_symbol_is_read_and_computed_once():
    spy = generate_test_bars("SPY", 300)
    reads = []
    index = Surroundings(lambda symbol: reads.append(symbol) or spy)
    compiled = compile_scan('close > sym("SPY", sma(close, 50)) and sym("SPY", rsi(14) > 50)')
    first = compiled.evaluate(generate_test_bars("A", 200), index)
    spy.close[:] = NAN
    second = compiled.evaluate(generate_test_bars("A", 200), index)
    assert reads == ["SPY"]
    np.testing.assert_array_equal(first.truth, second.truth)


def test_later_bars_of_either_symbol_never_change_an_earlier_value():
    own, spy = generate_test_bars("T", 300, "2020-01-01"), generate_test_bars("SPY", 250, "2020-02-03")
    expression = 'sym("SPY", tf("W", rsi(close, 5))) - tf("W", rsi(close, 5)) * sym("SPY", close)'
    whole = values(expression, own, around(spy))
    for cut in (1, 40, 111, 263):
        last = own.timestamp[cut - 1]
        known = around(spy.take(spy.timestamp <= last))
        np.testing.assert_array_equal(values(expression, own.take(slice(0, cut)), known), whole[:cut])


@pytest.mark.parametrize(
    ("formula", "part"),
    [
        ('close > sym("SPY", close)', 'sym("SPY", close)'),
        ("volume > 1 and csrank(close) > 50", "csrank(close)"),
    ],
)
def test_one_frame_alone_has_no_other_symbols(formula, part):
    frame = pd.DataFrame({name: [1.0, 2.0] for name in ("open", "high", "low", "close", "volume")})
    with pytest.raises(FormulaError) as refused:
        FormulaService().evaluate(formula, frame)
    (problem,) = refused.value.problems
    assert formula[problem.start : problem.end] == part
    assert "folder of bars" in problem.message
    with pytest.raises(FormulaError, match="folder of bars"):
        compile_scan(formula).evaluate(generate_test_bars("T", 3))


def test_the_service_takes_weeks_from_a_frame_of_days():
    days = pd.bdate_range(dt.date(2024, 1, 1), periods=20)
    frame = pd.DataFrame(
        {name: np.arange(1.0, 21) for name in ("open", "high", "low", "close", "volume")}, index=days
    )
    assert FormulaService().evaluate('tf("W", close) >= 5', frame).tolist() == [False] * 4 + [True] * 16
