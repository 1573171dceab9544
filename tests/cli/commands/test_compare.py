"""``candlewick compare``: baseline first, aligned tables, strict, and the same files for any number of workers."""

from __future__ import annotations

import csv
import shutil

import pytest

from engine.cli.command import BAD_INPUT, DONE, FAILED

THREE = (
    "--formula", "base=close > close[1]",
    "--formula", "pullback=close > sma(close, 50) and rsi(close, 2) < 20",
    "--formula", "gap up=open > high[1]",
)  # fmt: skip


def test_the_baseline_comes_first_and_the_variants_say_how_they_differ(candlewick, demo, tmp_path):
    ran = candlewick(
        "compare", "--data", demo, *THREE, "--baseline", "pullback", "--windows", "5", "--out", tmp_path / "run",
        "--workers", 1,
    )  # fmt: skip
    assert ran.code == DONE, ran.err
    rows = list(csv.DictReader((tmp_path / "run" / "comparison.csv").read_text().splitlines()))
    assert [(row["detector"], row["role"]) for row in rows] == [
        ("pullback", "baseline"),
        ("base", "variant"),
        ("gap up", "variant"),
    ]
    assert rows[0]["median_fwd_5_less_baseline"] == ""
    difference = float(rows[1]["median_fwd_5"]) - float(rows[0]["median_fwd_5"])
    assert float(rows[1]["median_fwd_5_less_baseline"]) == pytest.approx(difference)
    table = [
        line for line in ran.out.splitlines() if line.startswith(("detector", "pullback", "base", "gap up"))
    ]
    assert len(table) == 4
    assert len({len(line) for line in table}) == 1


def test_detectors_stand_beside_formulas(candlewick, demo, tmp_path):
    ran = candlewick(
        "compare", "--data", demo, "--formula", "up=close > close[1]", "--detector", "inside_bar", "--detector",
        "gap", "--baseline", "up", "--windows", "5", "--out", tmp_path / "run", "--backend", "inline",
    )  # fmt: skip
    assert ran.code == DONE, ran.err
    rows = list(csv.DictReader((tmp_path / "run" / "comparison.csv").read_text().splitlines()))
    assert rows[0]["detector"] == "up"
    assert {row["detector"] for row in rows} == {"up", "inside_bar", "gap"}


def test_the_files_and_the_table_are_the_same_for_any_number_of_workers(candlewick, demo, tmp_path):
    said, files = [], []
    for workers in (1, 3):
        folder = tmp_path / str(workers)
        ran = candlewick("compare", "--data", demo, *THREE, "--out", folder, "--workers", workers, "--csv")
        assert ran.code == DONE, ran.err
        said.append(ran.out)
        files.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert said[0] == said[1]
    assert files[0] == files[1]
    assert len(files[0]) == 6


@pytest.fixture
def damaged(demo, tmp_path):
    folder = tmp_path / "bars"
    shutil.copytree(demo, folder)
    file = sorted(folder.glob("symbol=*/*.parquet"))[0]
    file.write_bytes(b"no parquet")
    return folder


def test_strict_stops_at_the_first_symbol_that_fails_and_writes_nothing(candlewick, damaged, tmp_path):
    ran = candlewick(
        "compare", "--data", damaged, *THREE, "--out", tmp_path / "run", "--strict", "--backend", "inline",
        "--no-snapshot",
    )  # fmt: skip
    assert ran.code == FAILED
    assert "strict" in ran.err
    assert ran.out == ""
    assert not (tmp_path / "run").exists()


def test_without_strict_the_rest_is_compared_and_marked_as_partial(candlewick, damaged, tmp_path):
    ran = candlewick(
        "compare",
        "--data",
        damaged,
        *THREE,
        "--out",
        tmp_path / "run",
        "--backend",
        "inline",
        "--no-snapshot",
    )
    assert ran.code == FAILED
    assert "marked as partial" in ran.err
    assert (tmp_path / "run" / "comparison.partial.csv").exists()


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--formula", "close > 1"), "must read NAME=TEXT"),
        (("--formula", "close == 1"), "must read NAME=TEXT"),
        (("--formula", "a=close > 1", "--formula", "a=close > 2"), "Two formulas are named 'a'"),
        (("--formula", "gap=close > 1", "--detector", "gap"), "A detector is named 'gap' already"),
        (("--detector", "inside_barr"), "inside_bar"),
        ((*THREE, "--baseline", "pulback"), "Did you mean 'pullback'?"),
    ],
    ids=str,
)
def test_bad_input_is_told_in_one_sentence(candlewick, demo, tmp_path, flags, sentence):
    ran = candlewick("compare", "--data", demo, *flags, "--out", tmp_path / "run")
    assert ran.code == BAD_INPUT
    assert sentence in ran.err


def test_nothing_to_compare_is_refused(candlewick, demo, tmp_path):
    ran = candlewick("compare", "--data", demo, "--out", tmp_path / "run")
    assert ran.code == BAD_INPUT
    assert "--formula" in ran.err
