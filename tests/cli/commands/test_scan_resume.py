"""``candlewick scan --resume``: a program that was killed loses nothing that was written."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.cli.command import BAD_INPUT, DONE, FAILED
from engine.data.sources.synthetic import write_demo
from engine.scan.runs.store import RunStore

FORMULA = "cross_above(rsi(close, 14), 40)"
# A formula that takes a while, so that a kill finds the scan under way.
SLOW = " and ".join(f"percentrank(close, {period}) != 50" for period in range(1000, 1380, 4))


@pytest.fixture
def store(tmp_path: Path, monkeypatch) -> RunStore:
    monkeypatch.setenv("CANDLEWICK__RUNS_FOLDER", str(tmp_path / "runs"))
    monkeypatch.setenv("CANDLEWICK__FLUSH_EVERY", "1")
    return RunStore(tmp_path / "runs")


def interrupted(store: RunStore) -> str:
    """Make a run of the last scan that looks as if its program had died in the middle; return its id."""
    folder = store.folder_of("last")
    plain = json.loads((folder.path / "manifest.json").read_text())
    plain |= {"status": "running", "finished": None, "result_sha256": None, "symbols": {}, "matches": 0}
    (folder.path / "manifest.json").write_text(json.dumps(plain))
    data = folder.journal.read_bytes()
    folder.journal.write_bytes(data[: len(data) - 100])
    return folder.id


@pytest.mark.slow
def test_a_scan_that_is_killed_three_times_ends_with_the_same_files(
    candlewick, tmp_path: Path, store
) -> None:
    data = tmp_path / "bars"
    write_demo(data, symbols=100, years=10)
    job = ["--data", str(data), "--formula", SLOW, "--last", "20", "--backend", "inline"]
    whole = outputs(candlewick, ["--no-journal", *job], tmp_path / "whole.csv")
    draw = random.Random(11)
    goes_on: list[str] = []
    for _ in range(3):
        kept = store.finished_count("last") if goes_on else 0
        kill_when(store, [*job, *goes_on], kept + draw.randint(0, 2), tmp_path)
        goes_on = ["--resume", store.find("last").id]
    assert len(store.list_runs()) == 1
    assert 0 < store.finished_count("last") < 100
    assert store.find("last").state == "interrupted"
    assert outputs(candlewick, ["--backend", "inline", *goes_on], tmp_path / "resumed.csv") == whole
    assert store.find("last").manifest.resumed == 3


def kill_when(store: RunStore, flags: list[str], enough: int, folder: Path) -> None:
    """Start a scan and kill it as soon as more than so many symbols are kept."""
    command = [sys.executable, "-m", "engine", "scan", *flags, "--out", str(folder / "killed.csv")]
    scan = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    patience = threading.Event()
    try:
        while not (store.list_runs() and store.finished_count("last") > enough):
            assert scan.poll() is None, scan.stderr.read().decode()
            patience.wait(0.02)
    finally:
        scan.send_signal(signal.SIGKILL)
        scan.communicate(timeout=30)
    assert not (folder / "killed.csv").exists()


def outputs(candlewick, flags: list[str], out: Path) -> tuple[bytes, str]:
    summary = out.with_suffix(".json")
    assert candlewick("scan", *flags, "--out", out, "--summary-json", summary).code == DONE
    return out.read_bytes(), json.loads(summary.read_text())["result_sha256"]


@pytest.mark.parametrize("flags", [("--backend", "inline"), ("--workers", "1"), ("--workers", "2")], ids=str)
def test_a_resumed_run_needs_neither_data_nor_formula(
    candlewick, demo: Path, tmp_path: Path, store, flags
) -> None:
    ran = candlewick("scan", "--data", demo, "--formula", FORMULA, "--column", "m=roc(close, 9)", *flags)
    assert ran.code == DONE
    run = interrupted(store)
    assert store.finished_count(run) < 12
    again = candlewick("scan", "--resume", "last", *flags)
    assert (again.code, again.out) == (DONE, ran.out)
    assert store.find(run).state == "complete"


def test_no_journal_keeps_nothing(candlewick, demo: Path, store) -> None:
    candlewick("scan", "--data", demo, "--formula", FORMULA, "--backend", "inline", "--no-journal")
    assert store.list_runs() == ()


def test_a_partial_result_tells_how_to_go_on(candlewick, demo: Path, tmp_path: Path, store) -> None:
    data = tmp_path / "bars"
    for folder in demo.glob("symbol=*"):
        (data / folder.name).mkdir(parents=True)
        (data / folder.name / "bars.parquet").write_bytes((folder / "bars.parquet").read_bytes())
    first = sorted(data.iterdir())[0] / "bars.parquet"
    first.write_bytes(first.read_bytes()[:200])
    ran = candlewick("scan", "--data", data, "--formula", FORMULA, "--backend", "inline")
    assert ran.code == FAILED
    assert f"candlewick scan --resume {store.find('last').id}" in ran.err


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        pytest.param(["--formula", "close > 2"], "was another job", id="another formula"),
        pytest.param(["--last", "3"], "was another job", id="another range"),
        pytest.param(["--symbols", "@{list}"], "bars have changed", id="other symbols"),
        pytest.param(["--no-journal"], "leave out --no-journal", id="no journal"),
        pytest.param(["--formula", "close >"], "column", id="bad formula"),
    ],
)
def test_what_cannot_be_resumed_is_one_sentence(
    candlewick, demo: Path, tmp_path: Path, store, flags, sentence
) -> None:
    candlewick("scan", "--data", demo, "--formula", FORMULA, "--backend", "inline")
    run = interrupted(store)
    known = sorted(folder.name.removeprefix("symbol=") for folder in demo.glob("symbol=*"))
    (tmp_path / "list.txt").write_text(known[0])
    flags = [flag.format(list=tmp_path / "list.txt") for flag in flags]
    before = store.folder_of(run).journal.read_bytes()
    ran = candlewick("scan", "--resume", run, "--backend", "inline", *flags)
    assert ran.code in (BAD_INPUT, FAILED)
    assert (ran.out, len(ran.err.strip().splitlines())) == ("", 1)
    assert sentence in ran.err
    assert store.folder_of(run).journal.read_bytes() == before


def test_an_unknown_run_is_said(candlewick, demo: Path, store) -> None:
    ran = candlewick("scan", "--resume", "20200101")
    assert (ran.code, ran.out) == (BAD_INPUT, "")
    assert "There is no run named '20200101'." in ran.err


def test_a_runs_folder_that_cannot_be_used_is_a_note(
    candlewick, demo: Path, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CANDLEWICK__RUNS_FOLDER", str(tmp_path / "file"))
    ran = candlewick("scan", "--data", demo, "--formula", FORMULA, "--backend", "inline")
    assert ran.code == DONE
    assert "Note: This run is not kept" in ran.err


def test_a_runs_folder_without_the_right_to_write_is_a_note(
    candlewick, demo: Path, tmp_path: Path, monkeypatch
) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    monkeypatch.setenv("CANDLEWICK__RUNS_FOLDER", str(tmp_path / "runs"))
    ran = candlewick("scan", "--data", demo, "--formula", FORMULA, "--backend", "inline")
    assert ran.code == DONE
    assert "Note: This run is not kept" in ran.err
