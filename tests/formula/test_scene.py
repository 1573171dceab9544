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


# ------------------------------------------------------------------------------------------- intraday bars

MINUTES_5 = np.timedelta64(300_000_000, "us")


def sessions(symbol: str, *, days: int = 6, holes: int = 0) -> Bars:
    """Return five-minute bars from 9:30 to 16:00, some of them missing."""
    day = np.datetime64("2026-03-05T09:30", "us") + np.arange(days) * np.timedelta64(1, "D")
    when = (day[:, None] + np.arange(78) * MINUTES_5).ravel()
    bars = dataclasses.replace(generate_test_bars(symbol, len(when)), timestamp=when)
    kept = np.random.default_rng(holes).random(len(when)) >= 0.4 if holes else np.ones(len(when), bool)
    return bars.take(kept)


FIVE = Timeframe.MINUTE_5
INTRADAY_CODES = ["15m", "30m", "1h", "2h", "4h", "D", "W"]


@pytest.mark.parametrize("code", INTRADAY_CODES)
@given(length=st.integers(0, 468), holes=st.integers(0, 3))
def test_a_mixed_intraday_formula_never_repaints(code, length, holes):
    bars = sessions("T", holes=holes)
    compiled = compile_scan(
        f'tf("{code}", close > sma(close, 2)) and close > tf("{code}", high)',
        {"x": f'tf("{code}", close)', "v": f'vwap() - tf("{code}", vwap())', "h": f'tf("{code}", hour)'},
    )
    whole = compiled.evaluate(bars, around(timeframe=FIVE))
    cut = compiled.evaluate(bars.take(slice(0, length)), around(timeframe=FIVE))
    np.testing.assert_array_equal(cut.truth, whole.truth[:length])
    for name in "xvh":
        np.testing.assert_array_equal(cut.values[name], whole.values[name][: min(length, len(bars))])


def test_an_hour_is_seen_from_the_bar_that_ends_it():
    bars = sessions("T", days=1)
    seen = values('tf("1h", close)', bars, around(timeframe=FIVE))
    hour = values('tf("1h", hour)', bars, around(timeframe=FIVE))
    assert np.isnan(seen[:5]).all()
    np.testing.assert_array_equal(seen[5:17], np.full(12, bars.close[5]))
    np.testing.assert_array_equal(seen[17:29], np.full(12, bars.close[17]))
    assert hour[[5, 17, 29]].tolist() == [9, 10, 11]


def test_intraday_bars_see_yesterday_all_day_long():
    bars = sessions("T", days=3)
    seen = values('tf("D", close)', bars, around(timeframe=FIVE))
    assert np.isnan(seen[:78]).all()
    np.testing.assert_array_equal(seen[78:156], np.full(78, bars.close[77]))
    np.testing.assert_array_equal(seen[156:], np.full(78, bars.close[155]))


def test_hours_beside_five_minute_bars_are_those_of_a_scan_over_hours():
    bars = sessions("T")
    hourly = values("rsi(close, 5)", resample(bars, Timeframe.HOUR), around(timeframe=Timeframe.HOUR))
    beside = values('tf("1h", rsi(close, 5))', bars, around(timeframe=FIVE))
    ends = np.flatnonzero((bars.timestamp + MINUTES_5).astype("datetime64[m]").astype(int) % 60 == 0)
    np.testing.assert_array_equal(beside[ends], hourly)


def test_another_symbol_is_read_at_the_same_minute_and_over_the_same_hours():
    own, spy = sessions("T"), sessions("SPY", holes=2)
    index = around(spy, timeframe=FIVE)
    seen = values('sym("SPY", close)', own, index)
    known = dict(zip(spy.timestamp.tolist(), spy.close, strict=True))
    np.testing.assert_array_equal(seen, [known.get(moment, NAN) for moment in own.timestamp.tolist()])
    hours = values('tf("1h", sym("SPY", close))', own, index)
    spy_hours = resample(spy, Timeframe.HOUR)
    at_two = spy_hours.timestamp == own.timestamp[-78].astype("datetime64[D]") + np.timedelta64(14, "h")
    assert hours[-13] == spy_hours.close[at_two][0]


@pytest.mark.parametrize(
    ("expression", "timeframe"), [('tf("5m", close)', FIVE), ('tf("1h", close)', Timeframe.DAY)], ids=str
)
def test_shorter_bars_are_not_made_of_longer_ones(expression, timeframe):
    with pytest.raises(FormulaError, match="needs bars shorter than that"):
        values(expression, sessions("T", days=1), around(timeframe=timeframe))


def test_the_service_sees_how_long_the_bars_of_a_frame_are():
    bars = sessions("T", days=1)
    frame = pd.DataFrame({name: bars.field(name) for name in ("open", "high", "low", "close", "volume")})
    frame.index = pd.DatetimeIndex(bars.timestamp)
    found = FormulaService().evaluate('tf("1h", hour) == 9', frame)
    assert found.tolist() == [False] * 5 + [True] * 12 + [False] * 61
