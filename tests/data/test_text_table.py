from __future__ import annotations

import gzip

import pytest

from engine.data.reading_rules import ReadingRules
from engine.data.text_table import RaggedLine, TextTableError, read_header, read_text_table


def write(tmp_path, contents: str | bytes):
    path = tmp_path / "x.csv"
    path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    return path


def test_every_value_stays_the_text_that_it_is(tmp_path):
    text = read_text_table(write(tmp_path, "a,b,c\n007,NA,1.50\ntrue,, x \n"))
    assert text.table.to_pydict() == {"a": ["007", "true"], "b": ["NA", ""], "c": ["1.50", " x "]}


def test_ragged_and_empty_lines_are_told_apart_and_numbered(tmp_path):
    text = read_text_table(write(tmp_path, "a,b\n1,2\n\n3\n4,5\n6,7,8\n\n9,10"))
    assert text.table["a"].to_pylist() == ["1", "4", "9"]
    assert text.lines.tolist() == [2, 5, 8]
    assert text.ragged == (RaggedLine(4, 1, 2, "3"), RaggedLine(6, 3, 2, "6,7,8"))
    assert text.rows == 5


@pytest.mark.parametrize(
    "contents",
    [
        "a,b\r\n1,2\r\n",
        "\ufeffa,b\n1,2",
        "a;b\n1;2\n",
        "a\tb\n1\t2\n",
        '"a","b"\n"1","2"\n',
        gzip.compress(b"a,b\n1,2\n"),
    ],
    ids=["CRLF", "byte order mark", "semicolons", "tabs", "quotes", "gzip"],
)
def test_common_ways_of_writing_a_table_are_read(tmp_path, contents):
    path = write(tmp_path, contents)
    if isinstance(contents, bytes):
        path = path.rename(tmp_path / "x.csv.gz")
    assert read_header(path) == ("a", "b")
    assert read_text_table(path).table.to_pydict() == {"a": ["1"], "b": ["2"]}


def test_lines_are_counted_past_excels_line_of_its_separator(tmp_path):
    path = write(tmp_path, "sep=,\r\na,b\r\n1,2\r\n3\r\n5,6\r\n")
    text = read_text_table(path)
    assert (text.table.column_names, text.lines.tolist(), text.ragged[0].line) == (["a", "b"], [3, 5], 4)


def test_a_file_without_a_header_has_numbered_columns(tmp_path):
    text = read_text_table(write(tmp_path, "1,2\n3\n5,6\n"), ReadingRules(has_header=False))
    assert text.table.to_pydict() == {"column 1": ["1", "5"], "column 2": ["2", "6"]}
    assert (text.lines.tolist(), text.ragged[0].line) == ([1, 3], 2)


def test_a_separator_can_be_given(tmp_path):
    path = write(tmp_path, "a|b,c,d\n1|2\n")
    assert read_header(path) == ("a|b", "c", "d")
    assert read_header(path, ReadingRules(separator="|")) == ("a", "b,c,d")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_the_start_of_a_file_ends_with_a_whole_line(tmp_path, encoding):
    path = write(tmp_path, ("a,b\n" + "1,2345678\n" * 20_000).encode(encoding))
    start = read_text_table(path, only_start=True)
    assert 3_000 < start.rows < 20_000
    assert set(start.table["b"].to_pylist()) == {"2345678"}
    assert start.ragged == ()


def test_windows_letters_are_read_when_it_is_said_that_they_are(tmp_path):
    path = write(tmp_path, "höchst,b\nü,2\n".encode("cp1252"))
    text = read_text_table(path, ReadingRules(encoding="cp1252"))
    assert text.table.to_pydict() == {"höchst": ["ü"], "b": ["2"]}


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    assert read_text_table(write(tmp_path, "a,b\n")).rows == 0


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (b"", r"it is empty \(0 bytes\)"),
        (b"\n1,2\n", "its first line names no columns"),
        (b"a,a\n1,2\n", "two of its columns have the same name"),
        (b"\x89PNG\0\0", "it is not a text file"),
        ("é,b\n".encode("latin-1"), "its first line is not UTF-8 text"),
        (b"a,b\n\xe9,2\n", "it cannot be read as text: .*UTF8"),
    ],
    ids=["empty", "no header", "same names", "picture", "Latin-1 header", "Latin-1 row"],
)
def test_what_is_no_table_says_why(tmp_path, contents, reason):
    with pytest.raises(TextTableError, match=reason):
        read_text_table(write(tmp_path, contents))


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(TextTableError, match="it cannot be read"):
        read_text_table(tmp_path / "missing.csv")
