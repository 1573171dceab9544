"""The base of what is drawn beside or above the panels, in scene pixels: axes, legends, crosshair."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from gui.chart.style import ChartStyle


class SceneItem(QGraphicsObject):
    """Has a room of its own; subclasses implement :meth:`draw`."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__()
        self.style = style
        self.room = QRectF()

    def set_size(self, width: float, height: float) -> None:
        """Take the room, which begins at the item's position."""
        self.prepareGeometryChange()
        self.room = QRectF(0, 0, width, height)

    def boundingRect(self) -> QRectF:
        """Return the room."""
        return self.room

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the item."""
        self.draw(painter)

    def draw(self, painter: QPainter) -> None:
        """Draw in the pixels of the scene."""
        raise NotImplementedError
