"""Bars and a warm engine to evaluate on: random walks whose history begins and ends on different days."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.scan.processing import ProcessingEngine


def random_walk(seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    count = int(random.integers(80, 260))
    close = 100 * np.exp(np.cumsum(random.normal(0.0, 0.02, count)))
    opens = close * random.uniform(0.99, 1.01, count)
    first = np.datetime64("2020-01-01") + int(random.integers(0, 90))
    return pd.DataFrame(
        {
            "timestamp": pd.bdate_range(first, periods=count),
            "open": opens,
            "high": np.maximum(opens, close) * 1.01,
            "low": np.minimum(opens, close) * 0.99,
            "close": close,
            "volume": random.integers(1_000, 100_000, count).astype(float),
        }
    )


@pytest.fixture(scope="session")
def uneven_walks() -> dict[str, pd.DataFrame]:
    return {f"S{number:02d}": random_walk(number) for number in range(24)}


@pytest.fixture
def uneven(uneven_walks):
    with InMemoryCandleRepository(uneven_walks) as repository:
        yield repository


@pytest.fixture
def inline(uneven):
    with ProcessingEngine(uneven, backend="inline") as engine:
        yield engine
