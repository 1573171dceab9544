"""The live strip: the switch, a line that says how many match, a row for each condition, and the slider.

1. ``show_answer`` shows counts; ``show_note`` says in a sentence why there are none, or why those that are shown are
   old: they stay, dimmed.
2. ``dial_row`` turns the number at the text cursor; ``unit_changed`` comes when the user wants to see other counts.

Not here: counting (the bridge), and when (the flow).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.live.conditions_model import ConditionItem, ConditionsModel
from gui.live.dial_row import DialRow
from gui.live.state import caption, headline, rows_of, unit_of

if TYPE_CHECKING:
    from engine.scan.live.answer import LiveAnswer

MOST_ROWS = 6


class ConditionList(QListView):
    """As high as its rows, up to a limit."""

    def sizeHint(self) -> QSize:
        """Return the height of the rows that are shown."""
        count = self.model().rowCount() if self.model() is not None else 0
        height = self.sizeHintForRow(0) if count else 0
        return QSize(120, min(count, MOST_ROWS) * max(height, 0) + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        """Return the same: the strip is never squeezed."""
        return self.sizeHint()


class LiveStrip(QWidget):
    """What each condition lets through."""

    unit_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answer: LiveAnswer | None = None
        self.model = ConditionsModel(self)
        self.button = QToolButton(self)
        self.line = self._label()
        self.list = ConditionList(self)
        self.item = ConditionItem(self.list)
        self.caption = self._label()
        self.last_bar = QToolButton(self)
        self.dial_row = DialRow(self)
        self._is_on = False
        self._set_list()
        self._build()
        self.set_on(on=False)

    # ------------------------------------------------------------------ what is shown

    def set_action(self, action: QAction) -> None:
        """Let the switch be that of the menu."""
        # Short here; the menu has room for more.
        action.setIconText(self.tr("Live"))
        self.button.setDefaultAction(action)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setAccessibleName(self.tr("Live"))

    def set_on(self, *, on: bool) -> None:
        """Show rows and slider, or the switch alone."""
        self._is_on = on
        self.dial_row.setVisible(on)
        # Sentences of one line and of two take the same room, or all would jump with each key.
        self.line.setMinimumHeight(2 * self.fontMetrics().lineSpacing() if on else 0)
        if not on:
            self.answer = None
            self.model.show((), "bars")
            self.show_note(self.tr("Matches and counts while you type"))
        self._show_counts()

    @Slot(object)
    def show_answer(self, answer: LiveAnswer) -> None:
        """Show the counts of a formula."""
        self.answer = answer
        self._set_dimmed(dimmed=False)
        self._say(self.line, headline(answer, self.tr))
        self._show_counts()

    @Slot(str)
    def show_note(self, sentence: str) -> None:
        """Say why there are no counts of what is typed now; those before stay, dimmed."""
        self._set_dimmed(dimmed=True)
        self._say(self.line, sentence)

    def show_busy(self) -> None:
        """Say that the counts are on their way, where none are shown yet."""
        if self.answer is None:
            self.show_note(self.tr("Reading the bars …"))

    @property
    def is_dimmed(self) -> bool:
        """Whether what is shown is old."""
        return self.item.is_dimmed

    # ------------------------------------------------------------------ inside

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _set_list(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(self.item)
        self.list.setAccessibleName(self.tr("Conditions, live"))
        self.list.setAccessibleDescription(self.tr("How many bars or symbols each condition lets through."))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.list.setTabKeyNavigation(False)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)

    def _build(self) -> None:
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setAccessibleName(self.tr("Live"))
        self.last_bar.setText(self.tr("Last bar"))
        self.last_bar.setCheckable(True)
        self.last_bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.last_bar.setAccessibleName(self.tr("Count symbols at their last bar"))
        self.last_bar.setToolTip(self.tr("Count the symbols on whose last bar a condition holds, not bars"))
        self.last_bar.toggled.connect(self._on_unit)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, label, button in ((first, self.line, self.button), (second, self.caption, self.last_bar)):
            row.setSpacing(6)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(label, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(first)
        layout.addWidget(self.list)
        layout.addLayout(second)
        layout.addWidget(self.dial_row)

    @Slot()
    def _on_unit(self) -> None:
        self._show_counts()
        self.unit_changed.emit()

    def _show_counts(self) -> None:
        answer = self.answer
        if answer is not None:
            unit = unit_of(answer, last_bar=self.last_bar.isChecked())
            self.model.show(rows_of(answer, unit), unit)
            self._say(self.caption, caption(answer, unit, self.tr))
            self.last_bar.setEnabled(answer.bars > answer.symbols)
        is_shown = self._is_on and answer is not None
        for part in (self.list, self.caption, self.last_bar):
            part.setVisible(is_shown)
        self.list.updateGeometry()

    def _say(self, label: QLabel, text: str) -> None:
        if label.text() != text:
            label.setText(text)

    def _set_dimmed(self, *, dimmed: bool) -> None:
        self.item.is_dimmed = dimmed
        role = QPalette.ColorRole.PlaceholderText if dimmed else QPalette.ColorRole.WindowText
        for label in (self.line, self.caption):
            label.setForegroundRole(role)
        self.list.viewport().update()


class EditorWithStrip(QWidget):
    """The formula's editor with the strip below; the focus goes to the editor."""

    def __init__(self, editor: QWidget, strip: LiveStrip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(editor, 1)
        layout.addWidget(strip)
        self.setFocusProxy(editor)
