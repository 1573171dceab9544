"""Every function by its names, and the laws that all of them obey."""

import dataclasses
import functools

import numpy as np
import pytest

from engine.formula.functions import index
from engine.formula.functions.definition import OWN
from engine.indicators.catalogue import talib_names
from engine.indicators.gaps import over_valid

FUNCTIONS = index.functions()
WINDOWED = [function for function in FUNCTIONS if function.is_windowed]
NEEDED = {"n": 10.0, "q": 0.3}


def constants_of(function):
    given = [argument.default for argument in function.constant_arguments]
    names = [argument.name for argument in function.constant_arguments]
    return tuple(
        NEEDED[name] if value is None else float(value) for name, value in zip(names, given, strict=True)
    )


def inputs_of(function, bars):
    series = [bars.close, bars.high, bars.low]
    inputs = []
    for position, argument in enumerate(function.series_arguments):
        if argument.kind == "truth":
            inputs.append(np.where(bars.close > bars.open, 2, 0).astype(np.int8))
        elif argument.name == "periods":
            inputs.append(np.round(2 + 28 * np.abs(np.sin(np.arange(len(bars))))))
        elif function.name in {"acos", "asin"}:
            inputs.append(np.sin(bars.close))
        else:
            inputs.append(series[position])
    return [*inputs, *(implied(name, bars) for name in function.implied)]


def implied(name, bars):
    """Return a field; seven bars make a session, although each of these is a day."""
    return np.arange(len(bars)) // 7.0 if name == "session" else bars.field(name)


def outputs_of(function, inputs):
    kernel = function.bind(constants_of(function))
    if not len(inputs[0]):
        inputs = [array[:0] for array in inputs]

    def several(*arrays):
        result = kernel(*arrays)
        return result if isinstance(result, tuple) else (result,)

    with np.errstate(all="ignore"):
        return several(*inputs) if function.takes_unknown else over_valid(several, inputs)


def unknown(array):
    return array == 1 if array.dtype == np.int8 else np.isnan(array)


named = functools.partial(pytest.mark.parametrize, "function", ids=lambda function: function.name)


def test_every_function_of_talib_has_a_name():
    reachable = {index.find(name.lower()) or index.find(f"ta_{name.lower()}") for name in talib_names()}
    assert None not in reachable
    assert len(FUNCTIONS) > len(talib_names())


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("cross", "cross_above"),
        ("crossover", "cross_above"),
        ("crossunder", "cross_below"),
        ("within", "exists"),
        ("highest", "hhv"),
        ("ta_max", "hhv"),
        ("lowest", "llv"),
        ("linearreg_slope", "slope"),
        ("if", "iif"),
    ],
)
def test_an_alias_is_the_same_function(alias, name):
    assert index.find(alias) is index.find(name)


def test_max_is_ours_and_not_the_window_of_talib():
    assert index.find("max").signature == "max(a, b, …)"


def test_a_cumulative_average_does_not_hide_under_the_name_vwap():
    assert index.find("ta_vwap").path_dependent
    assert not index.find("vwap").path_dependent
    assert "session" in index.find("vwap").implied


def test_a_collision_with_talib_that_is_not_listed_is_refused(monkeypatch):
    colliding = dataclasses.replace(index.find("abs"), name="rsi")
    monkeypatch.setitem(OWN._things, "rsi", colliding)
    with pytest.raises(ValueError, match="'rsi' is taken"):
        index._own_names()


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("rsi", "rsi(series, timeperiod=14)"),
        ("atr", "atr(timeperiod=14)"),
        ("bbands", 'bbands(series, timeperiod=20, nbdevup=2, nbdevdn=2, matype="sma")'),
        ("count", "count(condition, n)"),
    ],
)
def test_signatures_name_arguments_and_defaults(name, signature):
    assert index.find(name).signature == signature


@named(FUNCTIONS)
def test_every_function_says_what_it_is(function):
    assert function.summary
    assert function.family
    assert index.find(function.name) is function
    constants = [argument.is_constant for argument in function.arguments]
    assert constants == sorted(constants), "constants follow series"


@named(WINDOWED)
def test_later_bars_never_change_an_earlier_value(function, walk):
    lookback = function.lookback(constants_of(function))
    whole = outputs_of(function, inputs_of(function, walk))
    for cut in {1, 2, lookback, lookback + 1, lookback + 2, 57, 233, 399}:
        shorter = outputs_of(function, inputs_of(function, walk.take(slice(0, cut))))
        for all_bars, fewer in zip(whole, shorter, strict=True):
            np.testing.assert_array_equal(all_bars[:cut], fewer)


@named(WINDOWED)
def test_the_first_value_comes_when_the_window_is_full(function, walk):
    lookback = function.lookback(constants_of(function))
    for output in outputs_of(function, inputs_of(function, walk)):
        assert unknown(output)[:lookback].all()
        assert not unknown(output)[lookback]


@named([function for function in WINDOWED if not function.takes_unknown])
def test_a_gap_blanks_its_own_bars_and_is_skipped_by_the_window(function, walk):
    inputs = inputs_of(function, walk)
    hole = slice(200, 205)
    holed = [array.copy() for array in inputs]
    holed[0][hole] = 1 if holed[0].dtype == np.int8 else np.nan
    known = np.ones(len(walk), bool)
    known[hole] = False
    joined = outputs_of(function, [array[known] for array in inputs])
    for output, without in zip(outputs_of(function, holed), joined, strict=True):
        assert unknown(output)[hole].all()
        np.testing.assert_array_equal(output[known], without)


@named(WINDOWED)
@pytest.mark.parametrize("size", [0, 1], ids=["no bar", "one bar"])
def test_tiny_series_are_no_trouble(function, size, walk):
    for output in outputs_of(function, inputs_of(function, walk.take(slice(0, size)))):
        assert len(output) == size


@named(WINDOWED)
def test_constant_series_give_finite_or_unknown_values(function, bars_of_closes):
    bars = bars_of_closes([1.0] * 150, volume=[0.0] * 150)
    flat = bars.take(slice(None))
    flat.high[:] = 1.0
    flat.low[:] = 1.0
    for output in outputs_of(function, inputs_of(function, flat)):
        assert not np.isinf(output.astype(float)).any()


# Functions of angles, exponents and whole numbers, and those whose result is no multiple of a price.
NOT_SCALED = {
    *("acos", "asin", "atan", "cos", "cosh", "sin", "sinh", "tan", "tanh", "linearreg_angle"),
    *("exp", "ln", "log10", "sqrt", "ceil", "floor", "mavp", "fractal"),
}


@named([function for function in WINDOWED if function.name not in NOT_SCALED])
@pytest.mark.parametrize("factor", [1e-5, 1e-3, 1e5], ids=str)
def test_a_price_in_another_currency_gives_the_same_picture(function, factor, walk):
    scaled = dataclasses.replace(
        walk, **{name: walk.field(name) * factor for name in ("open", "high", "low", "close")}
    )
    for before, after in zip(
        outputs_of(function, inputs_of(function, walk)),
        outputs_of(function, inputs_of(function, scaled)),
        strict=True,
    ):
        powers = [before * factor**power for power in (0, 1, 2, -1)]
        assert any(
            np.allclose(after, each, rtol=1e-6, atol=1e-9 * np.nanmax(np.abs(each)), equal_nan=True)
            for each in powers
        )
