from __future__ import annotations

import pytest

from engine.data.symbol_list import read_symbol_list, read_symbols
from engine.errors import DataError


def test_a_list_is_typed_or_read_from_a_file(tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes("\ufeff# mine\r\nNO\r\n005930, NA\r\n\r\nNO\r\n".encode())
    assert read_symbols(f"@{path}") == read_symbol_list(path) == ("NO", "005930", "NA")
    assert read_symbols("NO, 005930") == ("NO", "005930")


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (None, "There is no symbol list at"),
        (b"# nothing\n\n", "is empty: write one symbol per line"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
    ],
    ids=["missing", "empty", "not text"],
)
def test_a_file_that_is_no_list_says_so(tmp_path, contents, sentence):
    path = tmp_path / "list.txt"
    if contents is not None:
        path.write_bytes(contents)
    with pytest.raises(DataError, match=sentence):
        read_symbols(f"@{path}")


def test_a_folder_is_no_list(tmp_path):
    with pytest.raises(DataError, match="cannot be read: is a directory"):
        read_symbol_list(tmp_path)


def test_a_file_that_is_far_too_long_is_not_read(tmp_path):
    with (tmp_path / "list.txt").open("wb") as file:
        file.truncate(20_000_000)
    with pytest.raises(DataError, match="too long"):
        read_symbol_list(tmp_path / "list.txt")
