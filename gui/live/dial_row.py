"""The slider on the number at the text cursor.

``turned`` carries the value that was chosen; ``let_go`` comes when the slider is let go, so that what follows can be
taken back by itself. Not here: which number it is and between which values it turns (``engine.formula.dial``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from gui.live.state import turning

if TYPE_CHECKING:
    from engine.formula.dial import Dial

_TEN = 10


class PlaceLabel(QLabel):
    """A text that ends in dots where there is no room for it."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint as much as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class DialRow(QWidget):
    """One line: the value, the slider, where the number stands."""

    turned = Signal(float)
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dial: Dial | None = None
        self.value = QLabel(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName(self.tr("Number at the text cursor"))
        self.slider.setMinimumWidth(60)
        self.place = PlaceLabel(self)
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        self.place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.value)
        layout.addWidget(self.slider, 3)
        layout.addWidget(self.place, 2)
        self.setMinimumHeight(self.slider.sizeHint().height())
        self.slider.valueChanged.connect(self._on_moved)
        self.slider.sliderReleased.connect(self.let_go)
        self.show_dial(None)

    def show_dial(self, dial: Dial | None) -> None:
        """Turn this number from now on; None for no number at the cursor."""
        if dial is not None:
            dial = turning(dial, self.dial)
        self.dial = dial
        self.slider.setEnabled(dial is not None)
        # Without a number the sentence needs the room.
        self.slider.setVisible(dial is not None)
        with QSignalBlocker(self.slider):
            if dial is None:
                self.value.setText("")
                self.place.setText(self.tr("Put the cursor on a number"))
                self.slider.setAccessibleDescription("")
                self.slider.setRange(0, 0)
                return
            self.slider.setRange(0, dial.stops)
            self.slider.setPageStep(_TEN)
            self.slider.setValue(dial.stop_of(dial.value))
        text = dial.text_of(dial.value)
        # As wide as any value, or the slider would move under the pointer.
        widest = max((dial.text_of(dial.low), dial.text_of(dial.high), text), key=len)
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance(widest))
        self.value.setText(text)
        self.place.setText(self.tr("in {what}").format(what=dial.what) if dial.what else "")
        keys = self.tr("Alt+Up, Alt+Down: one step; with Shift: ten")
        self.place.setToolTip(f"{dial.what}\n{keys}" if dial.what else keys)
        said = self.tr("{value}, from {low} to {high}, in {what}")
        self.slider.setAccessibleDescription(
            said.format(value=text, low=dial.text_of(dial.low), high=dial.text_of(dial.high), what=dial.what)
        )

    @Slot(int)
    def _on_moved(self, stop: int) -> None:
        if self.dial is not None:
            self.turned.emit(self.dial.at(stop))
