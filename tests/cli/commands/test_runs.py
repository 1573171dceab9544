"""``candlewick runs``: list, show, open, remove, history, compare."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine.cli.command import BAD_INPUT, DONE, FAILED
from engine.scan.runs.store import RunStore

FORMULA = "cross_above(rsi(close, 14), 40)"


@pytest.fixture
def store(tmp_path: Path, monkeypatch) -> RunStore:
    monkeypatch.setenv("CANDLEWICK__RUNS_FOLDER", str(tmp_path / "runs"))
    return RunStore(tmp_path / "runs")


@pytest.fixture
def scanned(candlewick, demo: Path, store):
    """Scan once; the CSV that it gave."""
    return candlewick("scan", "--data", demo, "--formula", FORMULA, "--backend", "inline").out


def test_runs_are_listed_the_newest_first(candlewick, demo: Path, scanned, store) -> None:
    candlewick("scan", "--data", demo, "--formula", "close > 0", "--last", 1, "--backend", "inline")
    ran = candlewick("runs")
    newest, oldest = ran.out.splitlines()
    assert ran.code == DONE
    assert newest.split()[0] == store.find("last").id
    assert newest.endswith("  complete         12  close > 0")
    assert oldest.endswith(f"  {FORMULA}")


def test_no_runs_are_said(candlewick, store) -> None:
    ran = candlewick("runs")
    assert (ran.code, ran.out) == (DONE, "")
    assert "No runs are kept" in ran.err


def test_a_run_is_shown(candlewick, demo: Path, scanned, store) -> None:
    ran = candlewick("runs", "show", "last")
    manifest = store.manifest("last")
    for words in (manifest.result_sha256, manifest.data_version, str(demo), FORMULA, "12 of 12 symbols kept"):
        assert words in ran.out
    assert json.loads(candlewick("runs", "show", "last", "--json").out)["id"] == manifest.id


def test_a_run_is_opened_without_a_scan(candlewick, scanned, store, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("engine.scan.processing.ProcessingEngine.stream", None)
    assert candlewick("runs", "open", "last").out == scanned
    for suffix in ("csv", "parquet", "xlsx", "txt"):
        ran = candlewick("runs", "open", "last", "--out", tmp_path / f"out.{suffix}")
        assert (ran.code, ran.out) == (DONE, "")
    assert (tmp_path / "out.csv").read_text() == scanned
    rows = pq.read_table(tmp_path / "out.parquet").num_rows
    assert rows == len(scanned.splitlines()) - 1


def test_what_is_opened_of_an_unfinished_run_is_partial(candlewick, scanned, store, tmp_path: Path) -> None:
    journal = store.folder_of("last").journal
    journal.write_bytes(journal.read_bytes()[:-1])
    ran = candlewick("runs", "open", "last", "--out", tmp_path / "out.csv")
    assert ran.code == FAILED
    assert "12 cancelled" in ran.err
    assert [path.name for path in tmp_path.glob("*.csv")] == ["out.partial.csv"]


def test_runs_are_removed(candlewick, demo: Path, scanned, store) -> None:
    ran = candlewick("runs", "remove", "--older-than", 1)
    assert (ran.code, ran.err) == (DONE, "0 runs removed.\n")
    ran = candlewick("runs", "remove", store.find("last").id)
    assert (ran.code, ran.err) == (DONE, "1 run removed.\n")
    assert store.list_runs() == ()


def test_the_history_of_a_symbol_is_told(candlewick, scanned, store) -> None:
    symbol, day, *_ = scanned.splitlines()[-1].split(",")
    ran = candlewick("runs", "history", symbol, "--days", 1, "--until", day)
    assert ran.code == DONE
    assert ran.out.split()[:2] == [day, store.find("last").id]
    ran = candlewick("runs", "history", symbol, "--until", "1999-01-01")
    assert (ran.code, ran.out) == (DONE, "")
    assert f"No kept scan caught {symbol} in the 30 days up to 1999-01-01." in ran.err


def test_the_run_before_is_compared(candlewick, demo: Path, store) -> None:
    for _ in range(2):
        candlewick("scan", "--data", demo, "--formula", "close > 0", "--backend", "inline")
    ran = candlewick("runs", "compare")
    assert ran.code == DONE
    assert ran.out.startswith("entered (0): none\npersisting (12): ")
    assert ran.out.endswith("left (0): none\n")
    assert ran.out == candlewick("runs", "compare", "last", "--with", store.list_runs()[1].id).out


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        pytest.param(["show", "2001"], "no run named '2001'", id="unknown run"),
        pytest.param(
            ["open", "last", "--out", "x.docx"], ".csv, .parquet, .txt or .xlsx", id="unknown format"
        ),
        pytest.param(["remove"], "Say which runs to remove", id="remove nothing"),
        pytest.param(["remove", "last", "--older-than", "3"], "Say which runs", id="remove both"),
        pytest.param(["remove", "--older-than", "-1"], "0 or more", id="negative age"),
        pytest.param(["remove", "--older-than", "nan"], "0 or more", id="no age"),
        pytest.param(["history", "NOSUCH"], "NOSUCH", id="unknown symbol"),
        pytest.param(["history", "X", "--days", "0"], "1 or more", id="no days"),
        pytest.param(["history", "X", "--until", "3.4."], "not a date", id="no date"),
        pytest.param(["compare"], "first of its scan", id="nothing before"),
        pytest.param(["opne"], "invalid choice", id="misspelt verb"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(candlewick, scanned, flags, sentence) -> None:
    ran = candlewick("runs", *flags)
    assert ran.code == BAD_INPUT
    assert ran.out == ""
    assert sentence in ran.err
    assert len(ran.err.strip().splitlines()) == 1
