"""What is allowed but probably not meant."""

from importlib.resources import files

import pytest
import yaml

from engine.formula.service import check, compile_scan


def warnings(text):
    result = check(text)
    assert result.problems == ()
    return [(text[w.start : w.end], w.fix) for w in result.warnings]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("close > hhv(high, 20)", "hhv(high, 20)"),
        ("hhv(high, 20) < close", "hhv(high, 20)"),
        ("high > highest(high, 20)", "highest(high, 20)"),
        ("volume > hhv(volume, 20)", "hhv(volume, 20)"),
        ("low < llv(low, 20)", "llv(low, 20)"),
        ("cross_above(close, hhv(high, 20))", "hhv(high, 20)"),
        ("close > donchian(20).upper", "donchian(20).upper"),
        ("top := hhv(high, 20)\nclose > top", "top"),
    ],
    ids=repr,
)
def test_a_bar_compared_with_a_window_that_includes_it_is_warned_about(text, words):
    assert warnings(text) == [(words, f"{words}[1]")]


@pytest.mark.parametrize(
    "text",
    [
        "close > hhv(high, 20)[1]",
        "close >= hhv(high, 20)",
        "high > hhv(close, 20)",
        "close > sma(close, 20)",
        "close < hhv(high, 20)",
    ],
    ids=repr,
)
def test_comparisons_that_can_hold_are_not(text):
    assert warnings(text) == []


@pytest.mark.parametrize(
    ("text", "fix"),
    [("max(20, high) > close", "hhv(high, 20)"), ("min(low, 10) < close", "llv(low, 10)")],
    ids=repr,
)
def test_a_price_beside_a_whole_number_in_max_is_taken_for_a_window(text, fix):
    assert [found for _, found in warnings(text)] == [fix]


@pytest.mark.parametrize(
    "text", ["max(open, close) > 5", "max(rsi(14), 50) > 60", "max(close, 0.5) > 1"], ids=repr
)
def test_max_of_series_is_not(text):
    assert warnings(text) == []


@pytest.mark.parametrize(
    "text", ["obv() > 5", "cross_above(ad(), 0)", "x := cumsum(volume); x > 5", "bar_index > 5"]
)
def test_a_level_that_depends_on_where_the_data_begin_is_warned_about(text):
    assert len(warnings(text)) == 1


@pytest.mark.parametrize(
    "text", ["obv() > obv()[5]", "obv() > sma(obv(), 20)", "supertrend(10, 3).trend > 0"]
)
def test_changes_of_such_a_level_are_not(text):
    assert warnings(text) == []


def test_the_output_that_is_meant_is_named():
    assert warnings("macd(12, 26, 9) > 0") == [("macd(12, 26, 9)", "macd(12, 26, 9).macd")]
    assert warnings("macd(12, 26, 9).hist > 0") == []
    assert warnings("sma(macd(12, 26, 9), 5) > 0") == [("macd(12, 26, 9)", "macd(12, 26, 9).macd")]


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("rsi(14) > 100", "rsi(14) > 100", "never true: rsi(14) is always between 0 and 100"),
        ("100 < rsi(14)", "100 < rsi(14)", "never true: rsi(14) is always between 0 and 100"),
        ("rsi(14) >= 0", "rsi(14) >= 0", "always true: rsi(14) is always between 0 and 100"),
        ("close < 0", "close < 0", "never true: close is always above 0"),
        ("close <= 0", "close <= 0", "never true: close is always above 0"),
        ("close > 0", "close > 0", "always true: close is always above 0"),
        ("volume < 0", "volume < 0", "never true: volume is never below 0"),
        ("hhv(high, 20) < high", "hhv(high, 20)", "includes the current bar"),
        ("close <= high", "close <= high", "always true: close is never above high"),
        ("high < low", "high < low", "never true: high is never below low"),
        ("low[3] > high[3]", "low[3] > high[3]", "never true: low[3] is never above high[3]"),
        ("close > max(high, open)", "close > max(high, open)", "never true"),
        ("min(low, open) > close", "min(low, open) > close", "never true"),
        ("llv(low, 20) > hhv(high, 5)", "hhv(high, 5)", "so llv(low, 20) is never above it"),
        ("hhv(high, 50) < hhv(close, 20)", "hhv(high, 50) < hhv(close, 20)", "never true"),
        ("hhv(close, 50) < sma(close, 20)", "hhv(close, 50) < sma(close, 20)", "never true"),
        ("willr(14) > 20", "willr(14) > 20", "never true: willr(14) is always between -100 and 0"),
        ("stoch(14, 3, 3).k > 120", "stoch(14, 3, 3).k > 120", "never true"),
        ("count(close > open, 5) > 5", "count(close > open, 5) > 5", "never true"),
        ("hhvbars(high, 20) == 20", "hhvbars(high, 20) == 20", "never true"),
        ("month > 12", "month > 12", "never true"),
        ("2 * rsi(14) - 300 > 0", "2 * rsi(14) - 300 > 0", "never true"),
        ("atr(14) < 0", "atr(14) < 0", "never true: atr(14) is never below 0"),
        ("sma(close, 20) < 0", "sma(close, 20) < 0", "never true"),
        ("close > close", "close > close", "never true: both sides are the same"),
        ("2 > 1", "2 > 1", "always true: both sides are fixed numbers"),
        ("x := rsi(14)\nx > 100", "x > 100", "never true: x is always between 0 and 100"),
        ("rsi(14) > 70 and rsi(14) < 30", "rsi(14) > 70 and rsi(14) < 30", "never hold together"),
        ("x := close; x > 50 and volume > 5 and 20 > close", "x > 50 and volume > 5 and 20 > close", "never hold"),
        ("70 < rsi(14) < 30", "70 < rsi(14) < 30", "never hold together: no value of rsi(close, 14)"),
        ("month == 1 and month == 2", "month == 1 and month == 2", "never hold together"),
        ("cross_above(rsi(14), 100)", "cross_above(rsi(14), 100)", "never cross: rsi(14) is always between"),
        ("cross_below(high, low)", "cross_below(high, low)", "never cross: high is never below low"),
        ("cross_below(close, close)", "cross_below(close, close)", "never cross: both sides are the same"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_can_never_or_must_always_hold_is_warned_about_and_why(text, words, sentence):
    (warning,) = check(text).warnings
    assert text[warning.start : warning.end] == words
    assert sentence in warning.message


@pytest.mark.parametrize(
    "text",
    [
        "close > sma(volume, 20)",
        "volume > hhv(high, 20)",
        "close > rsi(14)",
        "cross_above(close, rsi(14))",
        "volume > mfi(14)[1]",
        "x := cci(20)\nclose < x",
        "low < roc(close, 10)",
    ],
    ids=repr,
)
def test_a_price_a_volume_and_a_pure_number_are_not_compared(text):
    (warning,) = check(text).warnings
    assert "compare like with like" in warning.message


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("nz(rsi(14), 50) < 30", "rsi(14)"),
        ("close > nz(sma(close, 200), 0)", "sma(close, 200)"),
        ("x := ema(50); nz(x) < close", "x"),
    ],
    ids=repr,
)
def test_a_number_in_place_of_the_warm_up_is_warned_about(text, fix):
    (found,) = [found for words, found in warnings(text) if words.startswith("nz")]
    assert found == fix


SENSIBLE = """
close > sma(close, 200)
close > hhv(high, 252)[1] and volume > 1.5 * sma(volume, 50)
cross_above(sma(50), sma(200))
rsi(14) < 30 and close > open
rsi(14) > 70 or rsi(14) < 30
30 < rsi(14) < 70
rsi(2) < 5 and close > sma(200) and close < sma(5)
close >= hhv(high, 20)
low <= llv(low, 20)
high > hhv(high, 20)[1]
close > 1.05 * close[1]
close / close[1] > 1.05
roc(close, 20) > 10
close > 5 and volume > 100_000
dollar_volume(20) > 1_000_000
bbands(20, 2, 2).upper - bbands(20, 2, 2).lower < 0.1 * sma(20)
close < bbands(20, 2, 2).lower
cross_above(macd(12, 26, 9).macd, macd(12, 26, 9).signal)
macd(12, 26, 9).hist > 0 and macd(12, 26, 9).hist[1] <= 0
stoch(14, 3, 3).k > stoch(14, 3, 3).d and stoch(14, 3, 3).k < 20
adx(14) > 25 and plus_di(14) > minus_di(14)
atr(14) / close < 0.02
high - low < 0.5 * atr(14)
close > low + 0.75 * (high - low)
close - low > 2 * (high - close)
open > high[1] and low > high[1]
high < high[1] and low > low[1]
close == high
count(close > close[1], 10) >= 8
every(close > sma(50), 20) and exists(rsi(14) < 40, 5)
streak(close > open) >= 5
barssince(cross_above(close, sma(200))) < 10
nz(barssince(rsi(14) > 70), 999) > 20
valuewhen(cross_above(close, sma(50)), close) < close
zscore(close, 20) > 2
percentrank(volume, 100) > 95
obv() > sma(obv(), 20)
cmf(20) > 0 and mfi(14) < 80
supertrend(10, 3).trend > 0 and supertrend(10, 3).trend[1] < 0
cdlhammer() > 0 and close > sma(200)
willr(14) < -80
aroon(25).up > 70 and aroon(25).down < 30
max(open, close) < high and min(open, close) > low
hlc3 > hlc3[1] and hl2 > ohlc4
dayofweek == 5 and month != 12
iif(close > open, high - close, high - open) > 0.1 * atr(14)
slope(ln(close), 20) > 0 and linearreg(close, 20) > close
hhvbars(high, 50) > 20 and llvbars(low, 50) < 3
close > kc(20, 10, 2).upper and bbands(20, 2, 2).upper < kc(20, 10, 2).upper
rvol(20) > 2 and abs(close - open) > atr(14)
volume > 0 and close > 1
correl(close, volume, 20) < -0.5
rsi(14) > rsi(14)[1] and rsi(14) > sma(rsi(14), 10)
rsi(close, 14) < 30 and rsi(volume, 14) > 70
""".strip().splitlines()


@pytest.mark.parametrize("text", SENSIBLE)
def test_sensible_formulas_are_not_warned_about(text):
    assert warnings(text) == []


def test_ready_made_scans_are_not_warned_about():
    for path in sorted(files("resources").joinpath("scans").iterdir(), key=lambda path: path.name):
        scan = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert compile_scan(scan["formula"], scan.get("columns", {})).warnings == (), path.name


def test_lines_that_double_each_other_are_judged_at_once():
    lines = ["a0 := close", *(f"a{n} := a{n - 1} + a{n - 1} + max(a{n - 1}, a{n - 1})" for n in range(1, 60))]
    text = "\n".join([*lines, "a59 > a58 and a59 <= 0"])
    assert [text[w.start : w.end] for w in check(text).warnings] == ["a59 <= 0"]
