"""Scans over five-minute bars, as they are and made into longer ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.parquet import write_bars
from engine.errors import JobError
from engine.market.bars import Bars
from engine.scan.exporters.csv import csv_bytes
from engine.scan.job import DateRange, ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.testing import generate_test_bars

DAYS = ["2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"]
PER_DAY = 78


def session_times(day: str) -> np.ndarray:
    opening = np.datetime64(f"{day}T09:30", "us")
    return opening + np.arange(PER_DAY) * np.timedelta64(300_000_000, "us")


def five_minute_bars(symbol: str, price: float = 1.0) -> Bars:
    bars = generate_test_bars(symbol, PER_DAY * len(DAYS))
    prices = {name: bars.field(name) * price for name in ("open", "high", "low", "close")}
    return replace(bars, timestamp=np.concatenate([session_times(day) for day in DAYS]), **prices)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("intraday")
    bars = [five_minute_bars("AAA"), five_minute_bars("BBB", 2.0), generate_test_bars("DAILY", 50)]
    # A thinly traded symbol lacks most bars, but not the first and the last of a day.
    thin = np.arange(PER_DAY * len(DAYS)) % PER_DAY
    bars.append(five_minute_bars("THIN", 0.5).take(np.isin(thin, [0, 1, 7, 40, 77])))
    for each in bars:
        home = root / f"symbol={each.symbol}"
        home.mkdir()
        write_bars(each, home / "bars.parquet")
    return root


@pytest.fixture
def engine(folder):
    with ProcessingEngine(HiveCandleRepository(folder), backend="inline", use_snapshot=False) as opened:
        yield opened


def rows(result):
    table = result.matches
    when = [moment.isoformat(" ", "minutes") for moment in table["timestamp"].to_pylist()]
    return list(zip(table["symbol"].to_pylist(), when, strict=True))


@pytest.mark.parametrize(
    ("timeframe", "times"),
    [
        ("5m", 78 * 4),
        ("15m", 26 * 4),
        ("30m", 13 * 4),
        ("1h", 7 * 4),
        ("2h", 4 * 4),
        ("4h", 2 * 4),
        ("1d", 3),
        ("1w", 0),
    ],
)
def test_longer_bars_are_scanned_and_the_day_that_is_still_open_is_left_out(engine, timeframe, times):
    result = engine.run(ProcessingJob("close > 0", timeframe=timeframe, symbols=("AAA",)))
    assert result.results[0].bars == times
    assert result.matches.num_rows == times


def test_an_hour_is_named_by_its_beginning_and_knows_its_prices(engine, folder):
    bars = five_minute_bars("AAA")
    columns = {"o": "open", "h": "high", "l": "low", "v": "volume", "at": "hour"}
    job = ProcessingJob("hour == 10 and minute == 0 and day == 10", columns, "1h", symbols=("AAA",))
    (match,) = engine.run(job).matches.to_pylist()
    part = bars.take(
        (bars.timestamp >= np.datetime64("2026-03-10T10:00"))
        & (bars.timestamp < np.datetime64("2026-03-10T11:00"))
    )
    assert match == {
        "symbol": "AAA",
        "timestamp": datetime(2026, 3, 10, 10),
        "close": part.close[-1],
        "o": part.open[0],
        "h": part.high.max(),
        "l": part.low.min(),
        "v": part.volume.sum(),
        "at": 10.0,
    }


def test_shorter_bars_than_there_are_is_said_of_each_symbol(engine):
    result = engine.run(ProcessingJob("close > 0", timeframe="5m"))
    errors = {each.symbol: each.error for each in result.results if each.error}
    assert errors == {"DAILY": "DAILY has daily bars, of which no 5m bars can be made: choose 1d or longer."}


def test_the_clock_limits_which_bars_may_match(engine):
    days = DateRange(datetime(2026, 3, 10, 9, 40), datetime(2026, 3, 10, 9, 50))
    job = ProcessingJob("close > 0", timeframe="5m", symbols=("AAA",), date_range=days)
    assert rows(engine.run(job)) == [("AAA", f"2026-03-10 09:{minute}") for minute in (40, 45, 50)]
    whole_day = replace(job, date_range=DateRange(date(2026, 3, 10), date(2026, 3, 10)))
    assert len(rows(engine.run(whole_day))) == PER_DAY


def test_a_file_tells_the_time_of_day_of_intraday_bars_only(engine):
    job = ProcessingJob("bar_index == 1", timeframe="5m", symbols=("AAA",))
    assert csv_bytes(engine.run(job).matches, "5m").splitlines()[1].startswith(b"AAA,2026-03-09 09:35:00,")
    daily = replace(job, timeframe="1d")
    assert csv_bytes(engine.run(daily).matches, "1d").splitlines()[1].startswith(b"AAA,2026-03-10,")


@pytest.mark.parametrize(
    ("formula", "timeframe", "sentence"),
    [
        ('tf("1h", close) > 1', "1h", "choose 30m or less"),
        ('tf("5m", close) > 1', "1d", "choose 1m or less"),
        ('tf("D", close) > 1', "1d", "leave tf away"),
        ('tf("M", close) > 1', "1w", "choose the timeframe 1d"),
    ],
)
def test_a_tf_that_is_not_longer_than_the_bars_is_refused_before_the_scan(
    engine, formula, timeframe, sentence
):
    with pytest.raises(JobError, match=sentence):
        engine.run(ProcessingJob(formula, timeframe=timeframe))


def test_the_session_vwap_of_daily_bars_is_doubted(engine):
    warned = engine.run(ProcessingJob("close > vwap()", timeframe="1d", symbols=("AAA",))).summary.warnings
    assert any("vwap() is hlc3 here" in warning for warning in warned)
    quiet = engine.run(ProcessingJob("close > vwap()", timeframe="5m", symbols=("AAA",))).summary.warnings
    assert quiet == ()


MIXED = (
    'cross_above(close, tf("1h", high)) or csrank(roc(6)) > 60 '
    'and tf("D", close) < sym("BBB", close) and close > vwap()'
)


@pytest.mark.parametrize("timeframe", ["5m", "15m"])
def test_workers_and_the_snapshot_change_nothing(folder, workers, timeframe):
    job = ProcessingJob(
        MIXED,
        {"week": 'tf("W", close)', "hour": 'tf("1h", rsi(3))'},
        timeframe,
        symbols=("AAA", "BBB", "THIN"),
    )
    repository = HiveCandleRepository(folder)
    with ProcessingEngine(repository, backend="inline", use_snapshot=False) as engine:
        wanted = csv_bytes(engine.run(job).matches, timeframe)
    assert wanted.count(b"\n") > 10
    with ProcessingEngine(repository, backend=workers) as engine:
        for _ in range(2):
            assert csv_bytes(engine.run(job).matches, timeframe) == wanted
