"""Warm-up adds up along a plan."""

import pytest

from engine.formula.explain import compile_explanation
from engine.formula.warmup import warm_ups
from engine.market.timeframe import Timeframe


def warm_up(text, timeframe=Timeframe.DAY):
    explainer = compile_explanation(text)
    return warm_ups(explainer.plan, timeframe)[explainer.root.result]


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("close > open", 0),
        ("close > sma(close, 20)", 19),
        ("close[3] > sma(close, 20)[2]", 21),
        ("sma(hhv(high, 10), 20) > 5", 28),
        ("close > ema(close, 9)", 91),
        ("close > ema(sma(close, 20), 9)", 110),
        ('tf("W", close > sma(close, 3))', 28),
        ('sym("SPY", close > sma(close, 3))', 2),
    ],
)
def test_bars_add_up_from_the_inside_out(text, bars):
    assert warm_up(text).bars == bars
    assert warm_up(text).exempt == frozenset()


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ('tf("1h", close > sma(close, 3))', 4 * 12),
        ('tf("D", close > sma(close, 3))', 4 * 288),
        ("close > vwap()", 1440),
    ],
)
def test_over_five_minute_bars_an_hour_has_twelve(text, bars):
    assert warm_up(text, Timeframe.MINUTE_5).bars == bars


@pytest.mark.parametrize(
    ("text", "exempt"),
    [
        ("sma(obv(), 5) > 3 or close > 5", {"obv"}),
        ("bar_index > 5 and streak(close > open) > 2", {"bar_index", "streak"}),
        ('tf("M", ad() > 5)', {"ad"}),
    ],
)
def test_what_never_settles_is_named(text, exempt):
    assert warm_up(text).exempt == exempt
