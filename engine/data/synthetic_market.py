"""A market that never was: bars from a seed, for demos, tests and benchmarks.

Here: the calendar, the names and the model. Not here: writing them (``sources.synthetic``).

1. One market goes through bull, bear and quiet regimes (:func:`_regimes`); its returns have their drift and
   volatility.
2. Each symbol adds its own returns, whose volatility comes in clusters (:func:`_clustered`), and now and then
   a gap, as after a report of earnings.
3. Out of close-to-close returns come opens, highs, lows and volumes that a chart could have shown
   (:func:`_bars_of`): every bar is valid, there are no splits.
4. Some symbols start late, a few end early, some miss days, and thinly traded ones have days without volume.

The same seed gives the same bars. All random numbers come from generators made here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np

from engine.market.bars import Bars, BoolArray, FloatArray, TimeArray

LAST_DAY = date(2026, 11, 20)
# Symbols that are made together; more would need more memory, fewer change the bars of a seed.
_BLOCK = 250
# Drift and volatility per year, mean length in days: bull, bear, quiet.
_REGIMES = ((0.18, 0.14, 250.0), (-0.32, 0.30, 90.0), (0.05, 0.08, 150.0))
DAYS_PER_YEAR = 252.0
_RARE_FIRST_LETTERS = "ZXQJ"
_VOWELS = "AEIOU"
_CONSONANTS = "BDFGKLMNPRSTVWZX"
_SHORT_SYMBOLS = len(_RARE_FIRST_LETTERS) * len(_VOWELS) ** 2 * len(_CONSONANTS)
MOST_SYMBOLS = _SHORT_SYMBOLS * (1 + len(_CONSONANTS))


@dataclass(frozen=True, slots=True)
class _Paths:
    """What a block's bars are made from, each of shape (days, symbols)."""

    close: FloatArray
    open: FloatArray
    volatility: FloatArray
    volume: FloatArray
    still: BoolArray


def calendar(years: int, last_day: date = LAST_DAY) -> TimeArray:
    """Return all weekdays of the ``years`` that end on ``last_day``, as datetime64[us]."""
    leap_day = (last_day.month, last_day.day) == (2, 29)
    before = last_day.replace(year=last_day.year - years, day=28 if leap_day else last_day.day)
    days = np.arange(np.datetime64(before, "D") + 1, np.datetime64(last_day, "D") + 1)
    return days[np.is_busday(days)].astype("datetime64[us]")


def names(count: int) -> tuple[str, ...]:
    """Return made-up tickers, sorted: they can be spoken and begin with a letter that few real ones have.

    At most ``MOST_SYMBOLS``; up to 1,600 have four letters, more have five.
    """
    if not 0 <= count <= MOST_SYMBOLS:
        message = f"there are 0 to {MOST_SYMBOLS:,} made-up symbols, not {count:,}"
        raise ValueError(message)
    short = ["".join(letters) for letters in product(_RARE_FIRST_LETTERS, _VOWELS, _CONSONANTS, _VOWELS)]
    long = ["".join(pair) for pair in product(short, _CONSONANTS)] if count > len(short) else []
    # Spread over the pool, so that a small universe does not consist of neighbours.
    random = np.random.default_rng(0)
    chosen = [short[place] for place in random.permutation(len(short))[:count]]
    chosen += [long[place] for place in random.permutation(len(long))[: max(0, count - len(short))]]
    return tuple(sorted(chosen))


def make_market(symbols: Sequence[str], days: TimeArray, seed: int) -> Iterator[Bars]:
    """Yield the bars of each symbol in turn: clean, with short histories and missing days among them."""
    root = np.random.SeedSequence(seed)
    market_seed, *block_seeds = root.spawn(1 + -(-len(symbols) // _BLOCK))
    market, stress = _regimes(len(days), np.random.default_rng(market_seed))
    for number, block_seed in enumerate(block_seeds):
        members = symbols[number * _BLOCK : (number + 1) * _BLOCK]
        random = np.random.default_rng(block_seed)
        paths = _block(market, stress, len(members), random)
        for place, symbol in enumerate(members):
            bars = _bars_of(symbol, days, paths, place, random)
            yield bars.take(_listed(len(days), random))


def _regimes(days: int, random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return the market's daily log returns and its volatility relative to a usual day."""
    drift, volatility = np.empty(days), np.empty(days)
    day, regime = 0, 0
    while day < days:
        mean_drift, mean_volatility, length = _REGIMES[regime]
        stop = day + 20 + int(random.exponential(length))
        drift[day:stop] = mean_drift / DAYS_PER_YEAR
        volatility[day:stop] = mean_volatility / np.sqrt(DAYS_PER_YEAR)
        day, regime = stop, (regime + int(random.integers(1, len(_REGIMES)))) % len(_REGIMES)
    volatility *= _clustered((days, 1), random)[:, 0]
    return drift + volatility * random.standard_normal(days), volatility / np.mean(volatility)


def _clustered(shape: tuple[int, int], random: np.random.Generator) -> FloatArray:
    """Return factors around 1 that wander slowly: a wild day is mostly followed by another."""
    shocks = random.normal(0.0, 0.09, shape)
    level = np.zeros(shape[1])
    logs = np.empty(shape)
    for day in range(shape[0]):
        level = 0.97 * level + shocks[day]
        logs[day] = level
    return np.exp(logs)


def _block(market: FloatArray, stress: FloatArray, count: int, random: np.random.Generator) -> _Paths:
    days = len(market)
    shape = (days, count)
    usual = random.uniform(0.12, 0.36, count) / np.sqrt(DAYS_PER_YEAR)
    volatility = usual * _clustered(shape, random) * np.sqrt(stress)[:, None]
    beta = random.uniform(0.3, 1.6, count)
    own_drift = random.normal(0.0, 0.06, count) / DAYS_PER_YEAR
    returns = beta * market[:, None] + own_drift + volatility * random.standard_t(5, shape) * 0.75
    overnight = 0.35 * volatility * random.standard_normal(shape)
    jumps = np.where(random.random(shape) < 0.006, random.normal(0.0, 0.06, shape), 0.0)
    thin = random.random(count) < 0.06
    still = thin & (random.random(shape) < 0.03)
    still[0] = False
    returns = np.where(still, 0.0, returns + jumps)
    overnight = np.where(still, 0.0, overnight + jumps)
    logs = np.cumsum(returns, axis=0) + np.log(random.lognormal(np.log(45.0), 0.8, count))
    # A price near zero would be all rounding: a path that sinks too far is lifted as a whole.
    logs += np.maximum(0.0, np.log(1.5) - logs.min(axis=0))
    close = np.round(np.exp(logs), 2)
    before = np.vstack((close[:1], close[:-1]))
    usual_volume = random.lognormal(np.log(900_000.0), 1.2, count) * np.where(thin, 0.01, 1.0)
    busy = np.exp(0.35 * random.standard_normal(shape) + 0.28 * np.minimum(np.abs(returns) / usual, 6.0))
    volume = np.where(still, 0.0, np.maximum(100.0, np.round(usual_volume * busy, -2)))
    return _Paths(close, np.round(before * np.exp(overnight), 2), volatility, volume, still)


def _bars_of(symbol: str, days: TimeArray, paths: _Paths, place: int, random: np.random.Generator) -> Bars:
    close, still = paths.close[:, place], paths.still[:, place]
    before = np.append(close[:1], close[:-1])
    open_ = np.where(still, before, np.maximum(0.01, paths.open[:, place]))
    close = np.where(still, before, close)
    reach = 0.6 * paths.volatility[:, place]
    up, down = (np.where(still, 0.0, reach * random.standard_exponential(len(days))) for _ in range(2))
    high = np.maximum(np.round(np.maximum(open_, close) * np.exp(up), 2), np.maximum(open_, close))
    low = np.minimum(np.round(np.minimum(open_, close) * np.exp(-down), 2), np.minimum(open_, close))
    return Bars(symbol, days, open_, high, np.maximum(0.01, low), close, paths.volume[:, place].copy())


def _listed(days: int, random: np.random.Generator) -> BoolArray:
    """Return the days on which a symbol has a bar: most have all, some start late, end early or miss some."""
    there = np.ones(days, dtype=np.bool_)
    kind = random.random()
    if kind < 0.02:
        there[: days - int(random.integers(1, 61))] = False
    elif kind < 0.10:
        there[: int(days * random.uniform(0.1, 0.9))] = False
    elif kind < 0.13:
        there[int(days * random.uniform(0.5, 0.95)) :] = False
    if random.random() < 0.15:
        there[random.integers(0, days, int(random.integers(1, 6)))] = False
    if not there.any():
        there[-1] = True
    return there
