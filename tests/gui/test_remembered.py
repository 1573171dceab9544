from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from gui.main_window import LAYOUT_VERSION
from gui.remembered import MOST_RECENT, Remembered


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


def test_an_address_is_remembered_without_its_password(remembered):
    remembered.keep_data("postgresql://ada:secret@host/market")
    assert remembered.data() == "postgresql://ada@host/market"


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


RUBBISH = ("", "{", "null", "[1, 2]", '{"list": 7}', "[" * 100_000, "@ByteArray(x)", 7, ["a", "b"])
KEYS = ("data", "table", "theme", "watch", "candles", "switches", "recent_scans", "arrangement")


@pytest.mark.parametrize("rubbish", RUBBISH, ids=lambda value: str(value)[:12])
def test_whatever_stands_in_the_file_every_question_has_an_answer(remembered, rubbish):
    for key in (*KEYS, "layout", "geometry"):
        remembered._store.setValue(key, rubbish)
    assert isinstance(remembered.table(), dict)
    assert remembered.theme("light") == "light"
    assert remembered.pair("blue_orange") == "blue_orange"
    assert (remembered.watch_list(), remembered.recent_scans(), remembered.arrangement()) == ("", (), "")
    assert remembered.data() == ""
    assert remembered.is_on("strikes", usually=True)
    assert remembered.bytes_of("layout") is None


def test_a_settings_file_of_other_bytes_is_as_good_as_none(tmp_path):
    (tmp_path / "window.ini").write_bytes(bytes(range(256)) * 8)
    remembered = Remembered(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    assert (remembered.table(), remembered.theme("dark"), remembered.bytes_of("layout")) == ({}, "dark", None)


@pytest.mark.parametrize("version", range(LAYOUT_VERSION + 2))
def test_a_window_opens_with_the_layout_of_any_version(build, remembered, version):
    """Docks of other names, as older and newer windows had them, beside one that is still there."""
    other = QMainWindow()
    for name in ("dock_form", "dock_gone", "dock_new"):
        dock = QDockWidget(name, other)
        dock.setObjectName(name)
        other.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    remembered.keep_bytes("layout", other.saveState(version))
    remembered.keep_bytes("geometry", QByteArray(b"no geometry at all"))
    other.deleteLater()
    remembered.keep_table({"widths": 7, "hidden": {"symbol": 1}, "order": [["close"], None]})
    remembered.keep_watch_list("../../elsewhere")
    made = build()
    made.window.show()
    assert all(not dock.isHidden() for dock in made.window.findChildren(QDockWidget))
    assert made.form.isVisible()


def test_switches_keep_what_they_were_left_at(remembered):
    assert remembered.is_on("show_forward", usually=True)
    remembered.keep_on("show_forward", is_on=False)
    remembered.keep_on("other", is_on=True)
    assert not remembered.is_on("show_forward", usually=True)
    assert remembered.is_on("other", usually=False)


def test_candle_colours_chosen_in_the_window_count_until_the_settings_change(remembered):
    assert remembered.pair("blue_orange") == "blue_orange"
    remembered.keep_pair("green_red", "blue_orange")
    assert remembered.pair("blue_orange") == "green_red"
    assert remembered.pair("red_green") == "red_green"


def test_scan_files_that_were_used_last_come_first_and_each_once(remembered):
    for name in [*(f"{number}.yaml" for number in range(MOST_RECENT + 3)), "5.yaml"]:
        remembered.keep_recent_scan(name)
    kept = remembered.recent_scans()
    assert kept[:2] == ("5.yaml", f"{MOST_RECENT + 2}.yaml")
    assert len(kept) == len(set(kept)) == MOST_RECENT


@pytest.mark.parametrize("rubbish", ['{"paths": 7}', '{"paths": [1, "a.yaml"]}', '{"chosen": "pink"}', "[]"])
def test_rubbish_among_switches_colours_and_scans_is_left_out(remembered, rubbish):
    for key in ("switches", "candles", "recent_scans", "arrangement"):
        remembered._store.setValue(key, rubbish)
    assert remembered.is_on("show_forward", usually=True)
    assert remembered.pair("blue_orange") == "blue_orange"
    assert set(remembered.recent_scans()) <= {"a.yaml"}
    assert remembered.arrangement() == ""


def test_the_arrangement_is_found_again(remembered):
    remembered.keep_arrangement("list_first")
    assert remembered.arrangement() == "list_first"
