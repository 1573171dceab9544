"""Where chains come from on the command line: files, a vendor over HTTP, Yahoo; and what does not go together."""

from __future__ import annotations

import csv
import sys
from datetime import timedelta

import pytest
from chain_server import ChainServer, refuse, todays_answer

from engine.cli.main import main
from engine.options.providers import PROVIDERS

LONG_AGO = timedelta(minutes=20)


@pytest.fixture
def server(monkeypatch, tmp_path):
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CANDLEWICK__CHAIN_CACHE_FOLDER", str(tmp_path / "kept"))
    with ChainServer(always={ticker: todays_answer(LONG_AGO) for ticker in ("ABC", "XYZ")}) as server:
        yield server


@pytest.fixture
def contracts(tmp_path, server):
    """Return a function that runs the command over HTTP and returns its exit code and rows."""
    signals, layout, out = tmp_path / "signals.csv", tmp_path / "vendor.yaml", tmp_path / "contracts.csv"
    signals.write_text("Ticker\nABC\nXYZ\nABC\n", encoding="utf-8")
    layout.write_text(f"address: {server.address}\n", encoding="utf-8")

    def run(*more: object):
        given = ["--provider", "http", "--provider-config", layout, "--requests-per-second", 500, *more]
        code = main(["contracts", "--signals", str(signals), "--out", str(out), *map(str, given)])
        with out.open(encoding="utf-8", newline="") as file:
            return code, list(csv.DictReader(file))

    return run


def test_chains_over_http_give_contracts_and_their_age(contracts, server, capsys):
    code, rows = contracts()
    assert code == 0
    assert [row["Contract_Status"] for row in rows] == ["Success"] * 3
    assert all(20 <= float(row["Chain_Age_Minutes"]) < 60 for row in rows)
    assert len(server.asked) == 4
    assert "3 rows in, 3 rows out · 3 Success" in capsys.readouterr().err


def test_kept_chains_are_used_again_unless_they_must_not(contracts, server):
    contracts()
    contracts()
    assert [each.expiration is None for each in server.asked].count(False) == 2
    contracts("--no-chain-cache")
    assert [each.expiration is None for each in server.asked].count(False) == 4


def test_when_the_source_fails_the_note_says_that_chains_are_old(contracts, server, monkeypatch, capsys):
    monkeypatch.setenv("CANDLEWICK__CHAIN_CACHE_MINUTES", "0")
    contracts()
    for ticker, answer in dict(server.always).items():
        server.script[ticker] = [answer]
        server.always[ticker] = refuse(403)
    code, rows = contracts()
    assert code == 0
    assert [row["Contract_Status"] for row in rows] == ["Success"] * 3
    assert "older chains that were kept stand for ABC, XYZ" in capsys.readouterr().err


def test_a_sample_asks_for_one_expiration_of_each_ticker(contracts, server):
    _, rows = contracts("--depth", "sample", "--min-open-interest", 501)
    assert {row["Contract_Status"] for row in rows} == {"Deferred"}
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ((), "Say where option chains come from"),
        (("--provider", "yaho"), "Did you mean 'yahoo'?"),
        (("--provider", "files"), "needs --chains"),
        (("--provider", "http"), "needs --provider-config"),
        (("--provider", "yahoo", "--chains", "x.csv"), "--chains is for files"),
        (("--provider", "yahoo", "--as-of", "2026-02-13"), "--as-of is for files"),
        (("--chains", "x.csv", "--provider-config", "v.yaml"), "is for --provider http"),
        (("--provider", "yahoo", "--requests-per-second", "0"), "above 0"),
        (("--provider", "yahoo", "--requests-per-second", "nan"), "above 0"),
        (("--provider", "http", "--provider-config", "none.yaml"), "cannot be read"),
    ],
)
def test_what_does_not_go_together_is_refused_in_a_sentence(tmp_path, capsys, flags, words):
    signals = tmp_path / "signals.csv"
    signals.write_text("Ticker\nABC\n", encoding="utf-8")
    assert main(["contracts", "--signals", str(signals), *flags]) == 2
    assert words in capsys.readouterr().err


def test_a_missing_package_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "yfinance", None)
    signals = tmp_path / "signals.csv"
    signals.write_text("Ticker\nABC\n", encoding="utf-8")
    assert main(["contracts", "--signals", str(signals), "--provider", "yahoo"]) == 2
    assert "pip install 'candlewick[yahoo]'" in capsys.readouterr().err


def test_every_source_has_a_line_of_help():
    assert set(PROVIDERS.names()) >= {"files", "http", "yahoo"}
    assert all(kind.help for kind in PROVIDERS)
