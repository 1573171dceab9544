"""What every repository must do, over a Hive folder, over frames in memory, and over the file that they spill."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.repository import CandleRepository, InMemoryCandleRepository
from engine.errors import DataError, JobError, UnknownNameError
from engine.market.timeframe import Timeframe
from engine.testing import bars_from_rows, generate_test_bars

BARS = {
    "005930": generate_test_bars("005930", 20),
    "AAA": generate_test_bars("AAA", 50, "2021-03-01"),
    "MESS": bars_from_rows(
        "MESS",
        ["2020-01-03", "2020-01-02", "2020-01-06", "2020-01-03"],
        [(1, 2, 1, 1, 5), (1, 2, 1, 1, 5), (1, 0, 1, 1, 5), (1, 3, 1, 2, -4)],
    ),
}


def make_hive(write_hive, frame_of):
    root = write_hive(BARS)
    (root / "symbol=BROKEN").mkdir()
    (root / "symbol=BROKEN" / "bars.parquet").write_bytes(b"PAR1")
    return HiveCandleRepository(root)


def make_memory(write_hive, frame_of):
    frames = {symbol: frame_of(bars) for symbol, bars in BARS.items()}
    return InMemoryCandleRepository({**frames, "BROKEN": frames["AAA"].drop(columns="close")})


@pytest.fixture(params=["hive", "memory", "opened hive", "opened memory"])
def repository(request, write_hive, frame_of):
    made = (make_hive if "hive" in request.param else make_memory)(write_hive, frame_of)
    yield open_repository(made.address) if "opened" in request.param else made
    if isinstance(made, InMemoryCandleRepository):
        made.close()


def test_it_is_a_candle_repository(repository):
    assert isinstance(repository, CandleRepository)


def test_symbols_are_sorted_text(repository):
    assert repository.symbols() == ("005930", "AAA", "BROKEN", "MESS")


@pytest.mark.parametrize("symbol", BARS)
def test_rows_come_back_as_stored(repository, symbol, rows_of):
    assert rows_of(repository.read_raw(symbol)) == rows_of(BARS[symbol])
    assert repository.read_raw(symbol).symbol == symbol


def test_an_unknown_symbol_is_an_unknown_name(repository):
    with pytest.raises(UnknownNameError, match="Did you mean 'AAA'"):
        repository.read_raw("AAB")


def test_a_broken_symbol_is_its_own_fault_on_every_read(repository):
    for _ in range(2):
        with pytest.raises(DataError, match="BROKEN"):
            repository.read_raw("BROKEN")
    assert len(repository.read_raw("AAA")) == 50


def test_a_range_holds_clean_bars_with_both_ends(repository):
    frame = repository.get_range("MESS", Timeframe.DAY, date(2020, 1, 2), date(2020, 1, 3))
    assert frame.columns.tolist() == ["timestamp", "open", "high", "low", "close", "volume"]
    assert frame["timestamp"].dtype == np.dtype("datetime64[us]")
    assert frame["close"].tolist() == [1.0, 2.0]
    assert np.isnan(frame["volume"].iloc[1])
    assert frame.index.tolist() == [0, 1]


def test_a_range_may_be_open_on_either_side_or_empty(repository):
    day = date(2021, 3, 15)
    everything = repository.get_range("AAA")
    before, after = repository.get_range("AAA", end=day), repository.get_range("AAA", start=day)
    assert len(everything) == 50
    assert len(before) + len(after) == 51
    assert len(repository.get_range("AAA", start=date(2030, 1, 1))) == 0


def test_a_range_of_weeks_is_asked_for_by_member_or_code(repository):
    weeks = repository.get_range("AAA", Timeframe.WEEK)
    assert weeks.equals(repository.get_range("AAA", "1w"))
    assert weeks["timestamp"].dt.day_of_week.eq(4).all()
    assert len(weeks) == 10


def test_a_range_that_ends_before_it_starts_is_refused(repository):
    with pytest.raises(JobError, match=r"ends .* before it starts"):
        repository.get_range("AAA", "1d", date(2021, 2, 1), date(2021, 1, 1))


def test_a_range_is_the_callers_to_change(repository, rows_of):
    frame = repository.get_range("AAA")
    frame.loc[:, "close"] = -1.0
    assert rows_of(repository.read_raw("AAA")) == rows_of(BARS["AAA"])


def test_the_version_is_stable_and_depends_on_the_symbols(repository):
    assert repository.data_version() == repository.data_version()
    assert repository.data_version(("AAA", "MESS")) == repository.data_version(("MESS", "AAA"))
    assert repository.data_version(("AAA",)) != repository.data_version(("MESS",))


def test_its_address_opens_the_same_bars(repository, rows_of):
    again = open_repository(repository.address)
    assert again.symbols() == repository.symbols()
    assert again.data_version() == repository.data_version()
    assert rows_of(again.read_raw("AAA")) == rows_of(BARS["AAA"])
