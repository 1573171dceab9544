"""The line in which a column is typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from gui.results.column_bar import ColumnBar
from gui.results.typed_column import ColumnCheck


@pytest.fixture
def bar(qtbot):
    made = ColumnBar(QColor("#c2541b"))
    qtbot.addWidget(made)
    made.resize(500, 80)
    with qtbot.waitExposed(made):
        made.open()
    return made


def test_it_is_there_only_while_it_is_wanted(qtbot):
    made = ColumnBar(QColor("#c2541b"))
    qtbot.addWidget(made)
    assert made.isHidden()
    made.open("close")
    assert not made.isHidden() and made.line.text() == "close"
    with qtbot.waitSignal(made.left):
        QTest.keyClick(made.line, Qt.Key.Key_Escape)
    assert made.isHidden() and made.line.text() == ""


def test_what_is_typed_is_checked_a_moment_later(bar, qtbot):
    with qtbot.waitSignal(bar.typed) as typed:
        QTest.keyClicks(bar.line, "close")
    assert typed.args == ["close"]


def test_an_empty_line_is_not_checked_and_says_nothing(bar, qtbot):
    bar.show_check(ColumnCheck("wrong"))
    with qtbot.assertNotEmitted(bar.typed), qtbot.assertNotEmitted(bar.submitted):
        bar.submit()
    assert bar.message.isHidden()


@pytest.mark.parametrize("how", ["enter", "button"])
def test_a_sound_column_is_handed_over(bar, qtbot, how):
    bar.line.setText("mom := roc(close, 20)")
    with qtbot.waitSignal(bar.submitted) as submitted:
        if how == "enter":
            QTest.keyClick(bar.line, Qt.Key.Key_Return)
        else:
            bar.button.click()
    assert submitted.args == ["mom := roc(close, 20)"]


def test_one_with_a_problem_is_not_and_the_place_is_selected(bar, qtbot):
    bar.typed.connect(lambda _text: bar.show_check(ColumnCheck("There is no function.", 7, 11)))
    bar.line.setText("mom := smaa(close, 20)")
    with qtbot.assertNotEmitted(bar.submitted):
        QTest.keyClick(bar.line, Qt.Key.Key_Return)
    assert bar.line.selectedText() == "smaa"
    assert bar.message.text() == "⚠ There is no function."


def test_a_note_is_no_problem(bar):
    bar.show_check(ColumnCheck("wrong"))
    wrong = bar.message.palette().windowText().color()
    bar.show_check(ColumnCheck(note="A number for each match."))
    assert bar.message.text() == "A number for each match."
    assert wrong == QColor("#c2541b") != bar.message.palette().windowText().color()


def test_a_screen_reader_hears_what_is_wrong(bar):
    bar.show_check(ColumnCheck("There is no function."))
    assert "There is no function." in bar.line.accessibleDescription()
    assert bar.line.accessibleName() and bar.button.accessibleName() and bar.close_button.accessibleName()


def test_down_offers_the_expressions_of_the_formula(bar):
    bar.set_expressions(["sma(close, 200)", "rsi(close, 14)"])
    QTest.keyClick(bar.line, Qt.Key.Key_Down)
    popup = bar.line.expressions.popup()
    assert popup.isVisible()
    assert popup.model().rowCount() == 2
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert not popup.isVisible()
    assert bar.line.text() == "sma(close, 200)"


def test_the_list_shows_what_contains_the_text_and_esc_closes_it_alone(bar):
    bar.set_expressions(["sma(close, 200)", "rsi(close, 14)"])
    bar.line.setText("RSI")
    QTest.keyClick(bar.line, Qt.Key.Key_Down)
    popup = bar.line.expressions.popup()
    assert popup.model().rowCount() == 1
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible() and bar.isVisible()


def test_typing_does_not_open_the_list(bar):
    bar.set_expressions(["sma(close, 200)"])
    QTest.keyClicks(bar.line, "sma")
    assert not bar.line.expressions.popup().isVisible()
