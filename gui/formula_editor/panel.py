"""The formula editor: the text box and the two lines under it.

The first line is a hint: the signature of the call at the caret, or how much history the formula needs. The
second is there when something is wrong: one problem in a sentence, its fix as a link. Not here: the check
itself; its result comes in through ``show_check``.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.errors import Problem
from gui.formula_editor.colours import LIGHT, EditorColours
from gui.formula_editor.lexing import call_at
from gui.formula_editor.state import (
    Checked,
    CompletionEntry,
    place,
    problem_at,
    sentence,
    signature_parts,
)
from gui.formula_editor.text_box import FormulaTextBox

EXAMPLE = "# close above its average, and oversold\nclose > sma(close, 200)\nand rsi(close, 14) < 30"


class FormulaEditor(QWidget):
    """The formula with everything that helps to type it.

    ``text_changed`` tells every edit; whoever checks the text answers with ``show_check``. ``number_stepped`` asks for
    so many steps up or down of the number at the caret, which ``caret_moved`` follows.
    """

    text_changed = Signal(str)
    run_requested = Signal()
    help_requested = Signal(str)
    caret_moved = Signal()
    number_stepped = Signal(int)

    def __init__(
        self,
        entries: Sequence[CompletionEntry] = (),
        colours: EditorColours = LIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._colours = colours
        self._history: int | None = None
        self._shown: Problem | None = None
        self._offered: CompletionEntry | None = None
        self._box = FormulaTextBox(colours, self)
        self._box.setPlaceholderText(EXAMPLE)
        self._hint = self._line("formula_hint")
        self._message = self._line("formula_problem")
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._message.linkActivated.connect(self._apply_shown_fix)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self._box, 1)
        layout.addWidget(self._hint)
        layout.addWidget(self._message)
        self.setFocusProxy(self._box)
        self._box.edited.connect(self._note_edit)
        self._box.cursorPositionChanged.connect(self._refresh_lines)
        self._box.run_requested.connect(self.run_requested)
        self._box.help_requested.connect(self.help_requested)
        self._box.cursorPositionChanged.connect(self.caret_moved)
        self._box.number_stepped.connect(self.number_stepped)
        self._box.entry_highlighted.connect(self._note_offered)
        self.set_entries(entries)
        self.set_colours(colours)

    def text(self) -> str:
        """Return the formula as it is typed."""
        return self._box.text()

    def caret(self) -> int:
        """Return the caret's place in characters."""
        return self._box.caret()

    def turn_number(self, start: int, end: int, new: str) -> None:
        """Write another number in its place; a run of these is one step that Ctrl+Z takes back."""
        self._box.turn_number(start, end, new)

    @Slot()
    def end_turning(self) -> None:
        """Let the next turn of a number be a step of its own."""
        self._box.end_turning()

    @Slot(str)
    def set_text(self, text: str) -> None:
        """Put another formula in; Ctrl+Z brings the old one back."""
        if text != self.text():
            self._box.replace_text(text)

    def set_entries(self, entries: Sequence[CompletionEntry]) -> None:
        """Know these names: for completion, colours and tool tips."""
        self._box.set_entries(entries)
        self._refresh_lines()

    def set_colours(self, colours: EditorColours) -> None:
        """Draw in other colours, after a change of theme."""
        self._colours = colours
        self._box.set_colours(colours)
        palette = self._hint.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colours.muted))
        self._hint.setPalette(palette)
        self._refresh_lines()

    @Slot(str, object)
    def show_check(self, text: str, result: Checked) -> None:
        """Show what a check found in ``text``; a result for a text that has changed since is dropped."""
        if text != self.text():
            return
        is_empty = not text.strip()
        self._history = None if is_empty or result.problems else result.history
        problems = () if is_empty else (*result.problems, *result.warnings)
        self._box.show_problems(problems, result.canonical or "")
        self._refresh_lines()

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems and warnings where they stand in the present text."""
        return self._box.problems()

    @Slot()
    def go_to_next_problem(self) -> None:
        """Select the words of the next problem."""
        self._box.go_to_next_problem()

    @Slot()
    def go_to_previous_problem(self) -> None:
        """Select the words of the problem before."""
        self._box.go_to_previous_problem()

    @Slot()
    def toggle_comments(self) -> None:
        """Comment the selected lines out, or bring them back."""
        self._box.toggle_comments()

    def _line(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return label

    @Slot(str)
    def _note_edit(self, text: str) -> None:
        self._history = None
        self._refresh_lines()
        self.text_changed.emit(text)

    @Slot(object)
    def _note_offered(self, entry: CompletionEntry | None) -> None:
        self._offered = entry
        self._refresh_lines()

    @Slot()
    def _refresh_lines(self) -> None:
        self._hint.setText(self._hint_text())
        self._refresh_message()

    def _hint_text(self) -> str:
        if self._offered is not None and self._offered.summary:
            return html.escape(self._offered.summary)
        call = call_at(self.text(), self._box.caret())
        entry = self._box.entry(call.name) if call is not None else None
        if call is not None and entry is not None and entry.signature:
            before, current, after = (html.escape(part) for part in signature_parts(entry.signature, call))
            return f"{before}<b>{current}</b>{after}"
        if self._history is None:
            return html.escape(self.tr("Ctrl+Space: names · Ctrl+Enter: run"))
        if self._history <= 1:
            return html.escape(self.tr("✓ Needs no history"))
        return html.escape(self.tr("✓ Needs {bars} bars of history").format(bars=f"{self._history:,}"))

    def _refresh_message(self) -> None:
        text, problems = self.text(), self._box.problems()
        at_caret = problem_at(problems, self._box.caret())
        self._shown = at_caret or (problems[0] if problems else None)
        self._message.setVisible(self._shown is not None)
        # A line without a link is nothing to tab to.
        has_link = self._shown is not None and self._shown.fix is not None
        self._message.setFocusPolicy(Qt.FocusPolicy.StrongFocus if has_link else Qt.FocusPolicy.NoFocus)
        if self._shown is None:
            self._message.clear()
            return
        colour = self._colours.error if self._shown.severity == "error" else self._colours.warning
        where = place(text, self._shown, self.tr)
        before, link, after = (html.escape(part) for part in sentence(self._shown, self.tr))
        parts = ["⚠ ", f"<b>{where}:</b> " if where else "", before]
        parts += (
            [f'<a href="fix" style="color:{self._colours.function}">{link}</a>', after] if link else [after]
        )
        if len(problems) > 1:
            more = html.escape(self.tr("{n} more: F8").format(n=len(problems) - 1))
            parts.append(f' <span style="color:{self._colours.muted}">({more})</span>')
        self._message.setText(f'<span style="color:{colour}">{"".join(parts)}</span>')

    @Slot(str)
    def _apply_shown_fix(self, _link: str) -> None:
        if self._shown is not None:
            self._box.apply_fix(self._shown)
