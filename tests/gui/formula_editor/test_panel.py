from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QTextCursor
from PySide6.QtWidgets import QLabel, QWidget

from engine.errors import Problem
from engine.formula.service import check
from gui.bridge.formula_check import FormulaCheck
from gui.formula_editor.colours import DARK
from gui.formula_editor.panel import FormulaEditor
from gui.formula_editor.text_box import FormulaTextBox


@pytest.fixture
def editor(qtbot, entries) -> FormulaEditor:
    made = FormulaEditor(entries)
    qtbot.addWidget(made)
    made.show()
    return made


def hint(editor: FormulaEditor) -> str:
    return editor.findChild(QLabel, "formula_hint").text()


def message(editor: FormulaEditor) -> QLabel:
    return editor.findChild(QLabel, "formula_problem")


def box(editor: FormulaEditor) -> FormulaTextBox:
    return editor.findChild(FormulaTextBox)


def test_every_edit_is_told_with_the_text(qtbot, editor):
    with qtbot.waitSignal(editor.text_changed) as told:
        qtbot.keyClicks(box(editor), "1")
    assert told.args == ["1"]


def test_the_same_text_again_is_no_edit(qtbot, editor):
    editor.set_text("close > 1")
    with qtbot.assertNotEmitted(editor.text_changed):
        editor.set_text("close > 1")


def test_a_sound_formula_says_how_much_history_it_needs(editor, make_check):
    editor.set_text("close > sma(close, 1200)")
    editor.show_check(editor.text(), make_check(history=1200))
    assert hint(editor) == "✓ Needs 1,200 bars of history"
    assert not message(editor).isVisible()


def test_one_bar_is_no_history(editor, make_check):
    editor.set_text("close > 1")
    editor.show_check("close > 1", make_check(history=1))
    assert hint(editor) == "✓ Needs no history"


def test_an_edit_takes_the_old_verdict_away(editor, make_check):
    editor.set_text("close > 1")
    editor.show_check("close > 1", make_check(history=1))
    editor.set_text("close > ")
    assert "✓" not in hint(editor)


def test_an_empty_box_is_not_scolded(editor, make_check):
    editor.show_check("", make_check(problems=(Problem(0, 0, "Type a formula."),)))
    assert not message(editor).isVisible()


def test_a_problem_stands_below_with_its_line_and_its_fix(editor, make_check, misspelt):
    text = "close\n"
    editor.set_text(text + "smaa(1)")
    shifted = Problem(len(text), len(text) + 4, misspelt.message, fix="sma")
    editor.show_check(editor.text(), make_check(problems=(shifted,)))
    shown = message(editor).text()
    assert message(editor).isVisible()
    assert "⚠" in shown
    assert "line 2" in shown
    assert 'href="fix"' in shown


def test_the_link_writes_the_fix(editor, make_check, misspelt):
    editor.set_text("smaa(close, 20)")
    editor.show_check(editor.text(), make_check(problems=(misspelt,)))
    message(editor).linkActivated.emit("fix")
    assert editor.text() == "sma(close, 20)"


def test_the_fix_can_be_reached_by_keys_only_while_there_is_one(editor, make_check, misspelt):
    editor.set_text("smaa(close, 20)")
    editor.show_check(editor.text(), make_check(problems=(misspelt,)))
    assert message(editor).focusPolicy() == Qt.FocusPolicy.StrongFocus
    editor.show_check(editor.text(), make_check(problems=(Problem(0, 4, "No."),)))
    assert message(editor).focusPolicy() == Qt.FocusPolicy.NoFocus


def test_the_problem_at_the_caret_is_told_before_the_first(editor, make_check):
    editor.set_text("aa + bb")
    editor.show_check("aa + bb", make_check(problems=(Problem(0, 2, "One."), Problem(5, 7, "Two."))))
    box(editor).moveCursor(QTextCursor.MoveOperation.End)
    assert "Two." in message(editor).text()
    assert "1 more" in message(editor).text()


def test_warnings_are_told_while_the_formula_stays_sound(editor, make_check):
    editor.set_text("obv() > 1")
    editor.show_check(
        "obv() > 1", make_check(warnings=(Problem(0, 5, "Depends on the start.", "warning"),), history=9)
    )
    assert "Depends on the start." in message(editor).text()
    assert hint(editor) == "✓ Needs 9 bars of history"


def test_signs_of_the_formula_are_not_taken_for_markup(editor, make_check):
    editor.set_text("a <= b")
    editor.show_check("a <= b", make_check(problems=(Problem(0, 1, "Write <b> & <=."),)))
    assert "Write &lt;b&gt; &amp; &lt;=." in message(editor).text()


def test_a_late_result_for_another_text_is_dropped(editor, make_check, misspelt):
    editor.set_text("close > 1")
    editor.show_check("smaa(close, 20)", make_check(problems=(misspelt,)))
    assert editor.problems() == ()


def test_the_argument_that_is_typed_stands_out_in_the_signature(qtbot, editor):
    qtbot.keyClicks(box(editor), "sma(close, ")
    assert hint(editor) == "sma(series, <b>n</b>)"


def test_the_offered_name_is_explained(qtbot, editor):
    qtbot.keyClicks(box(editor), "sm")
    assert hint(editor) == "Average of n bars"
    qtbot.keyClick(box(editor)._list.popup(), Qt.Key.Key_Escape)


def test_run_and_help_are_passed_on(qtbot, editor):
    editor.set_text("close")
    with qtbot.waitSignals([editor.run_requested, editor.help_requested]):
        qtbot.keyClick(box(editor), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(box(editor), Qt.Key.Key_F1)


def test_an_example_stands_in_the_empty_box(editor):
    assert "sma(close, 200)" in box(editor).placeholderText()


def test_a_dark_theme_reaches_every_part(editor, make_check, misspelt):
    editor.set_text("smaa(close, 20)")
    editor.show_check(editor.text(), make_check(problems=(misspelt,)))
    editor.set_colours(DARK)
    assert DARK.error in message(editor).text()
    assert box(editor).palette().text().color().name() == DARK.text


def test_a_screen_reader_has_a_name_for_everything_that_takes_the_focus(editor, make_check, misspelt):
    editor.set_text("smaa(close, 20)")
    editor.show_check(editor.text(), make_check(problems=(misspelt,)))
    nameless = [
        widget.objectName()
        for widget in editor.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.focusProxy() is None
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []


def test_the_engines_own_check_speaks_through_the_editor(qtbot, editor):
    checking = FormulaCheck(check, editor, pause_ms=1)
    editor.text_changed.connect(checking.schedule)
    checking.checked.connect(editor.show_check)
    with qtbot.waitSignal(checking.checked):
        editor.set_text("close > smaa(close, 200)")
    assert [problem.fix for problem in editor.problems()] == ["sma"]
    with qtbot.waitSignal(checking.checked):
        message(editor).linkActivated.emit("fix")
    assert editor.text() == "close > sma(close, 200)"
    assert hint(editor) == "✓ Needs 200 bars of history"


@pytest.mark.parametrize(
    "text", ["(((", "close >", "trend :=", "🙂", "sma(close, 0) > 1\nand", "'", "5 > 3 > ; 2"]
)
def test_whatever_is_typed_has_a_sentence_and_something_underlined(editor, text):
    editor.set_text(text)
    editor.show_check(text, check(text))
    assert "⚠" in message(editor).text()
    waves = [selection for selection in box(editor).extraSelections() if selection.cursor.selectedText()]
    assert waves
