"""The palette itself: a line to type in and a list, over the window's middle. Enter does it, Esc goes.

Not here: what can be done, and doing it (``flows.palette_flow``).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from gui.palette.model import PaletteDelegate, PaletteModel
from gui.palette.state import Entry, PaletteState

SHARE = 0.44
FEWEST_LETTERS, ROWS = 46, 12
_STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS - 1, Qt.Key.Key_PageUp: 1 - ROWS}


class CommandPalette(QFrame):
    """``chosen`` carries the entry; ``opening`` comes before it is shown, so that entries can be brought up to date."""

    chosen = Signal(object)
    opening = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.state = PaletteState(tr=self.tr)
        self._window = window
        self._before: QWidget | None = None
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Command palette"))
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("A command, a scan, or a symbol"))
        self.field.setAccessibleName(self.tr("Find a command"))
        self.model = PaletteModel(self.state, self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(PaletteDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Commands found"))
        self.sentence = QLabel(self)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setContentsMargins(10, 2, 10, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(4)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.sentence)
        self.field.textEdited.connect(self._look)
        self.list.clicked.connect(self._on_click)
        self.field.installEventFilter(self)
        window.installEventFilter(self)
        self.hide()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Offer these."""
        self.state.set_entries(entries)

    @Slot()
    def begin(self) -> None:
        """Open with an empty line; the same key closes it again."""
        if self.isVisible():
            self.leave()
            return
        self._before = self._window.focusWidget()
        self.opening.emit()
        self.field.clear()
        self._look("")
        self._place_itself()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def leave(self) -> None:
        """Close and go back to where one was."""
        if self.isHidden():
            return
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that move, choose and leave; close when the focus goes; stay in the window's middle."""
        if watched is self._window:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._place_itself()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(Qt.Key(event.key()))
        elif isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _STAYS:
            self.hide()
        return super().eventFilter(watched, event)

    def _take_key(self, key: Qt.Key) -> bool:
        if key in _STEPS:
            self.state.move(_STEPS[key])
            self._show_current()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    @Slot(str)
    def _look(self, typed: str) -> None:
        self.state.look_for(typed)
        self.model.refresh()
        self._show_current()

    @Slot(QModelIndex)
    def _on_click(self, index: QModelIndex) -> None:
        self.state.point_at(index.row())
        self._choose()

    def _choose(self) -> None:
        entry = self.state.entry
        if entry is None:
            return
        if not entry.is_available:
            self.sentence.setText(self.tr("{text} is not available now.").format(text=entry.text))
            return
        self.state.note_used(entry)
        self.leave()
        self.chosen.emit(entry)

    def _show_current(self) -> None:
        entry = self.state.entry
        count = len(self.state.found)
        if entry is None:
            self.sentence.setText(self.tr("Nothing is called like this."))
            self.field.setAccessibleDescription(self.sentence.text())
            return
        self.list.setCurrentIndex(self.model.index(self.state.current, 0))
        self.sentence.setText(self.tr("↑ ↓ choose · Enter does it · Esc goes"))
        place = self.tr("{n} of {count}").format(n=self.state.current + 1, count=count)
        self.field.setAccessibleDescription(f"{entry.spoken}, {place}")

    def _place_itself(self) -> None:
        room, metrics = self._window.rect(), self.fontMetrics()
        wanted = max(round(room.width() * SHARE), metrics.averageCharWidth() * FEWEST_LETTERS)
        width = min(wanted, room.width() - 16)
        height = min((metrics.height() + 10) * (ROWS + 2) + 24, room.height() - 16)
        self.setGeometry((room.width() - width) // 2, min(64, (room.height() - height) // 2), width, height)
