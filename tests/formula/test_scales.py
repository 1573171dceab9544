"""On which panel of the chart an expression belongs."""

import pytest

from engine.formula.service import compile_scan


@pytest.mark.parametrize(
    ("expression", "panel"),
    [
        ("sma(close, 20)", "price"),
        ("sma(volume, 20)", "volume"),
        ("rsi(close, 14)", "own"),
        ("sma(rsi(close, 14), 5)", "own"),
        ("close * 1.02", "price"),
        ("0.98 * low", "price"),
        ("close / 2", "price"),
        ("close - open", "own"),
        ("close / open", "own"),
        ("sma(close, 20) + 2 * atr(14)", "price"),
        ("sma(close, 20) - 2 * atr(14)", "price"),
        ("100 - rsi(14)", "own"),
        ("(high + low) / 2", "price"),
        ("max(close, open)", "price"),
        ("hhv(high, 20)[1]", "price"),
        ("iif(close > open, high, low)", "price"),
        ("iif(close > open, high, volume)", "own"),
        ("nz(sma(close, 20), 0)", "price"),
        ("valuewhen(close > open, close)", "price"),
        ("bbands(20, 2, 2).upper", "price"),
        ("donchian(20).upper", "price"),
        ("supertrend(10, 3).supertrend", "price"),
        ("supertrend(10, 3).trend", "own"),
        ("dollar_volume(20)", "own"),
        ("volume * 1.5", "volume"),
        ("close > open", "own"),
        ("month", "own"),
    ],
    ids=repr,
)
def test_an_expression_is_drawn_where_its_scale_belongs(expression, panel):
    (column,) = compile_scan("true", {"x": expression}).series
    assert column.display.panel == panel
