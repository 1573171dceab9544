"""The text box of the formula: keys, completion, waves, tool tips. Its rules are in ``state`` and ``lexing``.

Not here: the lines under the box (``panel``) and checking the formula (the engine does, from outside).
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QHelpEvent,
    QKeyEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from engine.errors import Problem
from gui.formula_editor.colours import EditorColours
from gui.formula_editor.completion import CompletionList
from gui.formula_editor.highlighter import FormulaHighlighter
from gui.formula_editor.lexing import (
    Vocabulary,
    bracket_pair,
    named_lines,
    toggle_comments,
    word_at,
    word_before,
)
from gui.formula_editor.marks import ProblemMarks
from gui.formula_editor.state import (
    CompletionEntry,
    from_units,
    insertion,
    next_problem,
    offered,
    problem_at,
    shown_range,
    to_units,
)

LEAST_LINES = 4
_CONTROL = Qt.KeyboardModifier.ControlModifier
_RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
# With Alt they turn the number at the caret.
_STEPS: dict[int, int] = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class FormulaTextBox(QPlainTextEdit):
    """A plain text box that knows the names of the formula language."""

    edited = Signal(str)
    run_requested = Signal()
    help_requested = Signal(str)
    entry_highlighted = Signal(object)
    number_stepped = Signal(int)

    def __init__(self, colours: EditorColours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("formula")
        self.setAccessibleName(self.tr("Formula"))
        self.setTabChangesFocus(True)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        line = self.fontMetrics().lineSpacing()
        self.setMinimumHeight(
            LEAST_LINES * line + 2 * self.frameWidth() + 2 * int(self.document().documentMargin())
        )
        self._colours = colours
        self._entries: tuple[CompletionEntry, ...] = ()
        self._known: dict[str, CompletionEntry] = {}
        self._vocabulary = Vocabulary()
        self._canonical = ""
        self._last_text = ""
        # Where a number was turned last, and the state of the document then.
        self._turned = (-1, -1)
        self._highlighter = FormulaHighlighter(self.document(), colours)
        self._marks = ProblemMarks(self.document())
        self._list = CompletionList(self)
        self._list.activated.connect(self._take_current)
        self._list.highlighted_entry.connect(self.entry_highlighted)
        self.textChanged.connect(self._note_change)
        self.cursorPositionChanged.connect(self._draw_selections)
        self._apply_colours()

    def sizeHint(self) -> QSize:
        """Return the least height: beyond that it takes what nothing else needs."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    # ------------------------------------------------------------------ what the panel sets and asks

    def text(self) -> str:
        """Return the formula as it is typed."""
        return self.toPlainText()

    def replace_text(self, text: str) -> None:
        """Replace the whole text as one step that Ctrl+Z takes back."""
        self._replace(0, len(self.text()), text)

    def caret(self) -> int:
        """Return the caret's place in characters."""
        return from_units(self.text(), self.textCursor().position())

    def set_entries(self, entries: Sequence[CompletionEntry]) -> None:
        """Know these names: for completion, colours and tool tips."""
        self._entries = tuple(entries)
        self._known = {entry.name.casefold(): entry for entry in entries}
        functions = frozenset(entry.name.lower() for entry in entries if entry.kind == "function")
        fields = frozenset(entry.name.lower() for entry in entries if entry.kind in {"field", "constant"})
        self._vocabulary = Vocabulary(functions, fields)
        self._refresh_vocabulary()

    def set_colours(self, colours: EditorColours) -> None:
        """Draw in other colours."""
        self._colours = colours
        self._highlighter.set_colours(colours)
        self._apply_colours()

    def entry(self, name: str) -> CompletionEntry | None:
        """Return what is known of a name."""
        return self._known.get(name.casefold())

    def show_problems(self, problems: Sequence[Problem], canonical: str) -> None:
        """Underline the problems of the present text; its normalised form is the tool tip elsewhere."""
        self._marks.set_problems(self.text(), problems)
        self._canonical = canonical
        self._draw_selections()

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems where they stand in the present text."""
        return self._marks.current(self.text())

    def apply_fix(self, problem: Problem) -> None:
        """Write the problem's fix over its words."""
        if problem.fix is not None:
            self._replace(problem.start, problem.end, problem.fix)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def turn_number(self, start: int, end: int, new: str) -> None:
        """Write another number in its place; a run of these is one step that Ctrl+Z takes back."""
        cursor = self._cursor_over(start, end)
        if self._turned == (start, self.document().revision()):
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        cursor.insertText(new)
        cursor.endEditBlock()
        self._turned = (start, self.document().revision())
        self.setTextCursor(cursor)

    @Slot()
    def end_turning(self) -> None:
        """Let the next turn of a number be a step of its own."""
        self._turned = (-1, -1)

    @Slot()
    def go_to_next_problem(self) -> None:
        """Select the words of the next problem."""
        self._go_to_problem(backwards=False)

    @Slot()
    def go_to_previous_problem(self) -> None:
        """Select the words of the problem before."""
        self._go_to_problem(backwards=True)

    @Slot()
    def toggle_comments(self) -> None:
        """Comment the selected lines out, or bring them back."""
        text, cursor = self.text(), self.textCursor()
        start, end = (from_units(text, units) for units in (cursor.selectionStart(), cursor.selectionEnd()))
        change = toggle_comments(text, start, end)
        self._replace(change.start, change.end, change.text, is_selected=start != end)

    @Slot()
    def complete(self) -> None:
        """Offer every name that fits the word at the caret."""
        self._offer(asked=True)

    # ------------------------------------------------------------------ keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle the keys of the list, then those of the editor, then typing."""
        if self._list.is_open() and self._list_key(event):
            event.accept()
            return
        if self._editor_key(event):
            event.accept()
            return
        super().keyPressEvent(event)
        is_typing = bool(event.text()) and event.text().isprintable() and not event.text().isspace()
        if is_typing or (self._list.is_open() and event.key() == Qt.Key.Key_Backspace):
            self._offer(asked=False)
        elif self._list.is_open() and event.text():
            self._list.close()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Leave the box on Tab, except while the list is open: there Tab chooses."""
        return False if self._list.is_open() else super().focusNextPrevChild(forwards)

    def event(self, event: QEvent) -> bool:
        """Show a tool tip: the problem, the name, or the formula as it was understood; keep F1 on a word.

        The window's own F1 would take the key before it comes here.
        """
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_help = event.key() == Qt.Key.Key_F1
            if is_help and word_at(self.text(), self.caret()).text:
                event.accept()
                return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tip = self.tip_at(self.viewport().mapFromGlobal(event.globalPos()))
            QToolTip.showText(event.globalPos(), tip, self.viewport())
            return True
        return super().event(event)

    def tip_at(self, point: QPoint) -> str:
        """Return the tool tip for a point of the viewport, as rich text."""
        text = self.text()
        cursor = self.cursorForPosition(point)
        at_end = self.cursorRect(cursor)
        position = from_units(text, cursor.position())
        is_on_text = abs(point.x() - at_end.x()) < self.fontMetrics().averageCharWidth() * 2
        shown = [(problem, shown_range(text, problem)) for problem in self.problems()]
        hit = next((problem for problem, (start, end) in shown if start <= position <= end), None)
        if is_on_text and hit is not None:
            return f"<p>⚠ {html.escape(hit.message)}</p>"
        known = self.entry(word_at(text, position).text) if is_on_text else None
        if known is not None:
            return f"<p><b>{html.escape(known.label)}</b><br>{html.escape(known.summary)}</p>"
        return f"<p>{html.escape(self._canonical).replace(chr(10), '<br>')}</p>" if self._canonical else ""

    def _list_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self._list.close()
            return True
        if event.key() not in (*_RETURNS, Qt.Key.Key_Tab) or event.modifiers() & _CONTROL:
            return False
        entry = self._list.current_entry()
        word = word_before(self.text(), self.caret())
        if entry is None or (event.key() in _RETURNS and entry.name.casefold() == word.text.casefold()):
            self._list.close()
            return False
        self._take(entry)
        return True

    def _editor_key(self, event: QKeyEvent) -> bool:
        key, has_control = event.key(), bool(event.modifiers() & _CONTROL)
        is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if has_control and key in _RETURNS:
            self._list.close()
            self.run_requested.emit()
        elif has_control and key == Qt.Key.Key_Space:
            self.complete()
        elif has_control and key in (Qt.Key.Key_Slash, Qt.Key.Key_NumberSign):
            self.toggle_comments()
        elif is_alt and key in _RETURNS:
            self._fix_at_caret()
        elif is_alt and not has_control and key in _STEPS:
            self.number_stepped.emit(_STEPS[key] * (10 if is_shift else 1))
        elif key == Qt.Key.Key_F8:
            self._go_to_problem(backwards=is_shift)
        elif key == Qt.Key.Key_F1 and word_at(self.text(), self.caret()).text:
            self.help_requested.emit(word_at(self.text(), self.caret()).text)
        else:
            return False
        return True

    # ------------------------------------------------------------------ inside

    @Slot()
    def _note_change(self) -> None:
        # Qt also says textChanged when only colours changed.
        text = self.text()
        if text == self._last_text:
            return
        self._last_text = text
        self._canonical = ""
        self._refresh_vocabulary()
        self._draw_selections()
        self.edited.emit(text)

    def _refresh_vocabulary(self) -> None:
        lines = frozenset(line.name.lower() for line in named_lines(self._last_text))
        self._highlighter.set_vocabulary(replace(self._vocabulary, lines=lines))

    def _offer(self, *, asked: bool) -> None:
        text, caret = self.text(), self.caret()
        entries = offered(text, caret, self._entries, named_lines(text), asked=asked)
        self._list.show_entries(entries, self.cursorRect().adjusted(0, 0, 0, 2))

    @Slot(str)
    def _take_current(self, _name: str) -> None:
        entry = self._list.current_entry()
        if entry is not None:
            self._take(entry)

    def _take(self, entry: CompletionEntry) -> None:
        self._list.close()
        text, caret = self.text(), self.caret()
        change = insertion(entry, word_before(text, caret), text[caret:])
        self._replace(change.start, change.end, change.text)
        cursor = self.textCursor()
        cursor.setPosition(to_units(self.text(), change.start + change.caret))
        self.setTextCursor(cursor)

    def _fix_at_caret(self) -> None:
        fixable = [problem for problem in self.problems() if problem.fix is not None]
        at_caret = problem_at(fixable, self.caret())
        if at_caret is not None or fixable:
            self.apply_fix(at_caret or fixable[0])

    def _go_to_problem(self, *, backwards: bool) -> None:
        text, cursor = self.text(), self.textCursor()
        here = from_units(text, cursor.selectionStart())
        problem = next_problem(self.problems(), here, backwards=backwards)
        if problem is not None:
            self.setTextCursor(self._cursor_over(*shown_range(text, problem)))
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _cursor_over(self, start: int, end: int) -> QTextCursor:
        text, cursor = self.text(), self.textCursor()
        cursor.setPosition(to_units(text, start))
        cursor.setPosition(to_units(text, end), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _replace(self, start: int, end: int, new: str, *, is_selected: bool = False) -> None:
        cursor = self._cursor_over(start, end)
        cursor.insertText(new)
        if is_selected:
            cursor = self._cursor_over(start, start + len(new))
        self.setTextCursor(cursor)

    def _apply_colours(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Text, QColor(self._colours.text))
        palette.setColor(QPalette.ColorRole.PlaceholderText, QColor(self._colours.muted))
        self.setPalette(palette)
        self._draw_selections()

    @Slot()
    def _draw_selections(self) -> None:
        text = self.text()
        selections = self._marks.selections(text, self._colours)
        pair = bracket_pair(text, from_units(text, self.textCursor().position())) if self.hasFocus() else None
        for place in pair or ():
            selection = QTextEdit.ExtraSelection()
            selection.cursor = self._cursor_over(place, place + 1)
            selection.format = QTextCharFormat()
            ground = QColor(self._colours.function)
            ground.setAlphaF(0.28)
            selection.format.setBackground(ground)
            selections.append(selection)
        self.setExtraSelections(selections)
