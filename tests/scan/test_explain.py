"""One symbol on one day, and what keeps the others from matching."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.errors import DataError, JobError, ProcessingEngineError, UnknownNameError
from engine.execution.inline import InlineBackend
from engine.scan.explain import explain, why_not
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine

FORMULA = "close > sma(close, 50) and rsi(14) > 60 and volume > sma(volume, 10)"


def days(first: str, closes: list[float]) -> pd.DataFrame:
    prices = dict.fromkeys(("open", "high", "low", "close"), closes)
    return pd.DataFrame({"timestamp": pd.bdate_range(first, periods=len(closes)), **prices, "volume": 1.0})


@pytest.fixture
def few():
    frames = {
        "BOTH": days("2024-01-01", [1, 9]),
        "LOW": days("2024-01-01", [1, 2]),
        "FELL": days("2024-01-01", [9, 8]),
        "LOWER": days("2024-01-01", [3, 2]),
        "YOUNG": days("2024-01-02", [9]),
        "LATE": days("2024-01-03", [9]),
        "BAD": pd.DataFrame({"nothing": [1]}),
    }
    with InMemoryCandleRepository(frames) as repository:
        yield repository


def test_the_last_bar_is_explained_unless_a_day_is_named(repository, walks):
    last = explain(repository, FORMULA, "S001")
    assert last.day == walks["S001"].timestamp.iloc[-1].date()
    day = walks["S001"].timestamp.iloc[100].date()
    assert explain(repository, FORMULA, "S001", day).day == day


def test_a_match_of_a_scan_is_explained_as_a_match(repository):
    with ProcessingEngine(repository, backend="inline") as engine:
        matches = engine.run(ProcessingJob(FORMULA)).matches.slice(0, 20).to_pylist()
    assert matches
    for match in matches:
        found = explain(repository, FORMULA, match["symbol"], match["timestamp"].date())
        assert found.reading.truth is True
        assert found.reading.parts[0].parts[0].value == match["close"]


def test_every_symbol_is_counted_once_and_by_what_fails(few):
    counted = why_not(few, "close > 5 and close > close[1]", date(2024, 1, 2), InlineBackend())
    assert counted.symbols == 7
    assert (counted.matches, counted.fail_one, counted.fail_more) == (1, 2, 1)
    assert (counted.unknown, counted.without_bar, counted.unreadable) == (1, 1, 1)
    assert [(each.text, each.failing, each.only_failing) for each in counted.conditions] == [
        ("close > 5", 2, 1),
        ("close > close[1]", 2, 1),
    ]


def test_progress_ends_at_the_number_of_symbols(few):
    seen = []
    why_not(
        few,
        "close > 5",
        date(2024, 1, 2),
        InlineBackend(),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (7, 7)


def test_a_week_is_named_by_any_of_its_days(repository, walks):
    day = walks["S001"].timestamp.iloc[102].date()
    found = explain(repository, "close > 5", "S001", day, timeframe="1w")
    assert found.day.isocalendar()[:2] == day.isocalendar()[:2]


@pytest.mark.parametrize(
    ("symbol", "day", "sentence"),
    [
        ("BOTH", date(2024, 1, 6), "its data run from 2024-01-01 to 2024-01-02"),
        ("BOTHE", None, "Did you mean 'BOTH'"),
    ],
    ids=["day", "symbol"],
)
def test_what_is_not_there_is_said(few, symbol, day, sentence):
    with pytest.raises((DataError, UnknownNameError), match=sentence):
        explain(few, "close > 5", symbol, day)


def test_a_weekend_is_answered_with_the_days_around_it(repository):
    with pytest.raises(DataError, match="choose 2020-02-07 before it or 2020-02-10 after"):
        explain(repository, "close > 5", "S001", date(2020, 2, 8))


@pytest.mark.parametrize(
    ("formula", "timeframe", "kind"),
    [
        ("csrank(close) > 5", "1d", ProcessingEngineError),
        ('sym("XX", close) > 5', "1d", UnknownNameError),
        ('tf("M", close) > 5', "1w", JobError),
    ],
)
def test_what_one_symbol_cannot_say_is_refused(repository, formula, timeframe, kind):
    with pytest.raises(kind):
        explain(repository, formula, "S001", timeframe=timeframe)
