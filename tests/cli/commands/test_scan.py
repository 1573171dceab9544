"""``candlewick scan``: files, summaries, exit codes, and one sentence for each kind of bad input."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine.cli.command import BAD_INPUT, DONE, FAILED
from engine.data.sources.synthetic import write_demo
from engine.scan.runs.store import RunStore

FORMULA = "cross_above(rsi(close, 14), 40)"


def test_matches_go_to_a_csv_file_and_a_summary(candlewick, demo: Path, tmp_path: Path) -> None:
    out, summary = tmp_path / "out.csv", tmp_path / "summary.json"
    ran = candlewick(
        "scan", "--data", demo, "--formula", FORMULA, "--column", "mom=roc(close, 20)", "--out", out,
        "--summary-json", summary, "--workers", 2,
    )  # fmt: skip
    assert ran.code == DONE, ran.err
    assert ran.out == ""
    rows = list(csv.DictReader(out.read_text().splitlines()))
    document = json.loads(summary.read_text())
    assert list(rows[0])[:4] == ["symbol", "timestamp", "close", "mom"]
    assert document["matches"] == len(rows) > 0
    assert sum(document["symbols"].values()) == 12
    assert document["complete"] is True
    assert document["result_sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert {"total", "plan", "scan"} <= set(document["seconds"])
    assert f"{len(rows):,} matches" in ran.err


def test_without_a_file_the_same_bytes_go_to_stdout(candlewick, demo: Path, tmp_path: Path) -> None:
    flags = ("scan", "--data", demo, "--formula", FORMULA, "--backend", "inline")
    shown = candlewick(*flags).out
    candlewick(*flags, "--out", tmp_path / "out.csv")
    assert shown == (tmp_path / "out.csv").read_text()


def test_parquet_holds_the_same_rows(candlewick, demo: Path, tmp_path: Path) -> None:
    flags = ("scan", "--data", demo, "--formula", FORMULA, "--backend", "inline", "--out")
    candlewick(*flags, tmp_path / "out.csv")
    candlewick(*flags, tmp_path / "out.parquet")
    assert (
        pq.read_table(tmp_path / "out.parquet").num_rows
        == len((tmp_path / "out.csv").read_text().splitlines()) - 1
    )


def test_the_summary_alone_can_go_to_stdout(candlewick, demo: Path) -> None:
    ran = candlewick(
        "scan",
        "--data",
        demo,
        "--formula",
        "close > 0",
        "--last",
        1,
        "--backend",
        "inline",
        "--summary-json",
        "-",
    )
    assert json.loads(ran.out)["matches"] == 12


def test_a_saved_job_runs_and_flags_override_it(candlewick, demo: Path, tmp_path: Path) -> None:
    job = tmp_path / "mine.yaml"
    job.write_text("version: 1\nformula: close > 0\ntimeframe: 1w\nlast_bars: 2\n")
    ran = candlewick("scan", "--data", demo, "--job", job, "--backend", "inline", "--last", 1)
    assert ran.code == DONE
    assert len(ran.out.splitlines()) == 1 + 12


def test_symbols_come_from_a_list_or_a_file(candlewick, demo: Path, tmp_path: Path) -> None:
    known = sorted(folder.name.removeprefix("symbol=") for folder in demo.glob("symbol=*"))
    (tmp_path / "list.txt").write_text(f"{known[0]}\n# a comment\n{known[1]}\n")
    for symbols in (f"{known[0]},{known[1]}", f"@{tmp_path / 'list.txt'}"):
        ran = candlewick(
            "scan",
            "--data",
            demo,
            "--formula",
            "close > 0",
            "--last",
            1,
            "--symbols",
            symbols,
            "--backend",
            "inline",
        )
        assert [line.split(",")[0] for line in ran.out.splitlines()[1:]] == known[:2]


def test_an_unreadable_symbol_makes_the_result_partial(candlewick, demo: Path, tmp_path: Path) -> None:
    data = tmp_path / "bars"
    for folder in demo.glob("symbol=*"):
        (data / folder.name).mkdir(parents=True)
        (data / folder.name / "bars.parquet").write_bytes((folder / "bars.parquet").read_bytes())
    first = sorted(data.iterdir())[0] / "bars.parquet"
    first.write_bytes(first.read_bytes()[:200])
    ran = candlewick(
        "scan", "--data", data, "--formula", FORMULA, "--out", tmp_path / "out.csv", "--workers", 1
    )
    assert ran.code == FAILED
    assert not (tmp_path / "out.csv").exists()
    assert (tmp_path / "out.partial.csv").exists()
    assert "The result is partial" in ran.err
    assert str(first.parent.name.removeprefix("symbol=")) in ran.err
    assert "1 failed" in ran.err


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        pytest.param(["--formula", "clos > 1"], "close", id="typo in a field"),
        pytest.param(["--formula", "smaa(close, 3) > 1"], "sma", id="unknown function"),
        pytest.param(["--formula", "close[-1] > 1"], "the value 1 bar ago is x[1]", id="negative offset"),
        pytest.param(["--formula", "close >"], "column", id="unfinished formula"),
        pytest.param(["--formula", ""], "formula is empty", id="empty formula"),
        pytest.param(
            ["--formula", "true", "--from", "2024-02-01", "--to", "2024-01-01"], "swap", id="dates swapped"
        ),
        pytest.param(["--formula", "true", "--from", "01.02.2024"], "year-month-day", id="not a date"),
        pytest.param(["--formula", "true", "--workers", "0"], "workers must be", id="no workers"),
        pytest.param(["--formula", "true", "--workers", "many"], "workers must be", id="workers in words"),
        pytest.param(["--formula", "true", "--symbols", "NOSUCH"], "NOSUCH", id="unknown symbol"),
        pytest.param(
            ["--formula", "true", "--symbols", "@no/such/list"], "no/such/list", id="missing symbol list"
        ),
        pytest.param(["--formula", "true", "--timeframe", "7m"], "1d", id="unknown timeframe"),
        pytest.param(["--formula", "true", "--last", "0"], "1 or more", id="last nothing"),
        pytest.param(["--formula", "true", "--column", "rsi"], "NAME=FORMULA", id="column without formula"),
        pytest.param(["--formula", "true", "--column", "close=high"], "already", id="column name taken"),
        pytest.param(
            ["--formula", "true", "--out", "no/such/out.csv"], "does not exist", id="folder missing"
        ),
        pytest.param(
            ["--formula", "true", "--out", "out.doc"], ".csv, .parquet, .txt or .xlsx", id="unknown format"
        ),
        pytest.param(["--job", "nosuch.yaml"], "no such file", id="missing job"),
        pytest.param([], "--formula", id="nothing to look for"),
        pytest.param(["--formula", "true", "--wrokers", "2"], "wrokers", id="unknown flag"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    candlewick, demo: Path, flags: list[str], sentence: str
) -> None:
    ran = candlewick("scan", "--data", demo, *flags)
    assert ran.code == BAD_INPUT
    assert ran.out == ""
    assert sentence in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        pytest.param(lambda path: None, "bars", id="missing folder"),
        pytest.param(lambda path: path.mkdir(), "symbol=", id="empty folder"),
        pytest.param(lambda path: path.write_text("x"), "bars", id="a file"),
    ],
)
def test_a_place_without_bars_is_said(candlewick, tmp_path: Path, make, sentence: str) -> None:
    make(tmp_path / "bars")
    ran = candlewick("scan", "--data", tmp_path / "bars", "--formula", "true")
    assert ran.code == BAD_INPUT
    assert sentence in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_a_folder_named_like_a_file_fails_for_its_symbol_only(candlewick, demo: Path, tmp_path: Path) -> None:
    good = sorted(demo.glob("symbol=*"))[0]
    (tmp_path / "bars" / good.name).mkdir(parents=True)
    (tmp_path / "bars" / good.name / "bars.parquet").write_bytes((good / "bars.parquet").read_bytes())
    (tmp_path / "bars" / "symbol=ODD" / "x.parquet").mkdir(parents=True)
    ran = candlewick(
        "scan", "--data", tmp_path / "bars", "--formula", "close > 0", "--last", 1, "--workers", 1
    )
    assert ran.code == FAILED
    assert "ODD: " in ran.err
    assert len(ran.out.splitlines()) == 2


def test_an_unwritable_folder_is_said_before_the_scan(candlewick, demo: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    ran = candlewick("scan", "--data", demo, "--formula", "true", "--out", tmp_path / "out.csv")
    assert ran.code == BAD_INPUT
    assert "not writable" in ran.err


def test_ctrl_c_keeps_what_is_finished_and_leaves_no_half_file(tmp_path: Path) -> None:
    data, out = tmp_path / "bars", tmp_path / "out.csv"
    write_demo(data, symbols=40, years=10)
    # A formula that takes a while, so that the interrupt finds the scan under way.
    slow = " and ".join(f"percentrank(close, {period}) != 50" for period in range(1000, 1380, 4))
    runs = RunStore(tmp_path / "runs")
    scan = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "engine",
            "scan",
            "--data",
            data,
            "--formula",
            slow,
            "--out",
            out,
            "--workers",
            "1",
        ],
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "CANDLEWICK__RUNS_FOLDER": str(tmp_path / "runs"),
            "CANDLEWICK__FLUSH_EVERY": "1",
        },
        start_new_session=True,
    )
    try:
        _wait_for_work(scan, runs)
        os.killpg(scan.pid, signal.SIGINT)  # as a terminal does: to the workers too
        _, err = scan.communicate(timeout=60)
    finally:
        scan.kill()
    assert scan.returncode == FAILED, err
    assert "cancelled" in err
    assert "Traceback" not in err
    assert not out.exists()
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".csv"] == ["out.partial.csv"]


def _wait_for_work(scan: subprocess.Popen[str], runs: RunStore) -> None:
    """Wait until the journal has the first symbol: the worker is at the next ones."""
    patience = threading.Event()
    while not (runs.list_runs() and runs.finished_count("last")):
        assert scan.poll() is None, "the scan ended before it could be interrupted"
        patience.wait(0.02)


def test_several_formulas_are_named_in_a_column(candlewick, demo):
    ran = candlewick(
        *("scan", "--data", demo, "--backend", "inline", "--last", 1),
        *("--formula", "up: close > close[1]", "--formula", "close > 0", "--formula", "close < 0"),
    )
    header, *rows = ran.out.splitlines()
    assert ran.code == DONE
    assert header == "symbol,timestamp,close,formula"
    assert {row.split(",")[3] for row in rows} == {"f2", "up"}
    assert rows == sorted(rows)


def test_one_formula_with_a_name_has_the_column_too(candlewick, demo):
    ran = candlewick(
        "scan", "--data", demo, "--backend", "inline", "--last", 1, "--formula", "all: close > 0"
    )
    assert ran.out.splitlines()[1].endswith(",all")


def test_two_formulas_of_one_name_are_refused(candlewick, demo):
    ran = candlewick("scan", "--data", demo, "--formula", "a: close > 0", "--formula", "a: close > 1")
    assert ran.code == BAD_INPUT
    assert "Two formulas are named 'a'" in ran.err


def test_a_saved_scan_may_hold_several_formulas(candlewick, demo, tmp_path):
    job = tmp_path / "several.yaml"
    job.write_text("version: 1\nformulas:\n  low: close < 50\n  high: close >= 50\n", encoding="utf-8")
    ran = candlewick("scan", "--data", demo, "--job", job, "--backend", "inline", "--last", 1)
    assert {row.split(",")[3] for row in ran.out.splitlines()[1:]} <= {"low", "high"}
    assert len(ran.out.splitlines()) == 13
