from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QPlainTextEdit

from gui.formula_editor.colours import DARK, LIGHT
from gui.formula_editor.highlighter import FormulaHighlighter
from gui.formula_editor.lexing import Vocabulary


@pytest.fixture
def document(qtbot) -> Iterator[QTextDocument]:
    box = QPlainTextEdit()
    qtbot.addWidget(box)
    yield box.document()


@pytest.fixture
def highlighter(document) -> FormulaHighlighter:
    made = FormulaHighlighter(document, LIGHT)
    made.set_vocabulary(Vocabulary(frozenset({"sma"}), frozenset({"close"})))
    QCoreApplication.processEvents()  # a new highlighter draws for the first time when Qt is idle
    return made


def colours(document: QTextDocument) -> dict[str, str]:
    block = document.firstBlock()
    units = block.text().encode("utf-16-le")
    return {
        units[2 * part.start : 2 * (part.start + part.length)].decode("utf-16-le"): part.format.foreground()
        .color()
        .name()
        for part in block.layout().formats()
    }


def test_known_words_are_drawn_in_their_colours(document, highlighter):
    document.setPlainText("sma(close, 20) and smaa # note")
    assert colours(document) == {
        "sma": LIGHT.function,
        "close": LIGHT.field,
        "20": LIGHT.number,
        "and": LIGHT.keyword,
        "# note": LIGHT.comment,
    }


def test_a_name_that_becomes_known_is_coloured_at_once(document, highlighter):
    document.setPlainText("trend")
    assert colours(document) == {}
    highlighter.set_vocabulary(Vocabulary(lines=frozenset({"trend"})))
    assert colours(document) == {"trend": LIGHT.name}


def test_other_colours_are_drawn_at_once(document, highlighter):
    document.setPlainText("sma")
    highlighter.set_colours(DARK)
    assert colours(document) == {"sma": DARK.function}


def test_a_symbol_outside_the_basic_plane_does_not_shift_the_colours(document, highlighter):
    document.setPlainText('"🙂" + close')
    assert colours(document) == {'"🙂"': LIGHT.quoted, "close": LIGHT.field}
