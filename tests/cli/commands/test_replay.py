"""``candlewick replay``: identical, or what differs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.cli.command import BAD_INPUT, DONE, FAILED
from engine.scan.runs.store import RunStore

FORMULA = "cross_above(rsi(close, 14), 40)"


@pytest.fixture
def store(tmp_path: Path, monkeypatch) -> RunStore:
    monkeypatch.setenv("CANDLEWICK__RUNS_FOLDER", str(tmp_path / "runs"))
    return RunStore(tmp_path / "runs")


@pytest.fixture
def bars(demo: Path, tmp_path: Path) -> Path:
    for folder in demo.glob("symbol=*"):
        copy = tmp_path / "bars" / folder.name / "bars.parquet"
        copy.parent.mkdir(parents=True)
        copy.write_bytes((folder / "bars.parquet").read_bytes())
    return tmp_path / "bars"


@pytest.mark.parametrize("flags", [("--backend", "inline"), ("--workers", "1", "--no-snapshot")], ids=str)
def test_a_replay_of_the_same_bars_is_identical(candlewick, bars: Path, store, flags) -> None:
    candlewick("scan", "--data", bars, "--formula", FORMULA, "--backend", "inline")
    ran = candlewick("replay", "last", *flags)
    assert ran.code == DONE
    assert ran.out == f"identical: 12 symbols, result_sha256 {store.manifest('last').result_sha256}\n"
    assert ran.err == ""
    assert len(store.list_runs()) == 1


def test_changed_bars_are_said_and_shown(candlewick, bars: Path, store) -> None:
    candlewick("scan", "--data", bars, "--formula", "close > 0", "--last", 1, "--backend", "inline")
    one, other = sorted(bars.glob("*/bars.parquet"))[:2]
    one.write_bytes(other.read_bytes())
    os.utime(one, (1, 1))
    ran = candlewick("replay", store.find("last").id, "--backend", "inline")
    assert ran.code == FAILED
    assert "the bars have changed since" in ran.err
    assert ran.out.startswith("different: 1 difference\n  " + one.parent.name.removeprefix("symbol="))


def test_data_that_have_moved_are_named(candlewick, bars: Path, store) -> None:
    candlewick("scan", "--data", bars, "--formula", FORMULA, "--backend", "inline")
    moved = bars.rename(bars.with_name("moved"))
    ran = candlewick("replay", "last", "--backend", "inline")
    assert ran.code == BAD_INPUT
    assert str(bars) in ran.err
    assert candlewick("replay", "last", "--backend", "inline", "--data", moved).out.startswith("identical")


def test_an_unknown_run_is_said(candlewick, store) -> None:
    ran = candlewick("replay", "last")
    assert ran.code == BAD_INPUT
    assert "no run named 'last'" in ran.err
