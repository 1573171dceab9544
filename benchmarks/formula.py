"""Measures the formula language: checking, compiling, and what evaluation adds to TA-Lib and NumPy called by hand.

    python benchmarks/formula.py

Both sides of a ratio are measured in turn in one run, on the same arrays. A figure is the least of many: what the work
takes when nobody else wants the processor; checking and compiling, which last longer than a turn on a busy machine,
count processor time. The exit code is 1 when a limit is missed.
"""

from __future__ import annotations

import itertools
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.formula.check import check
from engine.formula.compiler import compile_scan, compile_scans
from engine.indicators.binding import talib
from engine.market.bars import Bars

# Ten years of days, and of hours: the fixed cost of a step shows in the first.
SIZES, ROUNDS = (2_500, 25_000), 300


def make_bars(size: int, seed: int = 1) -> Bars:
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0.0, 0.02, size)))
    opened = close * np.exp(random.normal(0.0, 0.01, size))
    high = np.maximum(opened, close) * (1 + np.abs(random.normal(0.0, 0.01, size)))
    low = np.minimum(opened, close) * (1 - np.abs(random.normal(0.0, 0.01, size)))
    volume = random.integers(1_000, 1_000_000, size).astype(float)
    stamps = np.datetime64("2010-01-01", "us") + np.arange(size) * np.timedelta64(86_400_000_000, "us")
    return Bars("MADE", stamps, opened, high, low, close, volume)


def least_ms(
    works: Sequence[Callable[[], object]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Return each work's least time in milliseconds, the works taking turns."""
    least = [math.inf] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            began = clock()
            work()
            least[number] = min(least[number], 1000 * (clock() - began))
    return least


def long_formula() -> str:
    """Return a formula of 200 lines, near the limit of 500 terms: comments, named lines and conditions."""
    comments = [f"# average number {number}, explained on a line of its own" for number in range(80)]
    named = [f"average{number} := sma(close, {20 + number})" for number in range(60)]
    conditions = [f"and close > average{number}" for number in range(59)]
    return "\n".join([*comments, *named, "rsi(14) < 70", *conditions])


def typical_formulas(count: int = 100) -> list[str]:
    """Return different formulas of the kind that people scan with."""
    kinds = (
        "close > sma(close, {0}) and cross_above(rsi(close, 14), {1}) and volume > 1.5 * sma(volume, 20)",
        "close > hhv(high, {0})[1] and volume > 1.5 * sma(volume, 50)",
        "m := macd(12, 26, 9).hist\nm > 0 and m[1] <= 0 and close > ema(close, {0})",
        "bbands(close, 20, 2, 2).upper < close and adx(14) > {1}",
        "every(close > sma(close, {0}), 10) and roc(close, 26) > {1}",
    )
    return [kinds[n % len(kinds)].format(20 + n, 20 + n % 30) for n in range(count)]


def related_formulas() -> dict[str, str]:
    """Return 100 different formulas of one job that ask for the same few things in other combinations."""
    trends = [f"close > sma(close, {bars})" for bars in (20, 50, 100, 150, 200)]
    crosses = [f"cross_above(rsi(close, 14), {level})" for level in (25, 30, 40, 50, 60)]
    volumes = [f"volume > {times} * sma(volume, 20)" for times in (1, 1.5, 2, 3)]
    texts = [" and ".join(parts) for parts in itertools.product(trends, crosses, volumes)]
    return {f"formula {number:03}": text for number, text in enumerate(texts)}


# ------------------------------------------------------------------------------------------------ by hand


def trend_by_hand(bars: Bars) -> np.ndarray:
    close, volume = bars.close, bars.volume
    average, usual, strength = talib.SMA(close, 200), talib.SMA(volume, 20), talib.RSI(close, 14)
    crossed = np.zeros(len(close), bool)
    with np.errstate(invalid="ignore"):
        above = strength > 30
        crossed[1:] = above[1:] & (strength[:-1] <= 30)
        return (close > average) & crossed & (volume > 1.5 * usual)


def bands_by_hand(bars: Bars) -> np.ndarray:
    upper, middle, lower = talib.BBANDS(bars.close, 20, 2, 2, 0)
    with np.errstate(invalid="ignore"):
        narrow = (upper - lower) / middle
        tight = narrow <= talib.MIN(np.nan_to_num(narrow, nan=np.inf), 126)
        return tight & (bars.close > upper) & (talib.ADX(bars.high, bars.low, bars.close, 14) > 20)


def macd_by_hand(bars: Bars) -> np.ndarray:
    line, signal, histogram = talib.MACD(bars.close, 12, 26, 9)
    with np.errstate(invalid="ignore"):
        return (
            (histogram > 0) & (line < 0) & (signal < 0) & (talib.ATR(bars.high, bars.low, bars.close, 14) > 1)
        )


BY_HAND: tuple[tuple[str, str, Callable[[Bars], np.ndarray]], ...] = (
    (
        "trend and RSI cross",
        "close > sma(close, 200) and cross_above(rsi(close, 14), 30) and volume > 1.5 * sma(volume, 20)",
        trend_by_hand,
    ),
    (
        "Bollinger squeeze",
        (
            "n := (bbands(close, 20, 2, 2).upper - bbands(close, 20, 2, 2).lower) / bbands(close, 20, 2, 2).middle\n"
            "n <= llv(n, 126) and close > bbands(close, 20, 2, 2).upper and adx(14) > 20"
        ),
        bands_by_hand,
    ),
    (
        "MACD below zero",
        "macd(12, 26, 9).hist > 0 and macd(12, 26, 9).macd < 0 and macd(12, 26, 9).signal < 0 and atr(14) > 1",
        macd_by_hand,
    ),
)


def evaluation_ratios(bars: Bars) -> list[float]:
    ratios = []
    for name, formula, by_hand in BY_HAND:
        compiled = compile_scan(formula)
        truth, wanted = compiled.evaluate(bars).truth == 2, by_hand(bars)
        assert (truth == wanted).mean() > 0.99, name
        ours, theirs = least_ms([lambda c=compiled: c.evaluate(bars), lambda f=by_hand: f(bars)], ROUNDS)
        print(f"  {name}, {len(bars):,} bars: {ours:.3f} ms against {theirs:.3f} ms by hand")
        ratios.append(ours / theirs)
    return ratios


def many_against_one(bars: Bars) -> float:
    """Return how many times as long 100 formulas of one job take as the first of the standard formulas."""
    many, one = compile_scans(related_formulas()), compile_scan(BY_HAND[0][1])
    singly = sum(len(compile_scan(text).plan.steps) for text in related_formulas().values())
    # Not in turn: the hundred would leave the one a cold cache, which no scan has.
    (hundred,), (single,) = (least_ms([lambda c=each: c.evaluate(bars)], ROUNDS) for each in (many, one))
    print(f"  {len(many.plan.steps)} steps instead of {singly}: {hundred:.3f} ms against {single:.3f} ms")
    return hundred / single


def main() -> int:
    missed = []

    def tell(what: str, figure: float, limit: float, unit: str) -> None:
        verdict = "" if figure <= limit else "   MISSED"
        print(f"{what:<52} {figure:8.2f} {unit:<3} (limit {limit:g}){verdict}")
        if figure > limit:
            missed.append(what)

    text, formulas = long_formula(), typical_formulas()
    assert check(text).problems == ()
    check_ms, compile_ms = least_ms(
        [lambda: check(text), lambda: [compile_scan(each) for each in formulas]], 20, time.process_time
    )
    tell("checking a formula of 200 lines", check_ms, 20, "ms")
    tell("compiling 100 formulas", compile_ms, 100, "ms")
    (pause_ms,) = least_ms([lambda: check(formulas[0])], ROUNDS, time.process_time)
    tell("checking one formula, at a pause in typing", pause_ms, 5, "ms")
    for size in SIZES:
        ratios = evaluation_ratios(make_bars(size))
        tell(f"evaluation against by hand, {size:,} bars, median", statistics.median(ratios), 1.3, "x")
    tell("100 formulas in one job against one alone", many_against_one(make_bars(2_520)), 12, "x")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
