from __future__ import annotations

import pytest

from engine.data.addresses import split_scheme, without_password


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:secret@host:5432/db", "postgresql://me@host:5432/db"),
        ("postgresql://me:se%40cret@host/db?table=x", "postgresql://me@host/db?table=x"),
        ("postgresql://me:s:e/c@r?e@host/db", "postgresql://me@r?e@host/db"),
        ("postgresql://me:s:e/c@ret@host/db", "postgresql://me@host/db"),
        ("postgresql://me:@host/db", "postgresql://me@host/db"),
        ("postgresql://host/db?user=me&password=secret&table=x", "postgresql://host/db?user=me&table=x"),
        ("postgresql://host/db?PASSWORD=secret", "postgresql://host/db"),
        ("ftp://me:secret@host/bars", "ftp://me@host/bars"),
        ("s3://bucket/a:b@c", "s3://bucket/a:b@c"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("sqlite:////data/a:b@c.db", "sqlite:////data/a:b@c.db"),
        ("/data/me:secret@host", "/data/me:secret@host"),
        (r"C:\bars", r"C:\bars"),
    ],
)
def test_an_address_is_shown_without_its_password(address, shown):
    assert without_password(address) == shown
    assert without_password(shown) == shown


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("SQLite:///x.db", ("sqlite", "///x.db")),
        ("postgresql+psycopg://h/d", ("postgresql+psycopg", "//h/d")),
        (r"C:\bars", None),
        ("bars", None),
        ("symbol=x", None),
    ],
)
def test_a_scheme_is_longer_than_a_drive_letter(text, parts):
    assert split_scheme(text) == parts
