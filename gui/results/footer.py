"""The line under the table: how many matches, how many hidden, who left, and the chip that sorts new rows in.

Not here: the counts themselves (``store``, ``row_order``).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget


@dataclass(frozen=True, slots=True)
class Counts:
    """What the line tells; ``total_symbols`` 0 means unknown."""

    matches: int = 0
    symbols: int = 0
    total_symbols: int = 0
    hidden: int = 0
    seen: int = 0


def number_text(locale: QLocale, value: int) -> str:
    """Return a whole number with the language's group separators."""
    return f"{value:,}" if locale.language() == QLocale.Language.C else locale.toString(value)


class Footer(QWidget):
    """Summary at the left, at the right the button of the symbols that left, and the chip."""

    sort_requested = Signal()
    left_requested = Signal()
    summary_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = QLabel(self)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._note = ""
        self.sort_chip = QToolButton(self)
        self.sort_chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.sort_chip.setAccessibleName(self.tr("Sort the new rows now"))
        self.sort_chip.clicked.connect(self._ask_sort)
        # The line keeps its height when the chip goes, or the table would jump.
        keep = self.sort_chip.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.sort_chip.setSizePolicy(keep)
        self.left_button = QToolButton(self)
        self.left_button.setAutoRaise(True)
        self.left_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.left_button.setToolTip(
            self.tr(
                "Symbols that the run before held and this one does not: no matches, in a list of their own"
            )
        )
        self.left_button.clicked.connect(self._ask_left)
        self.show_left(0)
        self.show_held_back(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._summary, 1)
        row.addWidget(self.left_button)
        row.addWidget(self.sort_chip)

    @property
    def text(self) -> str:
        """The summary as shown."""
        return self._summary.text()

    @Slot()
    def _ask_sort(self) -> None:
        self.sort_requested.emit()

    def show_counts(self, counts: Counts | None) -> None:
        """Show the summary; None leaves the line empty."""
        text = "" if counts is None else self._sentence(counts)
        if text != self._summary.text():
            self._summary.setText(text)
            self.summary_changed.emit(text)

    def set_note(self, note: str) -> None:
        """Begin the summary with a few words from now on, such as that the rows are live."""
        self._note = note

    def show_held_back(self, count: int) -> None:
        """Offer to sort so many new rows; 0 hides the chip."""
        self.sort_chip.setText(self.tr("{n} new — sort now").format(n=self._number(count)))
        self.sort_chip.setVisible(bool(count))

    def show_left(self, count: int) -> None:
        """Offer the list of so many symbols that left since the run before; 0 hides the button."""
        words = self.tr("− {n} left since the run before…").format(n=self._number(count))
        self.left_button.setText(words)
        self.left_button.setAccessibleName(words.lstrip("− "))
        self.left_button.setVisible(bool(count))

    @Slot()
    def _ask_left(self) -> None:
        self.left_requested.emit()

    def _sentence(self, counts: Counts) -> str:
        matches = self.tr("1 match") if counts.matches == 1 else self.tr("{n} matches")
        if counts.total_symbols:
            where = self.tr("in {some} of {all} symbols")
        else:
            where = self.tr("in 1 symbol") if counts.symbols == 1 else self.tr("in {some} symbols")
        some, total = self._number(counts.symbols), self._number(counts.total_symbols)
        parts = [self._note] if self._note else []
        parts += [f"{matches.format(n=self._number(counts.matches))} {where.format(some=some, all=total)}"]
        if counts.hidden:
            parts.append(self.tr("{n} hidden by the filter").format(n=self._number(counts.hidden)))
        if counts.seen:
            parts.append(self.tr("{n} seen").format(n=self._number(counts.seen)))
        return " · ".join(parts)

    def _number(self, value: int) -> str:
        return number_text(self.locale(), value)
