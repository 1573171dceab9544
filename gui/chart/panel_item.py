"""The base of everything that is drawn inside a panel."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.chart.device_pixels import device_pixels
from gui.chart.pixel_columns import PixelMapping
from gui.chart.style import ChartStyle


class PanelItem(pg.GraphicsObject):
    """Paints the visible bars of a panel in device pixels; subclasses implement :meth:`draw`.

    The bounds are always the panel's view: an item that reaches over all bars would be repainted as a whole.
    """

    def __init__(self, style: ChartStyle, level: float) -> None:
        super().__init__()
        self.style = style
        self.first = 0
        self.last = 0
        self._bounds = QRectF(0, 0, 1, 1)
        self.setZValue(level)

    def show_part(self, bounds: QRectF, first: int, last: int) -> None:
        """Take the panel's view in its own units and the bars in it, as a half-open range."""
        self.prepareGeometryChange()
        self._bounds = bounds
        self.first, self.last = first, last
        self.update()

    def keep_picture(self, keep: bool) -> None:
        """Keep what was painted until the view changes: moving the crosshair then costs a quarter."""
        # Between the pixels of a fractional ratio Qt would put the kept picture down blurred.
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache if keep else self.CacheMode.NoCache)

    def boundingRect(self) -> QRectF:
        """Return the panel's view."""
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint in device pixels."""
        with device_pixels(painter) as mapping:
            self.draw(painter, mapping)

    def draw(self, painter: QPainter, mapping: PixelMapping) -> None:
        """Draw the bars from ``first`` up to ``last``."""
        raise NotImplementedError
