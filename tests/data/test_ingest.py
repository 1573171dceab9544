from __future__ import annotations

import numpy as np
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.ingest import find_source, ingest
from engine.data.parquet import write_bars
from engine.data.reading_rules import ReadingRules
from engine.data.sources.base import SOURCES
from engine.data.sources.synthetic import write_demo
from engine.errors import DataError, OutputError
from engine.testing import generate_test_bars

HEADER = "Date,Open,High,Low,Close,Volume,OpenInt\n"
ROWS = "2020-01-02,1,2,1,1.5,100,0\n2020-01-03,1.5,2.5,1.25,2,200,0\n"
LONG = "symbol,date,open,high,low,close,volume\nAAA,2020-01-02,1,2,1,1.5,100\nBBB,2020-01-02,1,2,1,1.5,100\n"


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("aaa", "bbb"):
        (folder / f"{name}.us.txt").write_text(HEADER + ROWS)
    return folder


def balanced(report) -> bool:
    files = report.files_in == report.files_written + len(report.files_refused)
    return files and report.rows_in == report.rows_written + report.rows_refused


def test_what_comes_in_is_written_and_counted(source, tmp_path):
    report = ingest(source, tmp_path / "bars")
    assert (report.files_in, report.files_written, report.files_refused) == (2, 2, ())
    assert (report.rows_in, report.rows_written, report.refusals) == (4, 4, ())
    assert (report.symbols, report.replaced, report.notes) == (2, (), ())
    repository = HiveCandleRepository(tmp_path / "bars")
    assert repository.symbols() == ("AAA", "BBB")
    assert repository.read_raw("AAA").close.tolist() == [1.5, 2.0]


def test_nothing_vanishes_silently(source, tmp_path):
    (source / "ccc.us.txt").write_text(
        HEADER + ROWS + "soon,1,2,1,1,1,0\n2020-01-06,x,2,1,1,1,0\n2020-01-07,1\n"
    )
    (source / "empty.us.txt").write_text("")
    (source / "notes.txt").write_text("dear diary\nnothing happened\n")
    (source / "picture.png").write_bytes(b"png")
    report = ingest(source, tmp_path / "bars")
    assert balanced(report)
    assert (report.files_in, report.rows_in, report.rows_refused) == (5, 10, 4)
    assert dict(report.files_refused) == {
        "empty.us.txt": "it is empty (0 bytes)",
        "notes.txt": "there are no columns 'timestamp', 'open', 'high', 'low', 'close'; the columns are 'dear diary'",
    }
    assert {refusal.reason: refusal.count for refusal in report.refusals} == {
        "the number of fields is not the header's": 1,
        "the date cannot be read": 1,
        "the open is not a number": 1,
        "the whole file was refused": 1,
    }
    assert report.refusals[1].examples == ("ccc.us.txt, line 4: 'soon'",)
    assert report.notes == ("1 other file was not read: only names that end in .txt or .csv are.",)


def test_prices_are_never_altered(source, tmp_path):
    random = np.random.default_rng(7)
    prices = random.random((500, 4)) * 10.0 ** random.integers(-6, 6, (500, 1))
    lines = [
        f"{day},{','.join(map(repr, row))},1,0" for day, row in zip(days(500), prices.tolist(), strict=True)
    ]
    (source / "aaa.us.txt").write_text(HEADER + "\n".join(lines))
    ingest(source, tmp_path / "bars")
    raw = HiveCandleRepository(tmp_path / "bars").read_raw("AAA")
    for place, field in enumerate(("open", "high", "low", "close")):
        assert raw.field(field).view(np.int64).tolist() == prices[:, place].view(np.int64).tolist()


def days(count: int) -> list[str]:
    return (np.datetime64("2000-01-03") + np.arange(count)).astype(str).tolist()


def test_broken_bars_repeats_and_disorder_are_kept(source, tmp_path):
    odd = (
        "2020-01-06,0,0,0,0,0,0\n2020-01-03,9,1,5,3,-1,0\n2020-01-03,9,1,5,3,-1,0\n2020-01-07,,inf,1,nan,,0\n"
    )
    (source / "aaa.us.txt").write_text(HEADER + ROWS + odd)
    report = ingest(source, tmp_path / "bars")
    assert report.rows_refused == 0
    raw = HiveCandleRepository(tmp_path / "bars").read_raw("AAA")
    assert raw.timestamp.astype("datetime64[D]").astype(str).tolist() == [
        *("2020-01-02", "2020-01-03", "2020-01-06", "2020-01-03", "2020-01-03", "2020-01-07")
    ]
    assert str(raw.close.tolist()) == "[1.5, 2.0, 0.0, 3.0, 3.0, nan]"


def test_progress_is_monotone_and_ends_at_the_total(source, tmp_path):
    (source / "empty.us.txt").write_text("")
    seen = []
    ingest(source, tmp_path / "bars", lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_second_ingest_replaces_its_symbols_and_no_others(source, tmp_path):
    ingest(source, tmp_path / "bars")
    (source / "bbb.us.txt").unlink()
    (source / "ccc.us.txt").write_text(HEADER + ROWS)
    (source / "aaa.us.txt").write_text(HEADER + "2020-01-02,7,7,7,7,7,0\n")
    report = ingest(source, tmp_path / "bars")
    assert (report.symbols, report.replaced) == (2, ("AAA",))
    repository = HiveCandleRepository(tmp_path / "bars")
    assert repository.symbols() == ("AAA", "BBB", "CCC")
    assert repository.read_raw("AAA").close.tolist() == [7.0]
    assert len(repository.read_raw("BBB")) == 2


def test_a_replaced_symbol_keeps_no_rows_of_other_files_and_folders(source, tmp_path):
    into = tmp_path / "bars"
    for folder in ("symbol=AAA", "symbol=%41AA"):
        (into / folder).mkdir(parents=True)
        write_bars(generate_test_bars("AAA", 9), into / folder / "part-0.parquet")
    (into / "symbol=AAA" / ".cw-dead.parquet").write_bytes(b"left by a writer that was killed")
    assert ingest(source, into).replaced == ("AAA",)
    assert len(HiveCandleRepository(into).read_raw("AAA")) == 2
    assert sorted(path.name for path in into.rglob("*.parquet")) == ["bars.parquet", "bars.parquet"]


def test_symbols_survive_as_text(tmp_path):
    names = ("005930", "NO", "NA", "NULL", "TRUE", "1E5", "INF", "CON", "BRK.B")
    rows = "".join(f"{name},2020-01-02,1,2,1,1.5,100\n" for name in names)
    (tmp_path / "long.csv").write_text("symbol,date,open,high,low,close,volume\n" + rows)
    ingest(tmp_path / "long.csv", tmp_path / "bars")
    assert HiveCandleRepository(tmp_path / "bars").symbols() == tuple(sorted(names))


def test_a_source_that_is_missing_or_unknown_says_what_would_do(tmp_path):
    with pytest.raises(DataError, match="There is nothing at"):
        ingest(tmp_path / "missing", tmp_path / "bars")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "x.png").write_bytes(b"png")
    with pytest.raises(DataError, match="a folder with one text file per symbol"):
        ingest(tmp_path / "pictures", tmp_path / "bars")
    assert not (tmp_path / "bars").exists()


def test_a_folder_of_bars_is_no_source(hive, tmp_path):
    with pytest.raises(DataError, match="is a folder of bars already"):
        ingest(hive, tmp_path / "bars")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("", "stooq"), ("aaa.us.txt", "stooq"), ("long.csv", "long_table"), ("long.parquet", "long_table")],
)
def test_each_source_is_recognised(source, name, kind):
    (source / "long.csv").write_text(LONG)
    (source / "long.parquet").write_bytes(b"")
    assert find_source(source / name).name == kind
    assert kind in SOURCES


def test_a_target_that_is_a_file_says_so(source, tmp_path):
    (tmp_path / "bars").write_text("x")
    with pytest.raises(OutputError, match="it is a file"):
        ingest(source, tmp_path / "bars")


def test_real_bars_do_not_go_into_the_demo(source, tmp_path):
    write_demo(tmp_path / "demo", symbols=1, years=1)
    with pytest.raises(OutputError, match="synthetic demo"):
        ingest(source, tmp_path / "demo")


def test_a_write_that_fails_leaves_the_old_bars(source, tmp_path, monkeypatch):
    ingest(source, tmp_path / "bars")
    (source / "aaa.us.txt").write_text(HEADER + "2020-01-02,7,7,7,7,7,0\n")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="no space left on device"):
        ingest(source, tmp_path / "bars")
    assert len(HiveCandleRepository(tmp_path / "bars").read_raw("AAA")) == 2
    assert [path.name for path in (tmp_path / "bars" / "symbol=AAA").iterdir()] == ["bars.parquet"]


def test_giving_up_half_way_leaves_the_old_state(source, tmp_path):
    ingest(source, tmp_path / "bars")
    (source / "aaa.us.txt").write_text(HEADER + "2020-01-02,7,7,7,7,7,0\n")
    before = sorted(path.name for path in (tmp_path / "bars").rglob("*"))

    def stop(done, total):
        raise KeyboardInterrupt

    for into in ("bars", "new"):
        with pytest.raises(KeyboardInterrupt):
            ingest(source, tmp_path / into, stop)
    assert sorted(path.name for path in (tmp_path / "bars").rglob("*")) == before
    assert len(HiveCandleRepository(tmp_path / "bars").read_raw("AAA")) == 2
    assert not (tmp_path / "new").exists()


def test_rules_say_what_the_files_do_not(tmp_path):
    (tmp_path / "x.csv").write_text("Tag;Uhr;O;H;L;Letzter\n31.01.2020;09:30;1,5;2;1;1,75\n")
    columns = {"timestamp": "Tag", "time": "Uhr", "close": "Letzter"}
    rules = ReadingRules(columns, decimal_comma=True, date_order="dmy")
    report = ingest(tmp_path / "x.csv", tmp_path / "bars", rules=rules)
    assert balanced(report)
    raw = HiveCandleRepository(tmp_path / "bars").read_raw("X")
    assert str(raw.timestamp[0]) == "2020-01-31T09:30:00.000000"
    assert [raw.open[0], raw.high[0], raw.low[0], raw.close[0]] == [1.5, 2.0, 1.0, 1.75]


def test_a_comma_in_a_price_is_refused_until_it_is_said_what_it_is(tmp_path):
    (tmp_path / "x.csv").write_text("Date;Open;High;Low;Close\n2020-01-31;1;2;1;1,750\n")
    report = ingest(tmp_path / "x.csv", tmp_path / "bars")
    assert (report.rows_in, report.rows_written) == (1, 0)
    assert report.refusals[0].reason == "the close has a comma: if it is a decimal comma, say so"


def test_the_report_reads_as_lines(source, tmp_path):
    (source / "ccc.us.txt").write_text(HEADER + ROWS + "soon,1,2,1,1,1,0\n")
    (source / "empty.us.txt").write_text("")
    assert ingest(source, tmp_path / "bars").summary_rows() == (
        ("files", "4 in, 3 written, 1 refused"),
        ("rows", "7 in, 6 written, 1 refused"),
        ("symbols", "3 written, 0 of them replaced"),
        ("refused file", "empty.us.txt: it is empty (0 bytes)"),
        ("refused rows", "1: the date cannot be read"),
        ("", "ccc.us.txt, line 4: 'soon'"),
    )


@pytest.mark.real_data
def test_the_stooq_universe_goes_in_whole(real_data, tmp_path):
    report = ingest(real_data / "us_stooq_daily" / "us_stooq_daily.parquet", tmp_path / "bars")
    assert (report.symbols, report.rows_in, report.rows_written) == (1151, 2_535_092, 2_535_092)
    assert report.files_refused == ()
    assert report.refusals == ()
    repository = HiveCandleRepository(tmp_path / "bars")
    assert len(repository.symbols()) == 1151
    are = repository.read_raw("ARE")
    (row,) = np.flatnonzero(are.timestamp == np.datetime64("2006-06-06"))
    assert 7.1 < are.high[row] < 7.2
