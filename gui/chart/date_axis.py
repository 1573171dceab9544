"""The one axis at the bottom of the chart: dates under the bars that ``date_ticks`` chose."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from gui.chart.date_ticks import DateTick
from gui.chart.scene_item import SceneItem
from gui.chart.style import ChartStyle


class DateAxis(SceneItem):
    """Paints the labels of the visible dates."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style)
        self._start, self._scale = 0.0, 1.0
        self._ticks: tuple[DateTick, ...] = ()

    @property
    def ticks(self) -> tuple[DateTick, ...]:
        """The labelled bars."""
        return self._ticks

    def height(self) -> float:
        """Return the height that the labels need."""
        return float(round(self.style.axis_metrics.height() + 10))

    def measure(self, text: str) -> float:
        """Return a label's width in pixels; the bold form, so that either fits."""
        return self.style.axis_bold_metrics.horizontalAdvance(text)

    def set_ticks(self, start: float, scale: float, ticks: tuple[DateTick, ...]) -> None:
        """Take the labels; ``start`` is the bar at the left edge, ``scale`` pixels a bar."""
        self._start, self._scale, self._ticks = start, scale, ticks
        self.update()

    def draw(self, painter: QPainter) -> None:
        """Paint the line of the axis and the labels; those with the year are stronger."""
        colours = self.style.colours
        painter.fillRect(QRectF(0, 0, self.room.width(), 1), QColor(colours.separator))
        metrics = self.style.axis_metrics
        baseline = round(self.room.height() / 2 + metrics.capHeight() / 2 + 0.5)
        for tick in self._ticks:
            painter.setFont(self.style.axis_bold_font if tick.major else self.style.axis_font)
            painter.setPen(QColor(colours.text if tick.major else colours.muted))
            width = painter.fontMetrics().horizontalAdvance(tick.text)
            middle = (tick.bar - self._start) * self._scale
            painter.drawText(QPointF(round(middle - width / 2), baseline), tick.text)
