from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.symbol_search import SymbolSearch


@pytest.fixture
def search(qtbot):
    window, place, other = QWidget(), QWidget(), QWidget()
    layout = QVBoxLayout(window)
    for widget in (place, other):
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.setMinimumSize(300, 200)
        layout.addWidget(widget)
    made = SymbolSearch(place)
    made.set_symbols(("AAA", "AAB", "BBB"))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made.other = other
    yield made
    window.close()


def test_it_comes_with_the_letter_that_was_typed_and_offers_what_begins_so(search):
    search.begin("a")
    assert search.isVisible()
    assert search.field.text() == "a"
    assert search.field.hasFocus()
    assert search.field.completer().popup().isVisible()


def test_enter_goes_to_the_symbol_and_gives_the_focus_back(qtbot, search):
    with qtbot.waitSignal(search.chosen) as chosen:
        search.begin("b")
        QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert chosen.args == ["BBB"]
    assert search.isHidden()
    assert search.parentWidget().hasFocus()


def test_one_escape_closes_it_even_while_its_list_is_open(qtbot, search):
    with qtbot.assertNotEmitted(search.chosen):
        search.begin("a")
        popup = search.field.completer().popup()
        QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert search.isHidden() and popup.isHidden()
    assert search.parentWidget().hasFocus()


def test_a_symbol_that_is_not_there_is_told_and_can_be_mended(search):
    search.begin("")
    QTest.keyClicks(search.field, "x")
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert "There is no symbol 'x'" in search.sentence.text()
    assert search.sentence.isVisible()
    QTest.keyClick(search.field, Qt.Key.Key_Backspace)
    assert search.sentence.isHidden()


def test_it_goes_when_the_focus_goes_elsewhere(search):
    search.begin("")
    search.other.setFocus(Qt.FocusReason.MouseFocusReason)
    assert search.isHidden()


def test_it_has_a_name_for_screen_readers(search):
    assert search.field.accessibleName()
