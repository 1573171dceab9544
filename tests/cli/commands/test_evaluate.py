"""``candlewick evaluate``: the account, the table, the files, and one sentence for each kind of bad input."""

from __future__ import annotations

import itertools

import pyarrow.parquet as pq
import pytest

from engine.cli.command import BAD_INPUT, DONE

UP = ("--formula", "close > hhv(high, 20)[1]")


def test_the_account_and_a_table_per_window_go_to_stdout(candlewick, demo):
    ran = candlewick("evaluate", "--data", demo, *UP, "--windows", "5,10", "--backend", "inline")
    assert ran.code == DONE, ran.err
    lines = ran.out.splitlines()
    assert "bought at the next bar's open, without costs" in lines[0]
    assert [line.split(":")[0].strip() for line in lines if "not yet matured" in line] == [
        "5 bars",
        "10 bars",
    ]
    header, row = next((a, b) for a, b in itertools.pairwise(lines) if a.startswith("detector"))
    assert len(header) == len(row)


def test_each_account_adds_up(candlewick, demo):
    ran = candlewick("evaluate", "--data", demo, *UP, "--windows", "5,500", "--backend", "inline")
    for line in (line for line in ran.out.splitlines() if "not yet matured" in line):
        total, rest = line.split(": ")[1].split(" = ")
        parts = [int(part.split()[0].replace(",", "")) for part in rest.split(" + ")]
        assert int(total.split()[0].replace(",", "")) == sum(parts)


def test_the_windows_come_from_the_settings_when_none_are_named(candlewick, demo, monkeypatch):
    monkeypatch.setenv("CANDLEWICK__FORWARD_WINDOWS", "[3, 7]")
    ran = candlewick("evaluate", "--data", demo, *UP, "--backend", "inline")
    assert "3 bars" in ran.out.splitlines()
    assert "7 bars" in ran.out.splitlines()


def test_the_files_go_to_a_folder(candlewick, demo, tmp_path):
    ran = candlewick(
        "evaluate", "--data", demo, *UP, "--entry", "close", "--cost-bps", 5, "--csv", "--out", tmp_path / "run",
        "--workers", 1, "--windows", "5",
    )  # fmt: skip
    assert ran.code == DONE, ran.err
    assert "6 files written" in ran.err
    assert "bought at the signal's own close, 5 basis points on each side" in ran.out
    assert pq.read_table(tmp_path / "run" / "forward_returns.parquet").column_names[-1] == "fwd_5"


def test_a_saved_scan_is_evaluated_under_its_name(candlewick, demo, tmp_path):
    (tmp_path / "scan.yaml").write_text("name: My breakout\nformula: close > hhv(high, 20)[1]\n")
    ran = candlewick("evaluate", "--data", demo, "--job", tmp_path / "scan.yaml", "--backend", "inline")
    assert ran.code == DONE, ran.err
    assert "My breakout" in ran.out


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ((*UP, "--windows", "5,ten"), "must be whole numbers with commas"),
        ((*UP, "--windows", "0"), "different whole numbers of bars, 1 or more"),
        ((*UP, "--cost-bps", "-3"), "The cost must be from 0"),
        ((*UP, "--out", "no/such/folder"), "does not exist"),
        (("--formula", "close > "), "Formula, column"),
        ((*UP, "--from", "yesterday"), "'yesterday' is not a date"),
        ((), "--formula"),
    ],
    ids=str,
)
def test_bad_input_is_told_in_one_sentence(candlewick, demo, flags, sentence):
    ran = candlewick("evaluate", "--data", demo, *flags)
    assert ran.code == BAD_INPUT
    assert sentence in ran.err
    assert ran.out == ""


def test_a_detector_is_evaluated_by_name(candlewick, demo):
    ran = candlewick(
        "evaluate", "--data", demo, "--detector", "inside_bar", "--windows", 5, "--backend", "inline"
    )
    assert ran.code == DONE, ran.err
    assert any(line.startswith("inside_bar") for line in ran.out.splitlines())
