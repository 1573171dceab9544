"""``candlewick pairs``: tables, the strongest pairs, exit codes, and one sentence for each kind of bad input."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from engine.cli.command import BAD_INPUT, DONE, FAILED
from engine.cli.commands import pairs as command
from engine.execution.backend import Status
from engine.pairs.results import LeftOut, MoleculeOutcome


def test_all_pairs_go_to_a_file_that_is_the_same_for_any_number_of_workers(candlewick, demo, tmp_path):
    flags = ("pairs", "--data", demo, "--measure", "correlation", "--window", 100)
    ran = candlewick(*flags, "--workers", 1, "--out", tmp_path / "one.csv")
    assert ran.code == DONE, ran.err
    assert ran.out == ""
    candlewick(*flags, "--workers", 2, "--out", tmp_path / "two.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    rows = list(csv.DictReader((tmp_path / "one.csv").read_text().splitlines()))
    assert list(rows[0]) == ["symbol_a", "symbol_b", "timestamp", "overlap", "correlation"]
    assert [(row["symbol_a"], row["symbol_b"]) for row in rows] == sorted(
        (row["symbol_a"], row["symbol_b"]) for row in rows
    )
    assert f"{len(rows)} pairs of " in ran.err


def test_the_strongest_pairs_go_to_stdout_first(candlewick, demo):
    ran = candlewick("pairs", "--data", demo, "--measure", "spread", "--top", 3, "--workers", 1)
    assert ran.code == DONE, ran.err
    scores = [abs(float(row["zscore"])) for row in csv.DictReader(io.StringIO(ran.out))]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 3
    assert "the strongest 3 kept" in ran.err


def test_parquet_symbols_and_dates(candlewick, demo, tmp_path):
    names = sorted(path.name.removeprefix("symbol=") for path in demo.glob("symbol=*"))[:3]
    out = tmp_path / "pairs.parquet"
    ran = candlewick(
        "pairs", "--data", demo, "--measure", "correlation", "--symbols", ",".join(names), "--out", out,
        "--from", "2010-01-01", "--to", "2040-01-01", "--min-overlap", 20, "--workers", 1,
    )  # fmt: skip
    assert ran.code == DONE, ran.err
    assert pq.read_table(out).num_rows == 3


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--measure", "corelation"], "Did you mean 'correlation'?"),
        (["--measure", "spread", "--window", "2"], "The window of a spread must be 10 bars or more, not 2."),
        (["--measure", "spread", "--top", "0"], "must be 1 or more"),
        (["--measure", "spread", "--from", "yesterday"], "'yesterday' is not a date"),
        (["--measure", "spread", "--symbols", "@nowhere.txt"], "There is no symbol list at nowhere.txt"),
        (["--measure", "spread", "--out", "pairs.xls"], "its name must end in .csv, .parquet, .txt or .xlsx"),
        (["--measure", "spread", "--symbols", "NOBODY"], "This symbol is not in the data: 'NOBODY'"),
        ([], "--measure"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(candlewick, demo, flags, sentence):
    ran = candlewick("pairs", "--data", demo, *flags)
    assert ran.code == BAD_INPUT
    assert ran.out == ""
    assert sentence in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_several_problems_are_told_together(candlewick, demo):
    ran = candlewick(
        "pairs", "--data", demo, "--measure", "spread", "--window", 2, "--to", "soon", "--top", 0
    )
    assert ran.code == BAD_INPUT
    assert len(ran.err.strip().splitlines()) == 3


def test_a_partial_result_says_so_in_its_name_and_in_the_exit_code(candlewick, demo, tmp_path, monkeypatch):
    whole = command.scan_pairs

    def with_losses(*arguments, **options):
        result = whole(*arguments, **options)
        lost = MoleculeOutcome(range(1), 11, Status.CRASH, 0.1, "Its worker process died (exit code 1).")
        names = [LeftOut(f"S{number}", "No.", failed=True) for number in range(7)]
        return replace(result, complete=False, missing=11, outcomes=(lost,), left_out=tuple(names))

    monkeypatch.setattr(command, "scan_pairs", with_losses)
    ran = candlewick(
        "pairs", "--data", demo, "--measure", "correlation", "--workers", 1, "--out", tmp_path / "x.csv"
    )
    assert ran.code == FAILED
    assert (tmp_path / "x.partial.csv").exists()
    assert not (tmp_path / "x.csv").exists()
    assert "11 missing" in ran.err
    assert "… and 2 more symbols left out." in ran.err
    assert ": Its worker process died (exit code 1)." in ran.err
