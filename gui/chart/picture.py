"""The chart as a picture: the panels as they stand, below a line that says what they show; as pixels or as SVG.

Pixels are ``SCALE`` to a pixel of the layout, whatever screen the chart is on.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from gui.chart.panel import ChartPanel

SCALE = 2.0
MARGIN = 10


def picture_title(panel: ChartPanel) -> str:
    """Return symbol, timeframe and the dates in view; nothing without a chart."""
    data = panel.data
    if data is None:
        return ""
    first, last = panel.state.visible
    days = data.bars.timestamp.astype("datetime64[D]")
    shown = f"{days[first]} – {days[max(first, last - 1)]}"
    name = f"{data.symbol} · {data.title}" if data.title and data.title != data.symbol else data.symbol
    return f"{name} · {data.timeframe.label} · {shown}"


def picture_image(panel: ChartPanel) -> QImage:
    """Return the chart with its title as pixels."""
    size = _size(panel)
    image = QImage(size * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    painter = QPainter(image)
    _paint(painter, panel, size)
    painter.end()
    return image


def picture_svg(panel: ChartPanel) -> bytes:
    """Return the chart with its title as an SVG document."""
    size = _size(panel)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    document = QSvgGenerator()
    document.setOutputDevice(buffer)
    document.setSize(size)
    # Points of a font are as large as on the screen, whose pixels the drawing counts in.
    document.setResolution(panel.logicalDpiX())
    document.setViewBox(QRect(QPoint(0, 0), size))
    document.setTitle(picture_title(panel))
    painter = QPainter(document)
    _paint(painter, panel, size)
    painter.end()
    buffer.close()
    return bytes(content.data())


def _paint(painter: QPainter, panel: ChartPanel, size: QSize) -> None:
    colours = panel.view.colours
    painter.fillRect(QRect(QPoint(0, 0), size), QColor(colours.background))
    painter.setFont(panel.title_font)
    painter.setPen(QColor(colours.text))
    painter.drawText(MARGIN, round(MARGIN + painter.fontMetrics().ascent()), picture_title(panel))
    view = panel.view.viewport().rect()
    with panel.view.painted_anew():
        panel.view.render(painter, QRectF(0, _band(panel), view.width(), view.height()), view)


def _band(panel: ChartPanel) -> int:
    return panel.fontMetrics().height() + 2 * MARGIN


def _size(panel: ChartPanel) -> QSize:
    view = panel.view.viewport().size()
    return QSize(view.width(), view.height() + _band(panel))
