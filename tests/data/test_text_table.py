from __future__ import annotations

import gzip

import pytest

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
