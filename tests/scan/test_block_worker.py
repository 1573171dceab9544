"""A block's record says of every symbol what its scan alone would."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.scan.block_worker import open_blocks, outcomes_of, raised
from engine.scan.chunk_worker import open_scan
from engine.scan.job import ProcessingJob
from engine.scan.plan import plan_scan


def frame(bars: int, seed: int, broken: int = 0) -> pd.DataFrame:
    close = 50 + np.random.default_rng(seed).normal(0, 1, bars).cumsum()
    close[:broken] = -1.0
    days = pd.bdate_range("2020-01-01", periods=bars)
    prices = dict.fromkeys(("open", "high", "low", "close"), close)
    return pd.DataFrame({"timestamp": days, **prices, "volume": 1000.0})


FRAMES = {
    "BAD": pd.DataFrame({"nothing": [1]}),
    "GOOD": frame(200, 1),
    "MASKED": frame(200, 2, broken=3),
    "SHORT": frame(10, 3),
    "TOO": frame(150, 4),
}
JOBS = {
    "one formula": ProcessingJob(
        "close > sma(close, 20)", columns={"up": "close > open", "strength": "rsi(14)"}
    ),
    "several": ProcessingJob(formulas={"a": "close > sma(close, 20)", "b": "rsi(close, 14) < 40"}),
    "no match": ProcessingJob("close < 0"),
}


def plain(found):
    arrays = (found.bar, found.timestamp, found.close, *found.values, found.formula)
    return [None if array is None else (array.dtype, array.tobytes()) for array in arrays]


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_a_block_says_what_its_symbols_say_alone(job):
    with InMemoryCandleRepository(FRAMES) as repository:
        context = plan_scan(job, repository).context
        alone = open_scan(context)
        symbols = tuple(FRAMES)
        report = pickle.loads(pickle.dumps(open_blocks(context)(symbols)))
        assert raised(symbols, report) == ["BAD"]
        outcomes = list(outcomes_of(symbols, report))
        assert [outcome.key for outcome in outcomes] == ["GOOD", "MASKED", "SHORT", "TOO"]
        for outcome in outcomes:
            wanted = alone(outcome.key)
            assert plain(outcome.value.found) == plain(wanted.found)
            assert outcome.value._replace(found=wanted.found) == wanted
            assert outcome.seconds > 0


def test_nobody_can_write_into_the_matches_of_a_block():
    with InMemoryCandleRepository(FRAMES) as repository:
        context = plan_scan(JOBS["one formula"], repository).context
        report = open_blocks(context)(("GOOD",))
    [outcome] = outcomes_of(("GOOD",), report)
    with pytest.raises(ValueError, match="read-only"):
        outcome.value.found.close[0] = 1.0
