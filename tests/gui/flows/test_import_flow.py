from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog

from gui.import_dialog.dialog import Phase

TEXT = "Date,Open,High,Low,Close\n2020-01-31,1,2,1,2\n"


@pytest.fixture
def source(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "aaa.csv").write_text(TEXT)
    (tmp_path / "raw" / "empty.csv").write_text("")
    return tmp_path / "raw"


def test_a_folder_in_our_layout_is_opened_at_once(qtbot, candlewick, universe, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(universe))
    candlewick.actions["open_data"].trigger()
    dialog = candlewick.own_data.dialog
    assert dialog.isVisible()
    with qtbot.waitSignal(candlewick.data_flow.ready):
        dialog.folder_button.click()
    assert not dialog.isVisible()
    assert candlewick.form.values().data_path == str(universe)


def test_a_dismissed_dialog_changes_nothing(qtbot, candlewick):
    before = candlewick.form.values()
    candlewick.actions["open_data"].trigger()
    candlewick.own_data.dialog.close()
    assert candlewick.form.values() == before


def test_files_are_shown_imported_and_opened(qtbot, candlewick, source, tmp_path):
    own = candlewick.own_data
    with qtbot.waitSignal(own.imports._work.looked):
        own.imports.open(str(source))
    dialog = own.dialog
    qtbot.waitUntil(lambda: dialog.phase is Phase.READY)
    assert dialog.target.text() == str(tmp_path / "bars" / "raw")
    with qtbot.waitSignal(candlewick.data_flow.ready) as ready:
        dialog.go.click()
    assert ready.args[0].symbols == ("AAA",)
    assert ready.args[0].address == str(tmp_path / "bars" / "raw")
    assert dialog.phase is Phase.DONE
    assert dialog.model.rows
    assert [row[2] for row in dialog.report.model.rows] == ["empty.csv: it is empty (0 bytes)"]


def test_an_import_of_nothing_leaves_the_data_that_was_open(qtbot, candlewick, tmp_path):
    before = candlewick.form.values().data_path
    (tmp_path / "none.csv").write_text("Date,Open,High,Low,Close\nsoon,1,1,1,1\n2020-01-31,1,1,1,1\n")
    own = candlewick.own_data
    with qtbot.waitSignal(own.imports._work.looked):
        own.imports.open(str(tmp_path / "none.csv"))
    qtbot.waitUntil(lambda: own.dialog.phase is Phase.READY)
    (tmp_path / "none.csv").write_text("Date,Open,High,Low,Close\nsoon,1,1,1,1\n")
    with qtbot.waitSignal(own.imports._work.imported):
        own.dialog.go.click()
    qtbot.waitUntil(lambda: own.dialog.phase is Phase.DONE)
    assert "Nothing could be imported" in own.dialog.problem.text()
    assert candlewick.form.values().data_path == before


def test_a_place_where_nothing_is_is_said_in_the_dialog(qtbot, candlewick):
    dialog = candlewick.own_data.dialog
    candlewick.form.data_requested.emit()
    dialog.place.setText("/no/such/place")
    with qtbot.waitSignal(candlewick.own_data.imports._work.failed):
        dialog.go.click()
    qtbot.waitUntil(lambda: dialog.phase is Phase.START)
    assert "There is nothing at /no/such/place" in dialog.problem.text()
