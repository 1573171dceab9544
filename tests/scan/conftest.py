"""Bars to scan: small random walks, the same in memory and on the disk."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from lent_pool import lent_pool

from engine.data.repository import InMemoryCandleRepository


def random_walk(seed: int, count: int = 300, first: str = "2020-01-01") -> pd.DataFrame:
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0.0, 0.02, count)))
    spread = close * np.abs(random.normal(0.0, 0.01, count))
    return pd.DataFrame(
        {
            "timestamp": pd.bdate_range(first, periods=count),
            "open": close,
            "high": close + spread,
            "low": close - spread,
            "close": close,
            "volume": random.integers(1_000, 100_000, count).astype(float),
        }
    )


@pytest.fixture(scope="session")
def walks() -> dict[str, pd.DataFrame]:
    return {f"S{number:03d}": random_walk(number) for number in range(60)}


@pytest.fixture(scope="module")
def workers():
    """Two worker processes for whoever asks for some, not for a number of them: starting takes a second each."""
    with lent_pool(2, initial_imports=("engine.scan.chunk_worker",)) as pool:
        yield pool


@pytest.fixture
def repository(walks: dict[str, pd.DataFrame]):
    with InMemoryCandleRepository(walks) as opened:
        yield opened
