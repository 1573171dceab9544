"""What becomes a column of the results and a line on the chart."""

import pytest

from engine.formula.service import Display, SeriesInfo, compile_scan


def names(formula, **columns):
    return [(series.name, series.kind) for series in compile_scan(formula, columns).series]


def test_columns_come_first_then_lines_then_indicators():
    assert names(
        "fast := ema(close, 12)\nfast > sma(close, 50) and rsi(14) < 30", strength="roc(close, 20)"
    ) == [
        ("strength", "column"),
        ("fast", "line"),
        ("sma(close, 50)", "indicator"),
        ("rsi(close, 14)", "indicator"),
    ]


def test_an_indicator_appears_once_however_often_and_however_it_is_written():
    assert names("rsi(14) < 30 or RSI(close, 14) > 70 or rsi(close,14)[1] > 5") == [
        ("rsi(close, 14)", "indicator")
    ]


def test_an_indicator_that_is_a_line_or_a_column_gets_no_second_series():
    assert names("r := rsi(14)\nr < 30 and rsi(14) > 5 and sma(20) > 3", average="sma(close, 20)") == [
        ("average", "column"),
        ("r", "line"),
    ]


def test_plumbing_around_an_indicator_is_no_series():
    assert names("abs(nz(1.5 * sma(volume, 20), 0)) > 5") == [("sma(volume, 20)", "indicator")]


def test_the_outermost_indicator_is_the_series():
    assert names("sma(rsi(14), 5) > 50") == [("sma(rsi(close, 14), 5)", "indicator")]


def test_conditions_inside_events_are_searched():
    assert names("count(rsi(14) < 30, 5) > 2") == [("rsi(close, 14)", "indicator")]


def test_each_output_in_use_is_a_series():
    assert names("cross_above(macd(12, 26, 9).macd, macd(12, 26, 9).signal)") == [
        ("macd(close, 12, 26, 9).macd", "indicator"),
        ("macd(close, 12, 26, 9).signal", "indicator"),
    ]


def test_a_constant_line_is_no_series():
    assert names("n := 20\nclose > sma(close, n)") == [("sma(close, 20)", "indicator")]


def test_a_condition_is_shown_as_dots():
    (series,) = compile_scan("up := close > open\nup").series
    assert series == SeriesInfo("up", "close > open", "line", "truth", Display("own", "dots"))


@pytest.mark.parametrize(
    ("formula", "levels"),
    [
        ("rsi(14) < 30 or rsi(14) > 70", (30.0, 70.0)),
        ("30 < rsi(14) < 70", (30.0, 70.0)),
        ("cross_above(rsi(14), 30)", (30.0,)),
        ("rsi(14)[1] < 30", (30.0,)),
        ("r := rsi(14)\nr < 30 and r > -5", (-5.0, 30.0)),
        ("rsi(14) > sma(rsi(14), 3)", ()),
    ],
    ids=repr,
)
def test_the_constants_that_an_indicator_is_compared_with_are_its_levels(formula, levels):
    assert compile_scan(formula).series[0].display.levels == levels


@pytest.mark.parametrize(
    ("call", "style"),
    [
        ("macd(12, 26, 9).hist", "histogram"),
        ("macd(12, 26, 9).signal", "dashed"),
        ("bbands(20, 2, 2).lower", "band_lower"),
        ("bbands(20, 2, 2).upper", "band_upper"),
        ("ao(5, 34)", "histogram"),
        ("sma(20)", "line"),
    ],
)
def test_indicators_are_drawn_as_the_catalogue_says(call, style):
    assert compile_scan(f"{call} > 0").series[0].display.style == style


def test_a_line_that_is_an_indicator_is_drawn_like_it():
    assert compile_scan("bars := macd(12, 26, 9).hist\nbars > 0").series[0].display.style == "histogram"
