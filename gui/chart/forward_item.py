"""What came after the focused signal: a line from the entry to the exit of each window, with its return at the end.

Lines of windows that have not passed are dashed and level. When all windows together are too narrow for labels, the
legend alone has the numbers.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter

from gui.chart.overlay_item import DASHES, Label, OverlayItem, ToUnit
from gui.chart.overlays import ForwardWindow, ForwardWindows
from gui.chart.pixel_columns import PixelMapping
from gui.chart.style import ChartStyle

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
        labels = [
            self._draw_window(painter, mapping, start, forward, each) for each in reversed(forward.windows)
        ]
        if math.isfinite(forward.entry_price):
            self._draw_dot(painter, mapping, start, QColor(self.style.colours.text))
        width = (forward.last_bar - forward.signal) * mapping.scale_x / mapping.ratio
        if width >= ROOM_FOR_LABELS:
            self.paint_labels(painter, mapping, [label for label in labels if label is not None])

    def _draw_window(
        self,
        painter: QPainter,
        mapping: PixelMapping,
        start: QPointF,
        forward: ForwardWindows,
        window: ForwardWindow,
    ) -> Label | None:
        colour = self.style.tint(getattr(self.style.colours, window.direction), LINE_OPACITY)
        is_known = math.isfinite(window.exit_price)
        end = self.point(mapping, window.exit_bar, window.exit_price if is_known else forward.anchor)
        if is_known:
            painter.setPen(self.pen(colour, mapping))
            painter.drawLine(start, end)
            self._draw_dot(painter, mapping, end, colour)
        elif window.outcome == "not yet":
            painter.setPen(self.pen(colour, mapping, DASHES))
            painter.drawLine(start, end)
            painter.setPen(self.pen(colour, mapping))
            cap = QPointF(0, 4 * mapping.ratio)
            painter.drawLine(end - cap, end + cap)
        else:
            return None
        text = f"{window.span}  {window.outcome}"
        return Label(text, end, QColor(getattr(self.style.colours, window.direction)))

    def _draw_dot(self, painter: QPainter, mapping: PixelMapping, at: QPointF, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(at, DOT * mapping.ratio, DOT * mapping.ratio)
        painter.setBrush(Qt.BrushStyle.NoBrush)
