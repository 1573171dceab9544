"""A canary for a key: requests that fail, a run that succeeds and a program that crashes write it nowhere."""

from __future__ import annotations

import itertools
import json
import logging
import os
import subprocess
import sys
from datetime import timedelta
from urllib.parse import quote

import pytest
from chain_server import ChainServer, cut, redirect, refuse, reset, say, todays_answer

from engine.cli.main import main
from engine.options.providers import http_json
from engine.options.secrets import Secret

CANARY = "cAnArY/7+q%3D\"'\\=&x"
FORMS = tuple(form.encode() for form in Secret("VENDOR", CANARY).forms())
LAYOUTS = {
    "header": "",
    "address": "secret_query: apikey\n",
    "own header": 'secret_header: X-Key\nsecret_prefix: ""\n',
}

FAULTY = ("REFUSED", "BUSY", "PAGE", "CUT", "RESET", "AWAY", "CIRCLE", "ECHO")
# One after each faulty ticker, so that the circuit stays closed.
GOOD = tuple(f"GOOD{number}" for number in range(len(FAULTY)))

# A program of a user: every log line on stderr, and a bug while a request is under way.
CRASHING = """
import faulthandler, logging, sys
faulthandler.enable()
logging.basicConfig(level=logging.DEBUG)
from engine.cli.main import main
from engine.options import enrichment
from engine.options.providers import http_json
def broken(*given):
    raise RuntimeError("a bug")
http_json.contract_columns = broken
enrichment._merge = broken
main(sys.argv[1:])
"""


@pytest.fixture
def vendor():
    with ChainServer() as other:
        always = {
            "REFUSED": refuse(403),
            "BUSY": refuse(429, Retry_After="0"),
            "PAGE": say(b"<html>"),
            "CUT": cut,
            "RESET": reset,
            "AWAY": redirect(other.address.format(ticker="AWAY")),
            "CIRCLE": redirect("/options/CIRCLE"),
            # The key comes back in a header of the answer, and in its body.
            "ECHO": redirect(f"{other.address.format(ticker='ECHO')}?told={quote(CANARY, safe='')}"),
            **dict.fromkeys(("GOOD", *GOOD), todays_answer(timedelta(minutes=5))),
        }
        with ChainServer(always=always) as server:
            yield server


@pytest.fixture
def command(tmp_path, vendor, monkeypatch):
    """Return a function that gives the command line for a layout; the key is in the environment."""
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CANDLEWICK_SECRET_VENDOR", CANARY)
    # Whatever keyring the machine has is left alone.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setattr("keyring.get_password", lambda *asked: None)
    monkeypatch.setenv("CANDLEWICK__CHAIN_CACHE_FOLDER", str(tmp_path / "kept"))

    def of(layout: str, tickers) -> list[str]:
        signals, config = tmp_path / "signals.csv", tmp_path / "vendor.yaml"
        signals.write_text("\n".join(["Ticker", *tickers, ""]), encoding="utf-8")
        config.write_text(f"address: {vendor.address}\nsecret: VENDOR\n{LAYOUTS[layout]}", encoding="utf-8")
        given = ["contracts", "--signals", signals, "--provider", "http", "--provider-config", config]
        more = ["--requests-per-second", 500, "--workers", 2, "--rejected", tmp_path / "rejected.csv"]
        return [str(each) for each in (*given, *more, "--out", tmp_path / "contracts.csv")]

    return of


def assert_nowhere(folder, *texts: str) -> None:
    written = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(written) >= 3
    found = [(str(path), form) for path, content in written.items() for form in FORMS if form in content]
    found += [(text[:80], form) for text in texts for form in FORMS if form in text.encode()]
    assert found == []


def keys_seen(vendor) -> int:
    """Return how many requests carried the key, in whatever form."""
    return sum(
        any(form.decode() in f"{each.line} {json.dumps(each.headers)}" for form in FORMS)
        for each in vendor.asked
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_file_log_or_message_holds_the_key(tmp_path, vendor, command, caplog, capfd, layout):
    with caplog.at_level(logging.DEBUG):
        assert main(command(layout, itertools.chain(*zip(FAULTY, GOOD, strict=True)))) == 1
    told = capfd.readouterr()
    logged = "\n".join(f"{record.getMessage()} {record.__dict__!r}" for record in caplog.records)
    assert "HTTP Request" in logged
    assert_nowhere(tmp_path, told.out, told.err, logged, caplog.text)
    assert {each.ticker for each in vendor.asked} == {*FAULTY, *GOOD}
    assert keys_seen(vendor) == len(vendor.asked)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_bug_in_the_middle_of_a_request_does_not_show_the_key(
    tmp_path, vendor, command, caplog, capfd, layout, monkeypatch
):
    def broken(*given):
        raise RuntimeError("a bug")

    monkeypatch.setattr(http_json, "contract_columns", broken)
    with caplog.at_level(logging.DEBUG):
        assert main(command(layout, ["GOOD"])) == 1
    told = capfd.readouterr()
    partial = next(tmp_path.glob("contracts*.csv")).read_text(encoding="utf-8")
    assert "RuntimeError: a bug" in partial
    assert_nowhere(tmp_path, told.out, told.err, caplog.text)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_program_that_crashes_leaves_no_key_behind(tmp_path, vendor, command, layout):
    with (tmp_path / "stderr.txt").open("wb") as told:
        ran = subprocess.run(
            [sys.executable, "-X", "dev", "-c", CRASHING, *command(layout, ["GOOD", "REFUSED"])],
            stdout=told,
            stderr=told,
            env={**os.environ, "PYTHONWARNINGS": "default"},
            timeout=150,
            check=False,
        )
    text = (tmp_path / "stderr.txt").read_text(encoding="utf-8")
    assert ran.returncode not in (0, 2)
    assert "a bug" in text
    assert "HTTP Request" in text
    assert_nowhere(tmp_path, text)
    assert keys_seen(vendor) >= 2
