from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QSettings

from gui.remembered import Remembered


def test_what_is_kept_is_found_again(remembered):
    remembered.keep_bytes("layout", QByteArray(b"\x00\x01"))
    remembered.keep_table({"widths": {"close": 80}})
    assert remembered.bytes_of("layout") == QByteArray(b"\x00\x01")
    assert remembered.table() == {"widths": {"close": 80}}


def test_a_theme_chosen_in_the_window_counts_until_the_settings_change(remembered):
    assert remembered.theme("system") == "system"
    remembered.keep_theme("dark", "system")
    assert remembered.theme("system") == "dark"
    assert remembered.theme("light") == "light"


@pytest.mark.parametrize("rubbish", ["{", "[1]", "null", 7])
def test_rubbish_is_as_good_as_nothing(remembered, rubbish):
    for key in ("table", "theme", "layout"):
        remembered._store.setValue(key, rubbish)
    assert (remembered.table(), remembered.theme("light"), remembered.bytes_of("layout")) == (
        {},
        "light",
        None,
    )


def test_without_a_file_nothing_is_remembered():
    nothing = Remembered(None)
    nothing.keep_bytes("layout", QByteArray(b"x"))
    nothing.keep_theme("dark", "system")
    assert (nothing.bytes_of("layout"), nothing.theme("system")) == (None, "system")


def test_read_only_it_knows_what_was_kept_and_keeps_nothing(tmp_path):
    path = str(tmp_path / "window.ini")
    Remembered(QSettings(path, QSettings.Format.IniFormat)).keep_watch_list("mine")
    reader = Remembered(QSettings(path, QSettings.Format.IniFormat), is_read_only=True)
    assert reader.watch_list() == "mine"
    reader.keep_watch_list("yours")
    reader.keep_bytes("layout", QByteArray(b"state"))
    assert reader.watch_list() == "mine" and reader.bytes_of("layout") is None
