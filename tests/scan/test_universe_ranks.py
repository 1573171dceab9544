"""Ranks outside of a scan are those of a scan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.parquet import write_bars
from engine.data.repository import InMemoryCandleRepository
from engine.data.series import load_bars
from engine.errors import DataError
from engine.execution.inline import InlineBackend
from engine.formula.service import compile_scan
from engine.market.timeframe import Timeframe
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.ranking import RankStore
from engine.scan.universe_ranks import held_ranks, rank_universe, read_ranks
from engine.testing import generate_test_bars

COMPILED = compile_scan("csrank(roc(close, 20)) > 50", {"deep": "csrank(sma(csrank(volume), 5))"})


def test_they_are_those_of_a_scan_over_the_same_symbols(repository):
    names = repository.symbols()[:9]
    columns = {"r": "csrank(roc(close, 20))", "deep": "csrank(sma(csrank(volume), 5))"}
    with ProcessingEngine(repository, backend="inline") as engine:
        result = engine.run(ProcessingJob("close > 0", columns, symbols=names))
    compiled = compile_scan("close > 0", columns)
    ranks = read_ranks(compiled, repository, Timeframe.DAY, names)
    outer = [numbers[0] for numbers, _ in compiled.rank_passes]
    for each in result.results:
        bars, _ = load_bars(repository, each.symbol)
        scanned = [each.computed_indicators[name] for name in ("r", "deep")]
        found = [ranks(number, bars) for numbers, _ in compiled.rank_passes for number in numbers]
        assert len(outer) == 2
        for values in scanned:
            assert any(np.array_equal(values, rank, equal_nan=True) for rank in found)


def test_held_ranks_outlive_their_files(repository):
    with RankStore() as store:
        where = InlineBackend()
        rank_universe(
            COMPILED, repository.address, Timeframe.DAY, ["S001", "S002"], backend=where, store=store
        )
        bars, _ = load_bars(repository, "S002")
        wanted = store.tables[0].of(bars)
        ranks = held_ranks(store.tables)
    np.testing.assert_array_equal(ranks(0, bars), wanted)


def test_a_symbol_that_cannot_be_read_is_named_and_has_no_rank():
    good = generate_test_bars("A", 60)
    frame = pd.DataFrame(
        {"timestamp": good.timestamp, **{n: getattr(good, n) for n in ("open", "high", "low", "close")}}
    )
    with (
        InMemoryCandleRepository({"A": frame, "B": frame, "BAD": pd.DataFrame({"x": [1]})}) as repository,
        RankStore() as store,
    ):
        failed = rank_universe(
            COMPILED,
            repository.address,
            Timeframe.DAY,
            ["A", "B", "BAD"],
            backend=InlineBackend(),
            store=store,
        )
        assert failed == {"BAD"}
        with pytest.raises(DataError, match="BAD has no rank"):
            store.tables[0].of(generate_test_bars("BAD", 60))


def test_bars_come_from_the_snapshot_where_a_scan_has_made_one(tmp_path):
    for number in range(4):
        bars = generate_test_bars(f"S{number}", 80, f"2024-01-{number + 1:02d}")
        (tmp_path / f"symbol={bars.symbol}").mkdir()
        write_bars(bars, tmp_path / f"symbol={bars.symbol}" / "bars.parquet")
    repository = HiveCandleRepository(tmp_path)
    with ProcessingEngine(repository, backend="inline") as engine:
        engine.run(ProcessingJob("close > 0"))
    kept = read_ranks(COMPILED, repository, Timeframe.DAY, snapshot_limit_gb=1.0)
    plain = read_ranks(COMPILED, repository, Timeframe.DAY)
    for symbol in repository.symbols():
        bars, _ = load_bars(repository, symbol)
        np.testing.assert_array_equal(kept(0, bars), plain(0, bars))
