"""Problems that stay with their words while the text around them is edited, until the next check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit

from engine.errors import Problem
from gui.formula_editor.colours import EditorColours
from gui.formula_editor.state import from_units, shown_range, to_units


class ProblemMarks:
    """The problems of the last check, each with a text cursor over its words.

    The cursors move with the text, so between two checks the waves, F8 and the fixes still point at the right
    words.
    """

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._marked: list[tuple[Problem, QTextCursor, str]] = []

    def set_problems(self, text: str, problems: Sequence[Problem]) -> None:
        """Mark the problems of ``text``, which must be the document's text."""
        self._marked = []
        for problem in problems:
            cursor = QTextCursor(self._document)
            start, end = (min(max(offset, 0), len(text)) for offset in (problem.start, problem.end))
            cursor.setPosition(to_units(text, start))
            cursor.setPosition(to_units(text, end), QTextCursor.MoveMode.KeepAnchor)
            self._marked.append((problem, cursor, text[start:end]))

    def current(self, text: str) -> tuple[Problem, ...]:
        """Return the problems where they stand now, in the document's text of this moment."""
        return tuple(
            replace(
                problem,
                start=from_units(text, cursor.selectionStart()),
                end=from_units(text, cursor.selectionEnd()),
                fix=problem.fix if self._is_unchanged(cursor, words) else None,
            )
            for problem, cursor, words in self._marked
        )

    def selections(self, text: str, colours: EditorColours) -> list[QTextEdit.ExtraSelection]:
        """Return a wave under each problem, warnings first so that errors are drawn over them."""
        selections = []
        for problem in sorted(self.current(text), key=lambda problem: problem.severity == "error"):
            start, end = shown_range(text, problem)
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self._document)
            cursor.setPosition(to_units(text, start))
            cursor.setPosition(to_units(text, end), QTextCursor.MoveMode.KeepAnchor)
            wave = QTextCharFormat()
            wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            wave.setUnderlineColor(QColor(colours.error if problem.severity == "error" else colours.warning))
            selection.cursor = cursor
            selection.format = wave
            selections.append(selection)
        return selections

    @staticmethod
    def _is_unchanged(cursor: QTextCursor, words: str) -> bool:
        return cursor.selectedText().replace("\u2029", "\n") == words
