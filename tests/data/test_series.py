from __future__ import annotations

import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.series import load_bars
from engine.errors import DataError, UnknownNameError
from engine.market.timeframe import Timeframe
from engine.testing import bars_from_rows, generate_test_bars


def test_stored_rows_become_clean_bars_with_a_report(write_hive):
    rows = [(1, 2, 1, 1, 5), (1, 0, 1, 1, 5), (1, 2, 1, 2, 5), (1, 2, 1, 2, 5)]
    root = write_hive({"AAA": bars_from_rows("AAA", [3, 2, 1, 1], rows)})
    bars, report = load_bars(HiveCandleRepository(root), "AAA")
    assert bars.close.tolist() == [2.0, 1.0]
    assert (report.rows, report.bars) == (4, 2)
    assert report.masked == {"not_positive": 1, "duplicate": 1}


def test_the_report_of_longer_bars_counts_daily_ones(write_hive):
    repository = HiveCandleRepository(write_hive({"AAA": generate_test_bars("AAA", 23)}))
    bars, report = load_bars(repository, "AAA", "1mo")
    assert len(bars) == 1
    assert (report.rows, report.bars) == (23, 23)


@pytest.mark.parametrize(("timeframe", "count"), [(Timeframe.DAY, 23), ("1d", 23), ("1W", 5)])
def test_a_timeframe_is_named_by_member_or_code(write_hive, timeframe, count):
    repository = HiveCandleRepository(write_hive({"AAA": generate_test_bars("AAA", 23)}))
    assert len(load_bars(repository, "AAA", timeframe)[0]) == count


def test_faults_come_through_as_they_are(hive):
    (hive / "symbol=AAA" / "bars.parquet").write_bytes(b"")
    repository = HiveCandleRepository(hive)
    with pytest.raises(DataError, match="it is empty"):
        load_bars(repository, "AAA")
    with pytest.raises(UnknownNameError):
        load_bars(repository, "CCC")
    with pytest.raises(UnknownNameError, match="1d"):
        load_bars(repository, "BBB", "5h")
