"""Bars for formulas: a random walk, and small whole numbers on which sums are exact."""

from __future__ import annotations

import numpy as np
import pytest

from engine.market.bars import Bars

DAY = np.timedelta64(86_400_000_000, "us")


def days(count: int, first: str = "2020-01-01"):
    return np.datetime64(first, "us") + np.arange(count) * DAY


def walk(count: int = 400, seed: int = 1, price: float = 100.0) -> Bars:
    random = np.random.default_rng(seed)
    close = price * np.exp(np.cumsum(random.normal(0.0, 0.02, count)))
    opened = close * np.exp(random.normal(0.0, 0.01, count))
    high = np.maximum(opened, close) * (1 + np.abs(random.normal(0.0, 0.01, count)))
    low = np.minimum(opened, close) * (1 - np.abs(random.normal(0.0, 0.01, count)))
    volume = random.integers(1_000, 100_000, count).astype(float)
    return Bars("WALK", days(count), opened, high, low, close, volume)


@pytest.fixture(scope="session", name="walk")
def walk_of_400_bars() -> Bars:
    return walk()


@pytest.fixture(scope="session")
def make_walk():
    return walk


@pytest.fixture(scope="session")
def bars_of_closes():
    """Return a function that makes bars from closes; the other prices follow, volume is 100 times the close."""

    def make(closes, volume=None) -> Bars:
        close = np.array(closes, float)
        traded = close * 100 if volume is None else np.array(volume, float)
        return Bars("MADE", days(len(close)), close, close + 1, close - 1, close, traded)

    return make
