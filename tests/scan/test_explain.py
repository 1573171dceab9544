"""One symbol on one day, and what keeps the others from matching."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.errors import DataError, JobError, UnknownNameError
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
        ('sym("XX", close) > 5', "1d", UnknownNameError),
        ('tf("M", close) > 5', "1w", JobError),
    ],
)
def test_what_one_symbol_cannot_say_is_refused(repository, formula, timeframe, kind):
    with pytest.raises(kind):
        explain(repository, formula, "S001", timeframe=timeframe)


RANKED = "csrank(roc(close, 20)) > 90 and csrank(sma(csrank(volume), 3)) > 50"


@pytest.fixture
def ranks_of_a_scan(repository):
    columns = {"strength": "csrank(roc(close, 20))", "busy": "csrank(sma(csrank(volume), 3))"}
    with ProcessingEngine(repository, backend="inline") as engine:
        return engine.run(ProcessingJob(RANKED, columns, last_bars=30)).matches.to_pylist()


def test_ranks_are_explained_with_the_values_of_the_scan(repository, ranks_of_a_scan):
    assert len(ranks_of_a_scan) > 3
    for match in ranks_of_a_scan[:3]:
        found = explain(repository, RANKED, match["symbol"], match["timestamp"].date())
        assert found.reading.truth is True
        strength, busy = (part.parts[0].value for part in found.reading.parts)
        assert (strength, busy) == (match["strength"], match["busy"])


def test_the_universe_is_counted_with_its_ranks(repository, ranks_of_a_scan):
    when = ranks_of_a_scan[-1]["timestamp"]
    counted = why_not(repository, RANKED, when.date(), InlineBackend())
    assert counted.matches == sum(match["timestamp"] == when for match in ranks_of_a_scan)


def test_a_rank_is_among_the_symbols_that_are_named(few):
    day = date(2024, 1, 2)
    two = explain(few, "csrank(close) > 50", "LOW", day, symbols=("LOW", "LOWER", "BAD"))
    assert two.reading.parts[0].value == 50.0
    assert explain(few, "csrank(close) > 50", "LOWER", day).reading.parts[0].value == 12.5
    with pytest.raises(DataError, match="LOW has no rank: it is not among the symbols"):
        explain(few, "csrank(close) > 50", "LOW", day, symbols=("BOTH", "LOWER"))


def test_an_intraday_bar_is_named_by_its_time_and_a_day_means_its_last_bar():
    times = pd.date_range("2026-03-11 09:30", periods=78, freq="5min")
    prices = dict.fromkeys(("open", "high", "low", "close"), range(1, 79))
    frame = pd.DataFrame({"timestamp": times, **prices, "volume": 1.0})
    with InMemoryCandleRepository({"A": frame}) as repository:
        at_ten = explain(repository, "close > 5", "A", datetime(2026, 3, 11, 10, 2), timeframe="5m")
        assert at_ten.day == datetime(2026, 3, 11, 10)
        assert at_ten.reading.parts[0].value == 7.0
        assert explain(repository, "close > 5", "A", date(2026, 3, 11), timeframe="5m").day.hour == 15
        with pytest.raises(DataError, match="run from 2026-03-11 09:30 to 2026-03-11 15:55"):
            explain(repository, "close > 5", "A", date(2026, 3, 12), timeframe="5m")
