"""The small field over the chart in which a symbol is typed; it comes with the first letter and goes with Esc.

Not here: the field itself (``symbol_field``) and where one goes (the inspection flow).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.symbol_field import SymbolField

_LETTERS = 26
# The completion's own list takes the focus for a while, and so does another window.
_STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class SymbolSearch(QFrame):
    """Lies over ``place`` and gives the focus back to it; ``chosen`` carries the symbol."""

    chosen = Signal(str)

    def __init__(self, place: QWidget) -> None:
        super().__init__(place)
        self._place = place
        self.field = SymbolField(self)
        self.sentence = QLabel(self)
        self.setFrameShape(QFrame.Shape.Box)
        self.setAutoFillBackground(True)
        self.field.setPlaceholderText(self.tr("Go to a symbol"))
        self.field.setAccessibleName(self.tr("Go to a symbol"))
        self.field.setMinimumWidth(self.fontMetrics().averageCharWidth() * _LETTERS)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.field)
        layout.addWidget(self.sentence)
        self.field.chosen.connect(self._go)
        self.field.refused.connect(self._refuse)
        self.field.left.connect(self.leave)
        self.field.textEdited.connect(self._on_edited)
        self.field.installEventFilter(self)
        self.hide()

    def set_symbols(self, symbols: Sequence[str]) -> None:
        """Complete from this universe."""
        self.field.set_symbols(symbols)

    @Slot(str)
    def begin(self, letters: str = "") -> None:
        """Open with what was typed so far."""
        self.sentence.hide()
        self._place_itself()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.clear()
        # As if typed here, so that the completion opens.
        self.field.insert(letters)
        self.field.offer()

    @Slot()
    def leave(self) -> None:
        """Close and go back to where one was."""
        if not self.isHidden():
            self.hide()
            self._place.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close when the focus goes elsewhere."""
        if isinstance(event, QFocusEvent) and watched is self.field and _is_gone(event):
            self.hide()
        return super().eventFilter(watched, event)

    def _place_itself(self) -> None:
        self.adjustSize()
        room = self._place.rect()
        self.move(max(0, (room.width() - self.width()) // 2), max(0, min(48, room.height() - self.height())))

    @Slot(str)
    def _go(self, symbol: str) -> None:
        self.leave()
        self.chosen.emit(symbol)

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.show()
        self._place_itself()

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        if not self.sentence.isHidden():
            self.sentence.hide()
            self._place_itself()


def _is_gone(event: QFocusEvent) -> bool:
    return event.lostFocus() and event.reason() not in _STAYS
