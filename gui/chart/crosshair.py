"""The crosshair: one vertical line through all panels at the bar, one horizontal, a tag on each axis.

Each part is an item of its own with tight bounds, so that moving the pointer repaints four narrow strips.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsScene

from gui.chart.price_axis import Tag, paint_tag
from gui.chart.scene_item import SceneItem
from gui.chart.style import ChartStyle

# The lines go under the legends, which stay readable; the tags lie over the axes' labels.
LINE_LEVEL = 90
TAG_LEVEL = 200


class Crosshair:
    """Owns the four items; the scene deletes them."""

    def __init__(self, scene: QGraphicsScene, style: ChartStyle) -> None:
        self._vertical = _Line(style)
        self._horizontal = _Line(style)
        self._date = _Tag(style)
        self._value = _Tag(style)
        for item in (self._vertical, self._horizontal, self._date, self._value):
            item.setZValue(LINE_LEVEL if isinstance(item, _Line) else TAG_LEVEL)
            item.hide()
            scene.addItem(item)

    @property
    def column(self) -> float | None:
        """The left pixel of the vertical line, None while it is hidden."""
        return self._vertical.pos().x() if self._vertical.isVisible() else None

    def hide(self) -> None:
        """Take the crosshair away."""
        for item in (self._vertical, self._horizontal, self._date, self._value):
            item.hide()

    def show_column(self, x: float, room: QRectF, date: str, axis: QRectF) -> None:
        """Show the vertical line at pixel ``x`` of ``room`` and the date on the bottom axis."""
        self._vertical.place(QPointF(x, room.top()), QPointF(0, room.height()))
        width = self._date.text_width(date)
        left = min(max(round(x - width / 2), axis.left()), axis.right() - width)
        self._date.place(date, QRectF(left, axis.top(), width, axis.height()))

    def show_row(self, y: float, room: QRectF, value: str, axis: QRectF) -> None:
        """Show the horizontal line at pixel ``y`` of ``room`` and the value on the panel's axis."""
        self._horizontal.place(QPointF(room.left(), y), QPointF(room.width(), 0))
        height = self._value.text_height()
        top = min(max(round(y - height / 2), axis.top()), axis.bottom() - height)
        self._value.place(value, QRectF(axis.left(), top, axis.width(), height))

    def hide_row(self) -> None:
        """Take the horizontal line away, as when the keys moved the crosshair."""
        self._horizontal.hide()
        self._value.hide()


class _Line(SceneItem):
    """A dotted line one pixel wide from its position to ``reach``."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style)
        self._reach = QPointF()

    def place(self, start: QPointF, reach: QPointF) -> None:
        if reach != self._reach:
            self._reach = reach
            self.set_size(max(reach.x(), 1), max(reach.y(), 1))
        self.setPos(start)
        self.show()

    def draw(self, painter: QPainter) -> None:
        pen = QPen(QColor(self.style.colours.crosshair), 1)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        middle = QPointF(0.5, 0) if self._reach.x() == 0 else QPointF(0, 0.5)
        painter.drawLine(middle, middle + self._reach)


class _Tag(SceneItem):
    """Text on a filled ground."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style)
        self._text = ""

    def text_width(self, text: str) -> float:
        return round(self.style.axis_metrics.horizontalAdvance(text)) + 16.0

    def text_height(self) -> float:
        return float(round(self.style.axis_metrics.height() + 3))

    def place(self, text: str, room: QRectF) -> None:
        self._text = text
        self.set_size(room.width(), room.height())
        self.setPos(room.topLeft())
        self.show()
        self.update()

    def draw(self, painter: QPainter) -> None:
        ground = QColor(self.style.colours.tag)
        paint_tag(painter, self.style, Tag(self._text, self.room.height() / 2, ground), self.room)
