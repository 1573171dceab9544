from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.inspection import data_report
from engine.errors import DataError
from engine.testing import bars_from_rows, generate_test_bars

NOW = datetime(2020, 2, 12, 12, tzinfo=UTC)
ROW = (1, 2, 1, 1, 5)


@pytest.fixture
def folder(write_hive):
    root = write_hive(
        {
            "GOOD": generate_test_bars("GOOD", 30),
            "BAD": bars_from_rows(
                "BAD", ["2020-02-10", "2020-02-11", "2020-02-11"], [(1, 0, 1, 1, 5), ROW, ROW]
            ),
            "OLD": bars_from_rows("OLD", ["2019-12-31"], [ROW]),
            "NEXT": bars_from_rows("NEXT", ["2020-02-11", "2020-02-13", "2099-01-01"], [ROW] * 3),
            "NONE": bars_from_rows("NONE", ["2020-02-11"], [(0, 0, 0, 0, 0)]),
            "LOST": generate_test_bars("LOST", 5),
            "DUMB": bars_from_rows("DUMB", ["2020-02-11", "2020-02-10"], [(1, 2, 1, 1, -1), ROW]),
        }
    )
    (root / "symbol=LOST" / "bars.parquet").write_bytes(b"")
    return root


def names(checks) -> list[str]:
    return [check.symbol for check in checks]


def test_every_symbol_is_accounted_for(folder):
    report = data_report(HiveCandleRepository(folder), now=NOW)
    assert names(report.symbols) == ["BAD", "DUMB", "GOOD", "LOST", "NEXT", "NONE", "OLD"]
    assert report.rows == report.bars + sum(report.masked.values()) == 40
    assert report.masked == {"not_positive": 2, "duplicate": 1}
    assert names(report.with_masked) == ["BAD", "NONE"]
    assert names(report.unreadable) == ["LOST"]
    assert names(report.empty) == ["NONE"]
    assert not report.sound


def test_bars_after_tomorrow_lie_in_the_future(folder):
    report = data_report(HiveCandleRepository(folder), now=NOW)
    assert [(check.symbol, check.future) for check in report.with_future] == [("NEXT", 1)]
    assert report.newest == date(2020, 2, 13)


def test_a_symbol_whose_last_bar_is_long_before_the_newest_is_stale(folder):
    assert names(data_report(HiveCandleRepository(folder), now=NOW).stale) == ["OLD"]


def test_stale_is_counted_in_sessions_that_any_symbol_had(write_hive):
    days = np.arange("2020-01-01", "2020-03-01", 7, dtype="datetime64[D]").astype(str).tolist()
    bars = {
        name: bars_from_rows(name, days[:count], [ROW] * count)
        for name, count in (("ALL", len(days)), ("FIVE", len(days) - 5), ("SIX", len(days) - 6))
    }
    report = data_report(HiveCandleRepository(write_hive(bars)))
    assert [report.sessions_behind(check) for check in report.symbols] == [0, 5, 6]
    assert names(report.stale) == ["SIX"]


def test_every_fault_is_put_into_words(folder):
    report = data_report(HiveCandleRepository(folder), now=NOW)
    told = {check.symbol: [fault.sentence for fault in report.faults(check)] for check in report.symbols}
    assert "it is empty" in told.pop("LOST")[0]
    assert told == {
        "BAD": [
            "1 row is left out: a price is zero or negative.",
            "1 row is left out: the same row stands in the file twice.",
        ],
        "DUMB": [
            "Its rows are out of order; they are sorted when read.",
            "1 bar has no known volume.",
        ],
        "GOOD": [],
        "NEXT": ["1 bar lies in the future."],
        "NONE": ["No bar of it can be used.", "1 row is left out: a price is zero or negative."],
        "OLD": ["Ended 31 sessions before the newest bar."],
    }
    assert names(report.broken) == ["BAD", "LOST", "NEXT", "NONE"]


def test_what_a_snapshot_knows_is_believed(open_snapshot, market):
    reader = open_snapshot(market)
    reader.contents()
    run = reader.snapshot.begin()
    direct, kept = (data_report(repository) for repository in (HiveCandleRepository(market), run.repository))
    run.finish()
    assert kept == direct
    assert kept.sessions.tolist() == direct.sessions.tolist()


def test_first_and_last_bars_are_clean_ones(folder):
    checks = {check.symbol: check for check in data_report(HiveCandleRepository(folder), now=NOW).symbols}
    assert (checks["BAD"].first, checks["BAD"].last) == (date(2020, 2, 11), date(2020, 2, 11))
    assert (checks["NONE"].first, checks["LOST"].last) == (None, None)


def test_sound_data_are_called_sound(hive):
    report = data_report(HiveCandleRepository(hive))
    assert report.sound
    assert report.summary_rows() == (
        ("symbols", "3, 0 of them cannot be read"),
        ("rows", "90, of which 90 are bars and 0 left out"),
        ("dates", "2020-01-01 to 2020-02-11"),
    )


def test_the_summary_names_every_kind_of_fault(folder):
    labels = dict(data_report(HiveCandleRepository(folder), now=NOW).summary_rows())
    assert labels["left out in"] == "2 symbols: BAD (2), NONE (1)"
    assert labels["no volume"].startswith("1 bars")
    assert labels["unsorted"].startswith("1 symbols")
    assert labels["future bars"] == "1 symbols: NEXT (1)"
    assert labels["ended early"] == "1 symbols: OLD (2019-12-31)"
    assert labels["without bars"] == "1 symbols: NONE (1 rows)"
    assert "it is empty" in labels["unreadable"]


def test_a_long_list_of_symbols_is_cut(write_hive):
    bad = {f"S{number:02}": bars_from_rows("S", ["2020-01-02"], [(0,) * 5]) for number in range(25)}
    labels = dict(data_report(HiveCandleRepository(write_hive(bad)), now=NOW).summary_rows())
    assert labels["left out in"].startswith("25 symbols: S00 (1), ")
    assert labels["left out in"].endswith("S19 (1) and 5 more")
    assert labels["dates"] == "none"


def test_progress_is_monotone_and_ends_at_the_total(hive):
    seen = []
    data_report(HiveCandleRepository(hive), lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path):
    with pytest.raises(DataError, match="holds no bars"):
        data_report(HiveCandleRepository(tmp_path))
