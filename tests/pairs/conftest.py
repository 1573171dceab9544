"""A small universe with every kind of trouble, and the slow way to measure one of its pairs."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from engine.data.repository import InMemoryCandleRepository

WEEKDAYS = pd.bdate_range("2020-01-01", periods=420)


def walk(seed, days, *, step=0.02, like=None, noise=0.0):
    """Return closes that wander, or that follow another's with noise."""
    draws = np.random.default_rng(seed)
    log = np.log(50) + np.cumsum(draws.normal(0, step, len(days)))
    if like is not None:
        log = 0.3 + 0.7 * np.log(like.reindex(days).to_numpy()) + draws.normal(0, noise, len(days))
    return pd.Series(np.exp(log), index=days)


def make_closes():
    draws = np.random.default_rng(7)
    base = walk(1, WEEKDAYS)
    gaps = np.sort(draws.choice(len(WEEKDAYS), 300, replace=False))
    return {
        "BASE": base,
        "FOLLOW": walk(2, WEEKDAYS, like=base, noise=0.01),
        "FREE": walk(3, WEEKDAYS),
        "GAPS": walk(4, WEEKDAYS[gaps]),
        "LATE": walk(5, WEEKDAYS[250:]),
        "GONE": walk(6, WEEKDAYS[:260]),
        "OLD": walk(8, pd.bdate_range("2010-01-01", periods=200)),
        "DAILY": walk(9, pd.date_range("2020-03-01", periods=500)),
        "FLAT": pd.Series(10.0, index=WEEKDAYS),
        "TWIN": 3.0 * base,
        "HOLE": base.drop(base.index[415]) * np.exp(draws.normal(0, 0.01, 419)),
        "NO": walk(10, WEEKDAYS),
    }


def frame_of(close):
    prices = {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close}
    return pd.DataFrame({"timestamp": close.index, **prices, "volume": 1000.0}, index=close.index)


@pytest.fixture(scope="session")
def closes():
    return make_closes()


@pytest.fixture(scope="session")
def repository_of():
    """Return a function that puts closes into a repository; what it writes goes at the end."""
    with ExitStack() as stack:

        def put(closes):
            frames = {symbol: frame_of(close) for symbol, close in closes.items()}
            return stack.enter_context(InMemoryCandleRepository(frames))

        yield put


@pytest.fixture(scope="session")
def universe(closes, repository_of):
    return repository_of({**closes, "SHORT": walk(11, WEEKDAYS[:30])})


@pytest.fixture(scope="session")
def each_pair(closes):
    """Return, for each pair in order, its names and the logs of its last common closes, one pair at a time."""

    def pairs(window):
        for a, b in combinations(sorted(closes), 2):
            both = pd.concat([closes[a], closes[b]], axis=1, join="inner").sort_index().tail(window)
            yield a, b, both.index, np.log(both.to_numpy())

    return pairs
