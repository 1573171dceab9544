from __future__ import annotations

import pytest

from engine.data.kept_lists import KeptLists
from engine.data.symbol_list import read_symbols
from engine.errors import DataError, OutputError


@pytest.fixture
def lists(tmp_path) -> KeptLists:
    return KeptLists(tmp_path / "not there yet")


def test_before_the_first_list_there_is_none(lists):
    assert lists.names() == ()
    assert lists.read("Energy") == ()


@pytest.mark.parametrize("name", ["Energy", "to buy / sell", "ÖL", "con", "..", "100%"])
def test_a_list_comes_back_under_any_name_and_stays_in_its_folder(lists, name):
    lists.write(name, ("NO", "005930", "NO", "BRK.B"))
    assert lists.names() == (name,)
    assert lists.read(name) == ("NO", "005930", "BRK.B")
    assert lists.path(name).parent == lists.folder


def test_a_list_is_a_file_that_a_scan_reads(lists):
    lists.write("Energy", ("AAA", "BBB"))
    assert lists.path("Energy").read_text(encoding="utf-8") == "AAA\nBBB\n"
    assert read_symbols(f"@{lists.path('Energy')}") == ("AAA", "BBB")


def test_an_ordinary_name_is_the_files_own(lists):
    assert lists.path("Watch list").name == "Watch list.txt"
    assert lists.path("con").name != "con.txt"


def test_an_empty_list_stays_a_list(lists):
    lists.write("Energy", ())
    assert (lists.names(), lists.read("Energy")) == (("Energy",), ())


def test_what_cannot_be_a_name_or_a_folder_is_said(lists, tmp_path):
    with pytest.raises(DataError, match="it is empty"):
        lists.path("  ")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        KeptLists(tmp_path / "file" / "below").write("Energy", ())
