"""The line in which one types a column: checked a moment after the last key, added on Enter.

It stands above the table while it is wanted. Down opens the expressions that the scan's formula is made of. Not here:
the check and what becomes of the column; ``typed`` and ``submitted`` go to whoever knows the scan.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from gui.results.typed_column import ColumnCheck, read_column

PAUSE_MS = 250


class ColumnLine(QLineEdit):
    """A line that offers its list on Down, and only then, and leaves on Esc."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # Not the line's own completer: that one opens with every key.
        self.expressions = QCompleter([], self)
        self.expressions.setWidget(self)
        self.expressions.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.expressions.setFilterMode(Qt.MatchFlag.MatchContains)
        self.expressions.activated.connect(self.setText)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the list, Enter takes from it, Esc leaves; the rest is typing."""
        popup = self.expressions.popup()
        if popup is not None and popup.isVisible():
            # The list itself acts on what nobody else takes.
            event.ignore()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.expressions.setCompletionPrefix(self.text())
            self.expressions.complete()
        else:
            super().keyPressEvent(event)


class ColumnBar(QWidget):
    """``typed`` asks for a check of a text, ``submitted`` hands over one that is wanted as a column.

    ``opened`` asks for the expressions to offer.
    """

    opened = Signal()
    typed = Signal(str)
    submitted = Signal(str)
    left = Signal()

    def __init__(self, problem_colour: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = problem_colour
        self._check = ColumnCheck()
        self.line = ColumnLine(self)
        self.line.setPlaceholderText(self.tr("New column: roc(close, 20), or momentum := roc(close, 20)"))
        self.line.setAccessibleName(self.tr("New column by formula"))
        self.line.setToolTip(
            self.tr(
                "A number or a condition, with a name before := if you like.\n"
                "The formula's named lines may be used. Enter adds the column, Esc leaves;\n"
                "Down shows the expressions of the scan's formula."
            )
        )
        self.button = self._button(self.tr("Add"), self.tr("Add the column (Enter)"))
        self.close_button = self._button("✕", self.tr("Close the line for new columns (Esc)"))
        self.close_button.setAutoRaise(True)
        self.message = QLabel(self)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.hide()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._lay_out()
        self._connect()
        self.hide()

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _lay_out(self) -> None:
        if (popup := self.line.expressions.popup()) is not None:
            popup.setAccessibleName(self.tr("Expressions of the formula"))
        row = QHBoxLayout()
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(row)
        whole.addWidget(self.message)

    def _connect(self) -> None:
        self.line.textChanged.connect(self._text_changed)
        self.line.returnPressed.connect(self.submit)
        self.line.left.connect(self.leave)
        self.button.clicked.connect(self.submit)
        self.close_button.clicked.connect(self.leave)
        self._pause.timeout.connect(self._ask)

    def open(self, text: str = "") -> None:
        """Show the line with this text and put the cursor into it."""
        self.show()
        self.opened.emit()
        self.line.setText(text)
        self._ask()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.setCursorPosition(len(text))

    @Slot()
    def leave(self) -> None:
        """Take the line away."""
        self._pause.stop()
        self.line.clear()
        self._pause.stop()
        self.hide()
        self.left.emit()

    def set_expressions(self, texts: Sequence[str]) -> None:
        """Offer these expressions."""
        self.line.expressions.setModel(QStringListModel(list(texts), self.line.expressions))

    def show_check(self, check: ColumnCheck) -> None:
        """Say what is wrong with the text, or what it will be."""
        self._check = check
        self.message.setText(f"⚠ {check.problem}" if check.problem else check.note)
        self.message.setVisible(bool(self.message.text()))
        palette = QPalette() if not check.problem else self.message.palette()
        if check.problem:
            palette.setColor(QPalette.ColorRole.WindowText, self._colour)
        self.message.setPalette(palette)
        self.line.setAccessibleDescription(self.message.text())

    def set_problem_colour(self, colour: QColor) -> None:
        """Take the colour of problems."""
        self._colour = colour
        self.show_check(self._check)

    @Slot()
    def submit(self) -> None:
        """Hand the text over, or go to what is wrong with it."""
        self._ask()
        if read_column(self.line.text()) is None:
            return
        if self._check.problem:
            self.line.setSelection(self._check.start, max(0, self._check.end - self._check.start))
        else:
            self.submitted.emit(self.line.text())

    @Slot(str)
    def _text_changed(self, _text: str) -> None:
        self._pause.start()

    @Slot()
    def _ask(self) -> None:
        self._pause.stop()
        if read_column(self.line.text()) is None:
            self.show_check(ColumnCheck())
        else:
            self.typed.emit(self.line.text())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self._check.problem:
            self.message.setPalette(QPalette())
