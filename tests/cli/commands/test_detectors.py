"""Detectors on the command line: listed, allowed, scanned for, audited."""

from __future__ import annotations

import csv
import io

import pytest

from engine.cli.command import BAD_INPUT, DONE, FAILED

GUEST = """# /// candlewick-detector
# api = 1
# name = "weekly_guest"
# summary = "Every fifth bar"
# memory = 0
# [events]
# FIFTH = "A fifth bar"
# [parameters.every]
# default = 5
# least = 1
# greatest = 100
# help = "How many bars from one to the next"
# ///


def detect(bars, params):
    return [(bar, "FIFTH", 1.0) for bar in range(0, len(bars), params["every"])]
"""


@pytest.fixture
def guest(tmp_path, monkeypatch):
    """Put a plug-in into a folder of the user's, with settings and permissions of its own."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("CANDLEWICK__DETECTORS_FOLDER", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = folder / "guest.py"
    path.write_text(GUEST, encoding="utf-8")
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_events_come_with_score_and_detector_before_the_columns(candlewick, demo):
    ran = candlewick(
        *("scan", "--data", demo, "--detector", "breakout:bars=55", "--detector", "inside_bar"),
        *("--column", "rsi=rsi(close, 14)", "--backend", "inline", "--no-journal"),
    )
    assert ran.code == DONE
    assert ran.out.splitlines()[0] == "symbol,timestamp,close,event,score,detector,rsi"
    found = rows(ran.out)
    assert {row["detector"] for row in found} == {"breakout", "inside_bar"}
    keys = [(row["symbol"], row["timestamp"], row["detector"], row["event"]) for row in found]
    assert keys == sorted(keys)


def test_a_formula_says_where_events_count(candlewick, demo):
    flags = ("scan", "--data", demo, "--detector", "inside_bar", "--backend", "inline", "--no-journal")
    every = rows(candlewick(*flags).out)
    some = rows(candlewick(*flags, "--formula", "close > sma(close, 50)").out)
    assert 0 < len(some) < len(every)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gapp", "Did you mean 'gap'? There are: breakout, candles"),
        ("gap:percnt=3", "Did you mean 'percent'?"),
        ("gap:percent=300", "must be a number from 0 to 100, not 300"),
        ("gap:percent", "must read NAME, or NAME:parameter=number"),
        ("wyckoff_baseline:bars=3", "is a baseline and cannot be changed"),
        ("ma_cross:fast=300", "fewer bars than the slow one"),
    ],
)
def test_a_wrong_detector_is_one_sentence(candlewick, demo, text, words):
    ran = candlewick("scan", "--data", demo, "--detector", text, "--no-journal")
    assert ran.code == BAD_INPUT
    assert words in ran.err


def test_a_plug_in_runs_once_it_is_allowed_and_not_after_it_is_forgotten(candlewick, demo, guest):
    flags = ("scan", "--data", demo, "--detector", "weekly_guest:every=10", "--workers", "1", "--no-journal")
    refused = candlewick(*flags)
    assert refused.code == BAD_INPUT
    assert f"candlewick detectors allow {guest}" in refused.err
    assert f"weekly_guest · new · folder · {guest}" in candlewick("detectors").out
    allowed = candlewick("detectors", "allow", guest)
    assert allowed.code == DONE
    assert "SHA-256" in allowed.out
    assert "weekly_guest · allowed" in candlewick("detectors", "list").out
    ran = candlewick(*flags)
    assert ran.code == DONE
    assert {row["event"] for row in rows(ran.out)} == {"FIFTH"}
    audited = candlewick("audit", "--data", demo, "--detector", "weekly_guest")
    assert audited.code == FAILED  # which bar is a fifth one depends on where the data begin
    assert "FIFTH on " in audited.out
    assert candlewick("detectors", "forget", guest).code == DONE
    assert candlewick("detectors", "forget", guest).code == FAILED
    assert candlewick(*flags).code == BAD_INPUT


def test_a_file_that_is_no_detector_cannot_be_allowed(candlewick, tmp_path, guest):
    other = tmp_path / "other.py"
    other.write_text("print('hello')\n")
    assert "lacks a line" in candlewick("detectors", "allow", other).err
    assert "There is no file" in candlewick("detectors", "allow", tmp_path / "nowhere.py").err


def test_a_detector_is_described_with_its_events_and_parameters(candlewick):
    ran = candlewick("describe", "detectors", "wyckoff_spring_after_sc")
    assert "variant of  wyckoff_baseline" in ran.out
    assert "within=60" in ran.out
    assert "A baseline" in candlewick("describe", "detectors", "WYCKOFF_BASELINE").out
    assert "high_52_weeks" in candlewick("describe", "detectors").out
    assert candlewick("describe", "detectors", "gapp").code == BAD_INPUT


def test_a_detector_gets_its_certificate(candlewick, demo):
    ran = candlewick("audit", "--data", demo, "--detector", "breakout:bars=30", "--samples", "6")
    assert ran.code == DONE
    assert ran.out.splitlines()[0] == "detector       breakout(bars=30)"
    assert ran.out.splitlines()[-1].split() == ["result", "passed"]
