from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from engine.errors import Problem
from gui.formula_editor.colours import LIGHT
from gui.formula_editor.text_box import FormulaTextBox

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    layout = QVBoxLayout(made)
    layout.addWidget(FormulaTextBox(LIGHT, made))
    layout.addWidget(QLineEdit(made))
    return made


@pytest.fixture
def box(qtbot, window, entries) -> FormulaTextBox:
    made = window.findChild(FormulaTextBox)
    made.set_entries(entries)
    window.resize(500, 300)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


def place_caret(box: FormulaTextBox, position: int, anchor: int | None = None) -> None:
    cursor = box.textCursor()
    cursor.setPosition(position if anchor is None else anchor)
    cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
    box.setTextCursor(cursor)


def test_an_edit_is_told_once_and_colours_alone_are_no_edit(qtbot, box):
    told = []
    box.edited.connect(told.append)
    box.replace_text("trend := close > 1")
    box.set_colours(LIGHT)
    assert told == ["trend := close > 1"]


def test_a_replaced_text_comes_back_with_one_undo(box):
    box.replace_text("first")
    box.replace_text("second")
    box.undo()
    assert box.text() == "first"


def test_two_letters_open_the_list_and_return_takes_the_first_entry(qtbot, box):
    qtbot.keyClicks(box, "sm")
    assert box._list.is_open()
    qtbot.keyClick(box, Key.Key_Return)
    assert (box.text(), box.caret(), box._list.is_open()) == ("sma()", 4, False)


def test_tab_takes_the_entry_that_was_moved_to(qtbot, box):
    qtbot.keyClicks(box, "sm")
    qtbot.keyClick(box._list.popup(), Key.Key_Down)
    qtbot.keyClick(box._list.popup(), Key.Key_Tab)
    assert box.text() == "smma()"


def test_a_click_takes_an_entry(qtbot, box):
    qtbot.keyClicks(box, "sm")
    view = box._list.popup()
    where = view.visualRect(view.model().index(1, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert box.text() == "smma()"


def test_escape_closes_the_list_and_leaves_the_text(qtbot, box):
    qtbot.keyClicks(box, "sm")
    qtbot.keyClick(box._list.popup(), Key.Key_Escape)
    assert (box.text(), box._list.is_open()) == ("sm", False)


def test_return_after_a_finished_name_begins_a_new_line(qtbot, box):
    qtbot.keyClicks(box, "sma")
    qtbot.keyClick(box, Key.Key_Space, CONTROL)
    assert box._list.is_open()
    qtbot.keyClick(box, Key.Key_Return)
    assert box.text() == "sma\n"


def test_a_space_closes_the_list(qtbot, box):
    qtbot.keyClicks(box, "sm ")
    assert not box._list.is_open()


def test_backspace_offers_again(qtbot, box):
    qtbot.keyClicks(box, "smm")
    qtbot.keyClick(box._list.popup(), Key.Key_Backspace)
    assert box._list.current_entry().name == "sma"


def test_control_space_offers_everything_in_an_empty_box(qtbot, box, entries):
    qtbot.keyClick(box, Key.Key_Space, CONTROL)
    assert box._list.popup().model().rowCount() == len(entries)


def test_tab_leaves_the_box(qtbot, window, box):
    qtbot.keyClick(box, Key.Key_Tab)
    assert window.findChild(QLineEdit).hasFocus()
    assert box.text() == ""


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter], ids=["return", "keypad"])
def test_control_return_asks_for_a_run_and_types_nothing(qtbot, box, key):
    with qtbot.waitSignal(box.run_requested):
        qtbot.keyClick(box, key, CONTROL)
    assert box.text() == ""


def test_control_slash_comments_the_selected_lines_and_keeps_them_selected(qtbot, box):
    box.replace_text("close\nsma")
    place_caret(box, 9, anchor=0)
    qtbot.keyClick(box, Key.Key_Slash, CONTROL)
    assert box.text() == "# close\n# sma"
    qtbot.keyClick(box, Key.Key_Slash, CONTROL | SHIFT)
    assert box.text() == "close\nsma"


def test_f8_goes_through_the_problems_and_round(qtbot, box):
    box.replace_text("aa + bb")
    box.show_problems([Problem(0, 2, "One."), Problem(5, 7, "Two.")], "")
    place_caret(box, 7)
    visited = []
    for modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.NoModifier, SHIFT):
        qtbot.keyClick(box, Key.Key_F8, modifiers)
        visited.append(box.textCursor().selectedText())
    assert visited == ["aa", "bb", "aa"]


def test_alt_return_writes_the_fix_at_the_caret(qtbot, box, misspelt):
    box.replace_text("smaa(close, 20)")
    box.show_problems([misspelt], "")
    place_caret(box, 2)
    qtbot.keyClick(box, Key.Key_Return, ALT)
    assert box.text() == "sma(close, 20)"
    box.undo()
    assert box.text() == "smaa(close, 20)"


def test_f1_asks_for_the_word_at_the_caret(qtbot, box):
    box.replace_text("1 + close")
    place_caret(box, 6)
    with qtbot.waitSignal(box.help_requested) as asked:
        qtbot.keyClick(box, Key.Key_F1)
    assert asked.args == ["close"]


def test_problems_are_underlined(box, misspelt):
    box.replace_text("smaa(close, 20)")
    box.show_problems([misspelt], "")
    assert "smaa" in [selection.cursor.selectedText() for selection in box.extraSelections()]


def test_the_bracket_at_the_caret_and_its_partner_are_marked(box):
    box.replace_text("sma(close)")
    place_caret(box, 10)
    assert [selection.cursor.selectedText() for selection in box.extraSelections()] == ["(", ")"]


def point_over(box: FormulaTextBox, position: int) -> QPoint:
    cursor = box.textCursor()
    cursor.setPosition(position)
    return box.cursorRect(cursor).center()


def test_the_tool_tip_tells_problem_name_or_meaning(box, misspelt):
    box.replace_text("smaa(close, 20)")
    box.show_problems([misspelt], "sma(close, 20) < 1")
    assert "Did you mean" in box.tip_at(point_over(box, 2))
    assert "Last price" in box.tip_at(point_over(box, 7))
    assert box.tip_at(box.viewport().rect().bottomRight()) == "<p>sma(close, 20) &lt; 1</p>"


def test_an_old_meaning_is_not_shown_for_a_new_text(box):
    box.replace_text("close > 1")
    box.show_problems([], "close > 1")
    box.replace_text("close > 2")
    assert box.tip_at(box.viewport().rect().bottomRight()) == ""


def test_alt_and_an_arrow_ask_for_another_number_in_ones_and_with_shift_in_tens(box):
    asked = []
    box.number_stepped.connect(asked.append)
    box.replace_text("close > 20")
    for key, modifiers in ((Key.Key_Up, ALT), (Key.Key_Down, ALT), (Key.Key_Up, ALT | SHIFT)):
        QTest.keyClick(box, key, modifiers)
    assert asked == [1, -1, 10]
    assert box.text() == "close > 20"


def test_a_number_that_is_turned_again_and_again_comes_back_with_one_undo(box):
    box.replace_text("close > 20 and open > 1")
    for number in ("21", "22", "123"):
        end = box.text().index(" and")
        box.turn_number(8, end, number)
    assert box.text() == "close > 123 and open > 1"
    assert box.caret() == 11
    box.undo()
    assert box.text() == "close > 20 and open > 1"


def test_a_turn_after_something_else_is_a_step_of_its_own(box):
    box.replace_text("close > 20")
    box.turn_number(8, 10, "21")
    box.end_turning()
    box.turn_number(8, 10, "22")
    box.undo()
    assert box.text() == "close > 21"
    box.turn_number(8, 10, "23")
    QTest.keyClicks(box, "4")
    box.turn_number(8, 11, "25")
    box.undo()
    assert box.text() == "close > 234"
