from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.sql_address import SqlAddress
from engine.errors import DataError


def test_an_sqlite_address_gets_an_absolute_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    address = SqlAddress.parse("sqlite:///bars.db")
    assert str(address) == f"sqlite:///{tmp_path}/bars.db"
    assert address.file == tmp_path / "bars.db"
    assert SqlAddress.parse(str(address)) == address
    assert SqlAddress.parse("sqlite:////data/b.db").file == Path("/data/b.db")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "POSTGRESQL"])
def test_all_names_of_postgresql_are_one_address(scheme):
    assert str(SqlAddress.parse(f"{scheme}://me:pw@host:1/db")) == "postgresql://me:pw@host:1/db"


def test_words_for_the_table_are_ours_and_all_others_the_drivers():
    text = "postgresql://h/d?table=market.daily&close=last+price&sslmode=require&zone=America%2FNew_York&version=seen"
    address = SqlAddress.parse(text)
    assert (address.schema, address.table, address.zone) == ("market", "daily", "America/New_York")
    assert dict(address.columns) == {"close": "last price", "version": "seen"}
    assert address.url == "postgresql://h/d?sslmode=require"
    assert SqlAddress.parse(str(address)) == address


def test_neither_the_text_to_show_nor_the_repr_holds_a_password():
    address = SqlAddress.parse("postgresql://me:geheim@host/db?password=geheim&table=x")
    assert "geheim" in str(address)
    assert "geheim" not in address.shown + repr(address) + address.server
    assert address.server == "host/db"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://bars.db", "sqlite:///bars.db"),
        ("sqlite:///bars.db?tabel=x", "did you mean 'table'"),
        ("mysql://host/db", "no address of a database"),
    ],
)
def test_an_address_that_names_nothing_is_refused_with_the_right_form(text, hint):
    with pytest.raises(DataError, match=hint):
        SqlAddress.parse(text)
