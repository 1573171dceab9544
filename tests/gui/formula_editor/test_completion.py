from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtWidgets import QPlainTextEdit

from gui.formula_editor.completion import WIDEST, CompletionList, EntriesModel
from gui.formula_editor.state import CompletionEntry


@pytest.fixture
def box(qtbot) -> QPlainTextEdit:
    made = QPlainTextEdit()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def popup(box) -> CompletionList:
    return CompletionList(box)


def test_the_model_keeps_qts_rules(qtbot, qtmodeltester, entries):
    holder = QObject()
    model = EntriesModel(holder)
    model.set_entries(entries)
    qtmodeltester.check(model)


def test_a_row_shows_the_signature_and_stands_for_the_name(qtbot, entries):
    holder = QObject()
    model = EntriesModel(holder)
    model.set_entries(entries)
    assert model.index(0).data() == "sma(series, n)"
    assert model.index(0).data(Qt.ItemDataRole.EditRole) == "sma"
    assert model.index(0).data(Qt.ItemDataRole.ToolTipRole) == "Average of n bars"
    assert model.index(3).data() == "close"


def test_the_first_entry_is_current_when_the_list_opens(popup, entries):
    popup.show_entries(entries, QRect(0, 0, 1, 10))
    assert popup.is_open()
    assert popup.current_entry() == entries[0]


def test_no_entries_close_the_list(popup, entries):
    popup.show_entries(entries, QRect(0, 0, 1, 10))
    popup.show_entries((), QRect(0, 0, 1, 10))
    assert not popup.is_open()


def test_the_entry_that_is_moved_to_is_told(qtbot, popup, entries):
    popup.show_entries(entries, QRect(0, 0, 1, 10))
    with qtbot.waitSignal(popup.highlighted_entry) as told:
        qtbot.keyClick(popup.popup(), Qt.Key.Key_Down)
    assert told.args == [entries[1]]


def test_a_list_that_closes_tells_that_no_entry_is_meant(qtbot, popup, entries):
    popup.show_entries(entries, QRect(0, 0, 1, 10))
    with qtbot.waitSignal(popup.highlighted_entry) as told:
        popup.close()
    assert told.args == [None]


def test_long_signatures_do_not_fill_the_screen(popup):
    popup.show_entries([CompletionEntry("f", f"f({'argument, ' * 40})")], QRect(0, 0, 1, 10))
    assert popup.popup().width() <= WIDEST


def test_rows_are_drawn_in_both_states(popup, entries):
    popup.show_entries(entries, QRect(0, 0, 1, 10))
    picture = popup.popup().grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, picture.width(), 2) for y in range(picture.height())}
    assert len(colours) > 10
