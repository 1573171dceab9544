from __future__ import annotations

import pytest
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument

from engine.errors import Problem
from gui.formula_editor.colours import LIGHT
from gui.formula_editor.marks import ProblemMarks


@pytest.fixture
def document(qtbot) -> QTextDocument:
    made = QTextDocument()
    made.setPlainText("close > smaa(20)")
    return made


@pytest.fixture
def marks(document) -> ProblemMarks:
    made = ProblemMarks(document)
    made.set_problems(document.toPlainText(), [Problem(8, 12, "No smaa.", fix="sma")])
    return made


def insert(document: QTextDocument, position: int, text: str) -> str:
    cursor = QTextCursor(document)
    cursor.setPosition(position)
    cursor.insertText(text)
    return document.toPlainText()


def test_a_problem_moves_with_its_words(document, marks):
    (problem,) = marks.current(insert(document, 0, "not "))
    assert (problem.start, problem.end, problem.fix) == (12, 16, "sma")


def test_a_fix_is_withdrawn_once_its_words_are_edited(document, marks):
    (problem,) = marks.current(insert(document, 10, "x"))
    assert problem.fix is None


def test_offsets_count_characters_beyond_the_basic_plane_as_one(document):
    document.setPlainText("'🙂' smaa")
    marks = ProblemMarks(document)
    marks.set_problems(document.toPlainText(), [Problem(4, 8, "No smaa.", fix="sma")])
    (selection,) = marks.selections(document.toPlainText(), LIGHT)
    assert selection.cursor.selectedText() == "smaa"
    assert marks.current(document.toPlainText())[0].start == 4


def test_errors_and_warnings_wave_in_their_colours_with_errors_on_top(document, marks):
    text = document.toPlainText()
    marks.set_problems(text, [Problem(8, 12, "No."), Problem(0, 5, "Hm.", "warning")])
    selections = marks.selections(text, LIGHT)
    waves = [selection.format for selection in selections]
    assert [wave.underlineColor().name() for wave in waves] == [LIGHT.warning, LIGHT.error]
    assert {wave.underlineStyle() for wave in waves} == {QTextCharFormat.UnderlineStyle.WaveUnderline}


def test_positions_outside_the_text_do_no_harm(document, marks):
    text = document.toPlainText()
    marks.set_problems(text, [Problem(900, 950, "Far away."), Problem(-3, 0, "Before.")])
    assert len(marks.selections(text, LIGHT)) == 2
