from __future__ import annotations

from datetime import date, time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.ingest import ingest
from engine.errors import DataError
from engine.testing import generate_test_bars

SYMBOLS = ("BBB", "AAA", "005930")


def long_table(interleaved: bool = False) -> pa.Table:
    """Ten bars of each symbol, one after another or mixed; each symbol's rows in order."""
    columns: dict[str, list] = {
        name: [] for name in ("symbol", "date", "open", "high", "low", "close", "volume")
    }
    for symbol in SYMBOLS:
        bars = generate_test_bars(symbol, 10)
        columns["symbol"] += [symbol] * 10
        columns["date"] += bars.timestamp.astype("datetime64[D]").tolist()
        for name in ("open", "high", "low", "close", "volume"):
            columns[name] += (bars.field(name) * len(symbol)).tolist()
    table = pa.table(columns)
    order = np.arange(30).reshape(3, 10).T.ravel() if interleaved else np.arange(30)
    return table.take(pa.array(order))


def ingest_table(tmp_path, table: pa.Table, **options):
    pq.write_table(table, tmp_path / "long.parquet", **options)
    return ingest(tmp_path / "long.parquet", tmp_path / "out")


@pytest.mark.parametrize("interleaved", [False, True], ids=["one after another", "mixed"])
def test_rows_are_sorted_out_by_symbol_and_keep_their_order(tmp_path, interleaved, rows_of):
    report = ingest_table(tmp_path, long_table(interleaved), row_group_size=7)
    assert (report.files_in, report.symbols, report.rows_in, report.rows_written) == (1, 3, 30, 30)
    repository = HiveCandleRepository(tmp_path / "out")
    for symbol in SYMBOLS:
        bars, raw = generate_test_bars(symbol, 10), repository.read_raw(symbol)
        assert raw.timestamp.tolist() == bars.timestamp.tolist()
        assert raw.close.tolist() == (bars.close * len(symbol)).tolist()


def as_dictionary(table):
    return table.set_column(0, "symbol", table["symbol"].dictionary_encode())


def as_large_text(table):
    return table.set_column(0, "Ticker", table["symbol"].cast(pa.large_string()))


def as_capitals(table):
    return table.rename_columns([name.upper() for name in table.column_names])


def with_timestamps(table):
    return table.set_column(1, "timestamp", table["date"].cast(pa.timestamp("ns")))


def with_text_dates(table):
    return table.set_column(1, "date", table["date"].cast(pa.string()))


@pytest.mark.parametrize(
    "shape",
    [as_dictionary, as_large_text, as_capitals, with_timestamps, with_text_dates],
    ids=lambda shape: shape.__name__,
)
def test_tables_of_many_shapes_hold_the_same_bars(tmp_path, shape, rows_of):
    ingest_table(tmp_path, shape(long_table()))
    raw = HiveCandleRepository(tmp_path / "out").read_raw("AAA")
    assert raw.close.tolist() == (generate_test_bars("AAA", 10).close * 3).tolist()


def test_a_text_file_gives_the_same_bars_as_a_parquet_file(tmp_path, rows_of):
    table = long_table(interleaved=True)
    ingest_table(tmp_path, table)
    table.to_pandas().to_csv(tmp_path / "long.csv", index=False)
    ingest(tmp_path / "long.csv", tmp_path / "text")
    one, two = HiveCandleRepository(tmp_path / "out"), HiveCandleRepository(tmp_path / "text")
    assert one.symbols() == two.symbols()
    for symbol in SYMBOLS:
        assert rows_of(one.read_raw(symbol)) == rows_of(two.read_raw(symbol))


def test_columns_that_are_not_used_are_named(tmp_path):
    table = (
        long_table()
        .append_column("Adj Close", pa.array([9.0] * 30))
        .append_column("kind", pa.array(["x"] * 30))
    )
    assert ingest_table(tmp_path, table).notes == ("These columns were not used: Adj Close, kind.",)


def test_rows_that_cannot_be_bars_are_refused_with_their_places(tmp_path):
    (tmp_path / "long.csv").write_text(
        "symbol,date,open,high,low,close,volume\n"
        "AAA,2020-01-02,1,2,1,1.5,100\n"
        ",2020-01-02,1,2,1,1.5,100\n"
        "AAA,02.01.2020,1,2,1,1.5,100\n"
        "AAA,2020-01-03,1,2,one,1.5,100\n"
        "AAA,2020-01-06,1,2\n"
        "AAA,2020-01-07,0,0,0,0,\n"
        f"{'X' * 70},2020-01-02,1,2,1,1.5,100\n"
    )
    report = ingest(tmp_path / "long.csv", tmp_path / "out")
    assert (report.rows_in, report.rows_written, report.rows_refused) == (7, 2, 5)
    assert {refusal.reason: refusal.examples[0] for refusal in report.refusals} == {
        "the number of fields is not the header's": "long.csv, line 6: 'AAA,2020-01-06,1,2'",
        "the symbol cannot be one: it is empty": "long.csv, line 3",
        "the symbol cannot be one: it is longer than 64 characters": "long.csv, line 8",
        "the date does not say which is the day and which the month: choose the order of dates": (
            "long.csv, line 4: '02.01.2020'"
        ),
        "the low is not a number": "long.csv, line 5: 'one'",
    }


def test_rows_without_a_symbol_or_a_date_are_refused_in_parquet_too(tmp_path):
    table = long_table().slice(0, 3)
    table = table.set_column(0, "symbol", pa.array(["AAA", None, "AAA"]))
    table = table.set_column(1, "date", pa.array([date(2020, 1, 2), date(2020, 1, 3), None]))
    report = ingest_table(tmp_path, table)
    assert (report.rows_in, report.rows_written) == (3, 1)
    assert [refusal.examples for refusal in report.refusals] == [
        ("long.parquet, row 2",),
        ("long.parquet, row 3",),
    ]


def test_two_spellings_of_one_letter_are_one_symbol(tmp_path):
    table = long_table().slice(0, 2).set_column(0, "symbol", pa.array(["\u00e9", "e\u0301"]))
    report = ingest_table(tmp_path, table)
    assert (report.symbols, report.rows_written) == (1, 2)


def test_stooqs_bulk_file_names_symbols_as_stooq_does(tmp_path):
    (tmp_path / "bulk.txt").write_text(
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
        "AAPL.US,D,20200102,000000,1,2,1,1.5,100,0\nVOD.UK,D,20200102,000000,1,2,1,1.5,100,0\n"
    )
    ingest(tmp_path / "bulk.txt", tmp_path / "out")
    assert HiveCandleRepository(tmp_path / "out").symbols() == ("AAPL", "VOD.UK")


def test_a_table_without_rows_is_read_and_empty(tmp_path):
    report = ingest_table(tmp_path, long_table().slice(0, 0))
    assert (report.files_in, report.rows_in, report.symbols) == (1, 0, 0)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (long_table().drop_columns("symbol"), "no column 'symbol'; the columns are 'date', 'open'"),
        (long_table().drop_columns(["close", "high"]), "no columns 'high', 'close'"),
        (long_table().set_column(0, "symbol", pa.array([5930] * 30)), "store symbols as text"),
        (long_table().set_column(2, "open", pa.array([True] * 30)), "'open' holds bool, not numbers"),
    ],
    ids=["no symbols", "no prices", "numeric symbols", "truth"],
)
def test_a_table_that_is_none_says_what_is_wrong(tmp_path, table, reason):
    with pytest.raises(DataError, match=reason):
        ingest_table(tmp_path, table)


@pytest.mark.parametrize("twentieth", range(0, 20, 3))
def test_a_parquet_file_cut_off_anywhere_is_an_error(tmp_path, twentieth):
    path = tmp_path / "long.parquet"
    pq.write_table(long_table(), path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * twentieth // 20])
    with pytest.raises(DataError, match="is no Parquet file, or it is cut off or damaged"):
        ingest(path, tmp_path / "out")


@pytest.mark.parametrize("form", ["{:02d}:{:02d}", "{:02d}{:02d}00", "{:02d}:{:02d}:00"])
def test_intraday_bars_may_have_their_times_in_a_column_of_their_own(tmp_path, form):
    clock = [(9, 30), (9, 35), (16, 0)]
    rows = "".join(f"AAA,2026-03-11,{form.format(*each)},1,2,1,2,5\n" for each in clock)
    (tmp_path / "long.csv").write_text("symbol,date,time,open,high,low,close,volume\n" + rows)
    report = ingest(tmp_path / "long.csv", tmp_path / "out")
    times = HiveCandleRepository(tmp_path / "out").read_raw("AAA").timestamp
    assert [str(time)[11:16] for time in times] == ["09:30", "09:35", "16:00"]
    assert report.notes == ()


def test_times_of_a_parquet_file_are_times_of_day_too(tmp_path):
    table = long_table().slice(0, 10)
    clock = pa.array([time(9, 30 + number) for number in range(10)], pa.time64("us"))
    ingest_table(tmp_path, table.append_column("time", clock))
    times = HiveCandleRepository(tmp_path / "out").read_raw("BBB").timestamp
    assert [int(str(time)[14:16]) for time in times] == list(range(30, 40))


def test_a_time_of_day_that_is_none_refuses_its_row_and_a_blank_one_is_midnight(tmp_path):
    (tmp_path / "long.csv").write_text(
        "symbol,date,time,open,high,low,close,volume\n"
        "AAA,2026-03-11,25:00,1,2,1,2,5\nAAA,2026-03-12,noon,1,2,1,2,5\nAAA,2026-03-13,,1,2,1,2,5\n"
    )
    report = ingest(tmp_path / "long.csv", tmp_path / "out")
    assert [(each.reason, each.count) for each in report.refusals] == [("the time of day cannot be read", 2)]
    (only,) = HiveCandleRepository(tmp_path / "out").read_raw("AAA").timestamp.tolist()
    assert only.isoformat() == "2026-03-13T00:00:00"


def test_stooqs_intraday_files_have_both(tmp_path):
    head = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
    rows = "AAPL.US,5,20260311,153000,1,2,1,2,5,0\nAAPL.US,5,20260311,153500,1,2,1,2,5,0\n"
    (tmp_path / "aapl.us.txt").write_text(head + rows)
    ingest(tmp_path / "aapl.us.txt", tmp_path / "out")
    times = HiveCandleRepository(tmp_path / "out").read_raw("AAPL").timestamp
    assert [str(time)[11:16] for time in times] == ["15:30", "15:35"]
