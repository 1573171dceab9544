from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.ingest import ingest
from engine.data.preview import SHOWN_ROWS, preview, propose
from engine.data.reading_rules import ReadingRules
from engine.errors import DataError

ROWS = ("1,5", "2,5", "1", "2", "100")
GERMAN = "Datum;Eröffnung;Hoch;Tief;Schluss;Volumen\n02.01.2020;1,5;2,5;1;2;1.000\n15.01.2020;1,5;2,5;1;2;\n"
READ = ("2020-01-02", "1.5", "2.5", "1", "2", "1000")


def write(tmp_path, text: str, name: str = "sap.csv", encoding: str = "utf-8"):
    (tmp_path / name).write_bytes(text.encode(encoding))
    return tmp_path / name


@pytest.mark.parametrize(
    ("text", "encoding", "first"),
    [
        (GERMAN, "utf-8", ("SAP", *READ)),
        (GERMAN, "cp1252", ("SAP", *READ)),
        (GERMAN, "utf-8-sig", ("SAP", *READ)),
        (GERMAN.replace(";", "\t"), "utf-16", ("SAP", *READ)),
        ("sep=;\r\n" + GERMAN.replace("\n", "\r\n"), "utf-8", ("SAP", *READ)),
        ("DATE,OPEN,HIGH,LOW,CLOSE,VOLUME\r\n2020-01-02,1.5,2.5,1,2,1000\r\n", "utf-8-sig", ("SAP", *READ)),
        ('Date,Open,High,Low,Last,Volume\n01/02/2020,1.5,2.5,1,2,"1,000"\n01/13/2020,1,1,1,1,1\n', "utf-8",
         ("SAP", *READ)),
        ("AAA,20200102,1.5,2.5,1,2,1000\nAAA,20200103,1.5,2.5,1,2,1000\n", "utf-8", ("AAA", *READ)),
        ("2020-01-02,1.5,2.5,1,2,1000\n", "utf-8", ("SAP", *READ)),
        ("<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<VOL>\n2020.01.02\t09:30\t1.5\t2.5\t1\t2\t1000\n", "utf-8",
         ("SAP", "2020-01-02 09:30:00", *READ[1:])),
        ("Datum;Uhrzeit;Erster;Hoch;Tief;Letzter\n15.01.2020;09:30;1;2;1;2\n", "utf-8",
         ("SAP", "2020-01-15 09:30:00", "1", "2", "1", "2", "")),
    ],
    ids=["German", "Windows", "byte order mark", "UTF-16", "sep line", "capitals", "American", "no header",
         "no header, no symbol", "MetaTrader", "German clock"],
)  # fmt: skip
def test_rules_are_proposed_under_which_a_file_is_read(tmp_path, text, encoding, first):
    path = write(tmp_path, text, encoding=encoding)
    rules = propose(path)
    found = preview(path, rules)
    assert found.problem == ""
    assert found.rows[0].cells == first
    assert [row.refused for row in found.rows] == [""] * len(found.rows)
    report = ingest(path, tmp_path / "bars", rules=rules)
    assert report.rows_written == report.rows_in == found.looked_at
    assert HiveCandleRepository(tmp_path / "bars").symbols() == (first[0],)


def test_dates_that_prove_no_order_are_refused_until_it_is_chosen(tmp_path):
    path = write(tmp_path, "Date,Open,High,Low,Close\n01/02/2020,1,1,1,1\n")
    rules = propose(path)
    found = preview(path, rules)
    assert rules.date_order is None
    assert found.has_ambiguous_dates
    assert (found.refused, found.looked_at) == (1, 1)
    assert "which is the day" in found.rows[0].refused
    chosen = preview(path, ReadingRules(date_order="dmy"))
    assert (chosen.rows[0].cells[1], chosen.refused) == ("2020-02-01", 0)


def test_what_is_missing_is_said_with_an_example_of_every_column(tmp_path):
    path = write(tmp_path, "Day,X,Y,Z\n2020-01-02,1,2,1\n")
    found = preview(path, propose(path))
    assert found.problem == "Choose which column holds the open, the high, the low and the close."
    assert dict(found.examples) == {"Day": "2020-01-02", "X": "1", "Y": "2", "Z": "1"}
    assert found.rows == ()


def test_a_column_can_be_chosen_or_left_out_by_hand(tmp_path):
    path = write(tmp_path, "Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,1,2,1,2,1.5,7\n")
    assert preview(path).rows[0].cells[5:] == ("2", "7")
    by_hand = ReadingRules({"close": "adj close", "volume": ""})
    assert preview(path, by_hand).rows[0].cells[5:] == ("1.5", "")
    assert preview(path, ReadingRules({"close": "Settle"})).problem.startswith("There is no column 'Settle'")


def test_choosing_a_column_of_symbols_makes_one_file_many_symbols(tmp_path):
    path = write(tmp_path, "Paper,Date,Open,High,Low,Close\nAAA,2020-01-02,1,1,1,1\nBBB,2020-01-02,1,1,1,1\n")
    assert preview(path).kind == "stooq"
    rules = ReadingRules({"symbol": "Paper"})
    assert [row.cells[0] for row in preview(path, rules).rows] == ["AAA", "BBB"]
    assert ingest(path, tmp_path / "bars", rules=rules).symbols == 2


def test_a_folder_shows_its_first_file_with_rows(tmp_path):
    folder = tmp_path / "raw"
    folder.mkdir()
    write(folder, "", "a.csv")
    write(folder, "Date,Open,High,Low,Close\n", "b.csv")
    write(folder, "Date,Open,High,Low,Close\n2020-01-02,1,1,1,1\n", "c.csv")
    found = preview(folder, propose(folder))
    assert (found.file, found.files, found.rows[0].cells[0]) == ("c.csv", 3, "C")


def test_only_the_start_of_a_long_file_is_read(tmp_path):
    path = write(tmp_path, "Date,Open,High,Low,Close\n" + "2020-01-02,1,1,1,1\n" * 20_000)
    found = preview(path, propose(path))
    assert len(found.rows) == SHOWN_ROWS
    assert SHOWN_ROWS < found.looked_at < 20_000
    assert found.refused == 0


def test_a_parquet_file_is_shown_without_questions_of_writing(tmp_path):
    table = pa.table(
        {"Ticker": ["A"], "ts": ["2020-01-02"], "o": [1.0], "h": [2.0], "l": [1.0], "Last": [2.0]}
    )
    pq.write_table(table, tmp_path / "x.parquet")
    rules = propose(tmp_path / "x.parquet")
    found = preview(tmp_path / "x.parquet", rules)
    assert rules.columns == {"close": "Last"}
    assert not found.is_text
    assert found.rows[0].cells == ("A", "2020-01-02", "1", "2", "1", "2", "")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.parquet", b"PAR1", "is no Parquet file"),
        ("x.csv", b"", "holds no bars in a form that can be read"),
        ("x.csv", b"Date,Open\n", "it has a header and no rows"),
    ],
    ids=["damaged", "empty", "header alone"],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        preview(tmp_path / name, propose(tmp_path / name))
