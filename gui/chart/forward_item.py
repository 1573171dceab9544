"""What came after the focused signal: a line from the entry to the exit of each window, with its return at the end.

Windows that have not passed share one level dashed line. When all windows together are too narrow for labels, the
legend alone has the numbers.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter

from gui.chart.overlay_item import DASHES, Label, OverlayItem, ToUnit
from gui.chart.overlays import ForwardWindow, ForwardWindows, spans
from gui.chart.pixel_columns import PixelMapping
from gui.chart.style import ChartStyle
from gui.chart.words import chart_tr

LINE_OPACITY = 0.85
DOT = 2.5
ROOM_FOR_LABELS = 70.0


class ForwardItem(OverlayItem):
    """Draws the windows that it was given last."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style, level=24)
        self._forward: ForwardWindows | None = None
        self.to_unit: ToUnit = float

    def set_forward(self, forward: ForwardWindows | None, to_unit: ToUnit) -> None:
        """Replace the windows, or take them away."""
        self._forward, self.to_unit = forward, to_unit
        self.update()

    def draw(self, painter: QPainter, mapping: PixelMapping) -> None:
        """Draw lines, dots and labels, the longest window first."""
        forward = self._forward
        if forward is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        start = self.point(mapping, forward.entry_bar, forward.anchor)
        labels = [self._draw_coming(painter, mapping, start, forward)] if forward.coming else []
        for window in reversed(forward.windows):
            if math.isfinite(window.exit_price):
                labels.append(self._draw_window(painter, mapping, start, window))
        if math.isfinite(forward.entry_price):
            self._draw_dot(painter, mapping, start, QColor(self.style.colours.text))
        width = (forward.last_bar - forward.signal) * mapping.scale_x / mapping.ratio
        if width >= ROOM_FOR_LABELS:
            # What came after the signal must not lie over the bars before it.
            room = self.view_room(mapping)
            free = (room.right() - max(start.x(), room.left())) / mapping.ratio
            self.paint_labels(painter, mapping, [each for each in labels if self.label_width(each) <= free])

    def _draw_window(
        self, painter: QPainter, mapping: PixelMapping, start: QPointF, window: ForwardWindow
    ) -> Label:
        colour = self.style.tint(getattr(self.style.colours, window.direction), LINE_OPACITY)
        end = self.point(mapping, window.exit_bar, window.exit_price)
        painter.setPen(self.pen(colour, mapping))
        painter.drawLine(start, end)
        self._draw_dot(painter, mapping, end, colour)
        text = f"{window.span(chart_tr)}  {window.outcome(chart_tr)}"
        return Label(text, end, QColor(getattr(self.style.colours, window.direction)))

    def _draw_coming(
        self, painter: QPainter, mapping: PixelMapping, start: QPointF, forward: ForwardWindows
    ) -> Label:
        """Draw one level line for all windows that have not passed, with a cap where each will end."""
        colour, cap = QColor(self.style.colours.muted), QPointF(0, 4 * mapping.ratio)
        ends = [self.point(mapping, each.exit_bar, forward.anchor) for each in forward.coming]
        painter.setPen(self.pen(colour, mapping, DASHES))
        painter.drawLine(start, ends[-1])
        painter.setPen(self.pen(colour, mapping))
        for end in ends:
            painter.drawLine(end - cap, end + cap)
        return Label(
            f"{spans(forward.coming, chart_tr)}  {forward.coming[-1].outcome(chart_tr)}", ends[-1], colour
        )

    def _draw_dot(self, painter: QPainter, mapping: PixelMapping, at: QPointF, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(at, DOT * mapping.ratio, DOT * mapping.ratio)
        painter.setBrush(Qt.BrushStyle.NoBrush)
