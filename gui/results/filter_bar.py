"""The filter box with its chips: typed conditions work at once, Enter keeps them as chips.

A chip is switched by a click and taken away by its menu or the Delete key. Not here: the language
(``filter_text``) and the rules (``filter_state``).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QToolButton, QWidget

from gui.results.columns import ResultColumn
from gui.results.filter_state import FilterState

TYPING_PAUSE_MS = 120


class FilterBox(QLineEdit):
    """A line that hands Down on to the table and clears itself on Esc."""

    left_downwards = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes to the table, Esc empties the line or goes to the table."""
        if event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)


class ChipButton(QToolButton):
    """A condition that is switched by a click; Delete or Backspace takes it away."""

    remove_requested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the chip away on Delete."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """The line and its chips over a ``FilterState``."""

    filter_changed = Signal()
    left_downwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = FilterState(self.tr)
        self.box = FilterBox(self)
        self.box.setPlaceholderText(self.tr("Filter: text, or rsi<30 date>=2017  (Ctrl+F)"))
        self.box.setAccessibleName(self.tr("Filter"))
        self.box.setToolTip(
            self.tr(
                "Conditions separated by spaces, all must hold: rsi<30 date>=2017-06 AAP\n"
                "Text alone is looked for in the symbol; a|b means either.\n"
                "Enter keeps the conditions as chips."
            )
        )
        self.box.setClearButtonEnabled(True)
        self.box.setMinimumWidth(self.fontMetrics().averageCharWidth() * 24)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._take_text)
        self.box.textChanged.connect(self._text_changed)
        self.box.returnPressed.connect(self._keep_text)
        self.box.left_downwards.connect(self.left_downwards)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.box, 1)
        self._chips: list[QWidget] = []
        self._switches: list[ChipButton] = []

    def set_columns(self, columns: Sequence[ResultColumn]) -> None:
        """Read the conditions again against other columns; emits nothing."""
        self.state.set_columns(columns)
        self._show_chips()

    def set_text(self, text: str) -> None:
        """Put a filter into the line and let it work at once."""
        self.box.setText(text)
        self._take_text()

    @Slot()
    def clear(self) -> None:
        """Take line and chips away."""
        self.state.clear()
        self._pause.stop()
        self.box.clear()
        self._show_chips()
        self.filter_changed.emit()

    @Slot(str)
    def _text_changed(self, _text: str) -> None:
        self._pause.start()

    @Slot()
    def _take_text(self) -> None:
        self._pause.stop()
        if self.box.text() != self.state.text:
            self.state.set_text(self.box.text())
            self.filter_changed.emit()

    @Slot()
    def _keep_text(self) -> None:
        self._take_text()
        if self.state.keep_text():
            self.box.clear()
            self._pause.stop()
            self._show_chips()
            self.filter_changed.emit()

    def _show_chips(self) -> None:
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._switches = []
        self._chips = [self._chip(place) for place in range(len(self.state.chips))]
        for chip in self._chips:
            self._row.addWidget(chip)

    def _chip(self, place: int) -> QWidget:
        chip = self.state.chips[place]
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        switch = ChipButton(holder)
        self._switches.append(switch)
        switch.setText(f"✓ {chip.shown}" if chip.on else chip.shown)
        switch.setCheckable(True)
        switch.setChecked(chip.on)
        switch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        switch.setAccessibleName(self.tr("Filter {condition}").format(condition=chip.shown))
        switch.setToolTip(chip.problem or self.tr("Click to switch off or on, Delete to take away"))
        switch.toggled.connect(lambda on: self._switch(place, on=on))
        switch.remove_requested.connect(lambda: self._remove(place))
        remove = QToolButton(holder)
        remove.setText("✕")
        remove.setAutoRaise(True)
        remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        remove.setAccessibleName(self.tr("Take away the filter {condition}").format(condition=chip.shown))
        remove.clicked.connect(lambda: self._remove(place))
        row.addWidget(switch)
        row.addWidget(remove)
        return holder

    def _switch(self, place: int, *, on: bool) -> None:
        self.state.switch(place, on=on)
        shown = self.state.chips[place].shown
        self._switches[place].setText(f"✓ {shown}" if on else shown)
        self.filter_changed.emit()

    def _remove(self, place: int) -> None:
        self.state.remove(place)
        self._show_chips()
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.filter_changed.emit()
