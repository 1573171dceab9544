"""The fast way over bars without a missing value gives the same bits as the general way."""

import numpy as np
import pytest

from engine.formula import evaluator
from engine.formula.dense import Dense
from engine.formula.functions import index
from engine.formula.service import compile_scan
from engine.market.bars import Bars

SHAPES = {
    "walk": lambda bars: bars,
    "standing still": lambda bars: changed(bars, **dict.fromkeys(("open", "high", "low", "close"), 5.0)),
    "suspended at first": lambda bars: changed(bars, close=np.where(np.arange(400) < 90, 5.0, bars.close)),
    "nobody trades": lambda bars: changed(bars, volume=0.0),
    "a hole in the volume": lambda bars: changed(
        bars, volume=np.where(np.arange(400) == 77, np.nan, bars.volume)
    ),
    "a late volume": lambda bars: changed(bars, volume=np.where(np.arange(400) < 9, np.nan, bars.volume)),
    "a hole in the price": lambda bars: changed(
        bars, close=np.where(np.arange(400) == 300, np.nan, bars.close)
    ),
    "an infinite price": lambda bars: changed(bars, high=np.where(np.arange(400) == 9, np.inf, bars.high)),
    "prices of 1e120": lambda bars: changed(bars, close=bars.close * 1e120, high=bars.high * 1e120),
    "ten bars": lambda bars: bars.take(slice(10)),
    "one bar": lambda bars: bars.take(slice(1)),
    "no bar": lambda bars: bars.take(slice(0)),
}

FORMULAS = (
    "close > sma(close, 50) and cross_above(rsi(close, 14), 50) and volume > 1.5 * sma(volume, 20)",
    "close > sma(close, 50) or cross_below(rsi(close, 14), 50) or volume > 1.5 * sma(volume, 20)",
    "close == 5 and sma(close, 9) == 5 and high != 6 and sma(high, 4) != 6",
    "close == 5 or sma(close, 9) == 5 or high != 6 or sma(high, 4) != 6",
    "30 < rsi(14) < 70 and not (close > ema(20) or adx(14) < 20)",
    "a := close > sma(30)\na and cross_above(close, ema(9)) and (a or volume > 0)",
    "a := close > sma(30)\na and a",
    "true and close > 1 and 2 > 1",
    "true or close > sma(9)",
    "rsi(ema(close, 9), 14) > 50 and macd(rsi(14), 12, 26, 9).hist > 0",
    "(close / close[20] - 1) * 100 > 5 and volume / sma(volume, 20) > 1",
    "(high - low) / (close - open) > 2 or close % 2 > 1 or (close - 100) ^ 0.5 > 3",
    "median(sma(9), 5) > close[3] and zscore(volume, 20) > 1 and crosses(close, sma(20))",
    "crosses(rsi(14), 50)[1] or streak(close > close[1]) >= 3 or barssince(close > hhv(20)[1]) < 5",
    "count(close > sma(20), 10) >= 5 and every(close > llv(20), 5) and exists(volume > 0, 3)",
    "iif(close > sma(20), rsi(14), 100 - rsi(14)) > 60 and nz(sma(50), 0) < close and isna(ema(30))",
    "max(close, sma(20), ema(9)) > min(open, high[1]) and abs(change(close, 5)) > round(atr(14), 1)",
    "valuewhen(cross_above(close, sma(20)), close) < close and isna(close > sma(9)) == false",
    "close * close * close * close * close > volume * volume and -close < 0 and sign(change(1)) == 1",
    "bbands(20, 2, 2).upper < close and dollar_volume(20) > 1000 and mfi(14) > 50 and willr(14) > -20",
    "cdlhammer() != 0 or cdlengulfing() > 0 or ht_trendmode(close) == 1 or maxindex(close, 9) > 50",
    "abs(14)[2] < 15 and crosses(abs(2), abs(3)) == false and count(abs(1) > 0, 3) == 3 or max(2, 3) > close",
    "hl2 > sma(hl2, 9) and dayofweek == 5 and bar_index > 100",
)

# What a function is given for an argument of each kind.
GIVEN = {"series": "sma(close, 5)", "number": "ema(high, 7)", "truth": "close > sma(30)", "either": "ema(9)"}


def changed(bars, **fields):
    arrays = {name: bars.field(name) for name in ("open", "high", "low", "close", "volume")}
    arrays |= {name: np.broadcast_to(value, len(bars)).astype(float) for name, value in fields.items()}
    return Bars(bars.symbol, bars.timestamp, **arrays)


def both_ways(formula, columns, bars):
    """Return what the fast way says first, what it says after it has learnt, and the general way."""
    plan = compile_scan(formula, columns).plan
    dense, prepared = Dense(plan), evaluator._prepared(plan)
    with np.errstate(all="ignore"):
        fast = [dense.run(bars) for _ in range(len(plan.steps) + 1)]
        return fast[0], fast[-1], evaluator._run_steps(prepared, bars)


def assert_same(fast, general):
    for one, other in zip(fast, general, strict=True):
        assert np.asarray(one).dtype == np.asarray(other).dtype
        np.testing.assert_array_equal(one, other, strict=False)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("formula", FORMULAS, ids=range(len(FORMULAS)))
def test_both_ways_give_the_same_bits(formula, shape, walk):
    first, learnt, general = both_ways(formula, {"x": "sma(close, 3) + ema(volume, 3)"}, SHAPES[shape](walk))
    for fast in (first, learnt):
        if fast is not None:
            assert_same(fast, general)


@pytest.mark.parametrize("name", [function.name for function in index.functions()])
def test_every_function_is_the_same_both_ways(name, walk):
    function = index.find(name)
    written = [GIVEN.get(argument.kind) or constant(argument) for argument in function.arguments]
    call = f"{name}({', '.join(written)})"
    outputs = [f"{call}.{output.name}" for output in function.outputs] or [call]
    for shape in ("walk", "standing still", "suspended at first", "nobody trades"):
        columns = {f"x{number}": text for number, text in enumerate(outputs)}
        first, learnt, general = both_ways("true", columns, SHAPES[shape](walk))
        assert learnt is not None
        assert_same(learnt, general)
        if first is not None:
            assert_same(first, general)


def constant(argument):
    if argument.kind == "average":
        return '"ema"'
    least = 0.5 if argument.kind == "real" else 3
    return str(max(argument.limits()[0], least) if argument.default is None else argument.default)


def test_ordinary_bars_take_the_fast_way_at_once(walk):
    plan = compile_scan(FORMULAS[0]).plan
    assert Dense(plan).run(walk) is not None


def test_bars_with_a_hole_or_too_few_of_them_do_not(walk):
    dense = Dense(compile_scan(FORMULAS[0]).plan)
    assert dense.run(SHAPES["a hole in the volume"](walk)) is None
    assert dense.run(walk.take(slice(49))) is None


def test_a_division_by_zero_is_learnt_from(walk):
    first, learnt, general = both_ways(
        "close / volume > 1 and close > sma(9)", {}, SHAPES["nobody trades"](walk)
    )
    assert first is None
    assert_same(learnt, general)
