"""``candlewick contracts`` from files to a file: rows in, rows out, with texts and reasons."""

from __future__ import annotations

import csv

import pytest
from option_market import AS_OF, SPOT, market_columns

from engine.cli.main import main


@pytest.fixture
def chains(tmp_path):
    """A file of chains of ABC and 005930 in the plain layout."""
    columns = market_columns()
    path = tmp_path / "chains.csv"
    names = ("right", "expiration", "strike", "bid", "ask", "open_interest")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("ticker", "as_of", "spot", *names))
        for ticker in ("ABC", "005930"):
            for row in zip(*(columns[name] for name in names), strict=True):
                writer.writerow((ticker, AS_OF.isoformat(), SPOT, *row))
    return path


@pytest.fixture
def signals(tmp_path):
    path = tmp_path / "signals.csv"
    path.write_text(
        "symbol,timestamp,close,strategy\nABC,2026-02-13,100,\nXYZ,2026-02-13,5,\n005930,2026-02-13,100,Bull Put\n",
        encoding="utf-8",
    )
    return path


def read(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contracts(signals, chains, *more) -> int:
    return main(["contracts", "--signals", str(signals), "--chains", str(chains), *map(str, more)])


def test_every_row_comes_back_in_its_place_with_its_contract(tmp_path, signals, chains, capsys):
    out = tmp_path / "contracts.csv"
    assert contracts(signals, chains, "--out", out) == 0
    rows = read(out)
    assert [row["symbol"] for row in rows] == ["ABC", "XYZ", "005930"]
    assert [row["Contract_Status"] for row in rows] == ["Success", "No_Chain_Data", "Success"]
    assert [row["Entry_Type"] for row in rows] == ["debit", "", "credit"]
    assert rows[0]["Contract_Legs"] == "buy 2026-03-27 100 call"
    told = capsys.readouterr()
    assert "3 rows in, 3 rows out · 2 Success · 1 No_Chain_Data" in told.err
    assert told.out == ""


def test_without_a_file_the_table_goes_to_stdout(signals, chains, capsysbinary):
    assert contracts(signals, chains) == 0
    assert capsysbinary.readouterr().out.count(b"\n") == 4


def test_flags_count_more_than_the_file_of_rules(tmp_path, signals, chains):
    rules, out = tmp_path / "rules.yaml", tmp_path / "contracts.csv"
    rules.write_text("strategy: straddle\nmin_days: 80\nmax_days: 100\n", encoding="utf-8")
    assert contracts(signals, chains, "--rules", rules, "--strategy", "long put", "--out", out) == 0
    first = read(out)[0]
    assert (first["Strategy_Name"], first["Actual_DTE"]) == ("long_put", "90")


def test_what_was_refused_is_written_with_its_reason(tmp_path, signals, chains):
    rejected = tmp_path / "rejected.csv"
    assert contracts(signals, chains, "--min-open-interest", 501, "--rejected", rejected) == 0
    rows = read(rejected)
    assert {row["row"] for row in rows} == {"1", "3"}
    assert {row["reason"] for row in rows if "open interest" in row["reason"]}


def test_past_returns_stand_beside_the_contract(tmp_path, signals, chains):
    forward, out = tmp_path / "forward_returns.csv", tmp_path / "contracts.csv"
    forward.write_text("symbol,fwd_20\n" + "ABC,0.5\nABC,-0.5\n" * 10, encoding="utf-8")
    assert contracts(signals, chains, "--forward", forward, "--out", out) == 0
    assert read(out)[0]["Past_Win_Rate"] == "0.5"


@pytest.mark.parametrize("name", ["contracts.parquet", "contracts.xlsx", "contracts.txt"])
def test_every_format_takes_contracts(tmp_path, signals, chains, name):
    assert contracts(signals, chains, "--out", tmp_path / name) == 0
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--strategy", "ironcondor"), "Did you mean 'iron_condor'?"),
        (("--min-days", "x"), "min_days"),
        (("--as-of", "yesterday"), "is no moment"),
        (("--out", "contracts.doc"), "its name must end in"),
        (("--rules", "none.yaml"), "cannot be read as contract rules"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_written(signals, chains, capsys, flags, words):
    assert contracts(signals, chains, *flags) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""


def test_quotes_from_the_future_of_a_day_are_not_used(tmp_path, signals, chains):
    out = tmp_path / "contracts.csv"
    assert contracts(signals, chains, "--as-of", "2026-02-12", "--out", out) == 0
    assert {row["Contract_Status"] for row in read(out)} == {"No_Chain_Data"}
    assert contracts(signals, chains, "--as-of", "2026-02-13", "--out", out) == 0
    assert "Success" in {row["Contract_Status"] for row in read(out)}
