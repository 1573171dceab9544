"""The catalogue says about TA-Lib what TA-Lib does."""

import numpy as np
import pytest

from engine.indicators.catalogue import AVERAGES, average_name, blank_lookback, indicator, talib_names


def test_all_functions_of_talib_are_described():
    assert len(talib_names()) == 201
    assert all(indicator(name).outputs for name in talib_names())


def test_kinds_of_average_come_after_the_periods():
    names = [parameter.name for parameter in indicator("STOCH").parameters]
    assert names == ["fastk_period", "slowk_period", "slowd_period", "slowk_matype", "slowd_matype"]


def test_parameters_reach_talib_in_its_own_order():
    assert indicator("STOCH").in_talib_order((14.0, 3.0, 5.0, 1.0, 0.0)) == (14, 3, 1, 5, 0)


@pytest.mark.parametrize(
    ("name", "values", "lookback"),
    [
        ("SMA", (200,), 199),
        ("RSI", (14,), 14),
        ("MACD", (12, 26, 9), 33),
        ("OBV", (), 0),
        ("CDLDOJI", (), 10),
    ],
    ids=str,
)
def test_lookback_counts_the_bars_before_the_first_value(name, values, lookback):
    assert indicator(name).lookback(values) == lookback


@pytest.mark.parametrize("name", talib_names())
def test_first_value_stands_where_the_lookback_says(name):
    described = indicator(name)
    values = [parameter.default for parameter in described.parameters]
    lookback = described.lookback(values)
    prices = 100 + np.random.default_rng(1).normal(size=lookback + 5).cumsum()
    if name in {"ACOS", "ASIN"}:
        prices = prices / 1000
    inputs = [np.full(len(prices), 5.0) if each.name == "periods" else prices for each in described.inputs]
    outputs = described.kernel(*inputs, *described.in_talib_order(values))
    for output in outputs if isinstance(outputs, tuple) else (outputs,):
        if output.dtype == np.float64 and name not in {"LN"}:
            assert int(np.isfinite(output).argmax()) == lookback


def test_lookback_refuses_what_talib_refuses():
    with pytest.raises(ValueError, match="RSI refuses"):
        indicator("RSI").lookback((1,))


@pytest.mark.parametrize(
    ("name", "position", "limits"),
    [
        ("RSI", 0, (2, 5000)),
        ("SMA", 0, (1, 5000)),
        ("MAMA", 0, (0.01, 0.99)),
        ("T3", 1, (0, 1)),
        ("PERCENTILE", 1, (0, 100)),
    ],
    ids=str,
)
def test_limits_are_those_that_talib_enforces(name, position, limits):
    assert indicator(name).limits(position) == pytest.approx(limits)


def test_outputs_have_short_names_and_styles():
    macd = {output.short: output.style for output in indicator("MACD").outputs}
    assert macd == {"macd": "line", "signal": "dashed", "hist": "histogram"}
    bands = {output.short: output.style for output in indicator("BBANDS").outputs}
    assert bands == {"upper": "band_upper", "middle": "line", "lower": "band_lower"}


def test_path_dependent_functions_are_known_even_where_the_metadata_is_silent():
    wanted = "OBV AD NVI PVI PVT WAD VWAP CUMSUM MAXINDEX MININDEX MINMAXINDEX SAR SAREXT ADOSC SUPERTREND"
    assert {name for name in talib_names() if indicator(name).path_dependent} == set(wanted.split())


def test_defaults_that_differ_between_versions_of_talib_are_these():
    bands = {parameter.name: parameter.default for parameter in indicator("BBANDS").parameters}
    assert bands == {"timeperiod": 20, "nbdevup": 2, "nbdevdn": 2, "matype": 0}


def test_averages_have_names_both_ways():
    assert AVERAGES["ema"] == 1
    assert average_name(1.0) == "ema"
    assert {"disabled", "default"}.isdisjoint(AVERAGES)


def test_whole_numbers_are_unknown_during_the_lookback():
    assert blank_lookback(np.array([0, 0, 100], dtype=np.int32), 2).tolist() == pytest.approx(
        [np.nan, np.nan, 100], nan_ok=True
    )
