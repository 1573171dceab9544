"""Draws the histogram of a row's returns: bars, the zero line, and a mark at the median."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.evidence.evidence_model import EvidenceModel

if TYPE_CHECKING:
    from engine.scan.evaluation.evidence import WindowEvidence

_MARGIN = 3.0
_WIDEST = 420.0
_NARROWEST = 110


@dataclass(frozen=True, slots=True)
class HistogramColours:
    """Gains and losses, the zero line and the median's mark."""

    gain: QColor
    loss: QColor
    zero: QColor
    median: QColor


class HistogramItem(QStyledItemDelegate):
    """The last column's cells."""

    def __init__(
        self, model: EvidenceModel, colours: HistogramColours, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.colours = colours

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Ask for room that bars can be told apart in."""
        hint = super().sizeHint(option, index)
        return QSize(max(hint.width(), _NARROWEST), hint.height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the cell's ground, then the histogram."""
        self.initStyleOption(option, index)
        widget: QWidget = option.widget
        widget.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)
        window = self._model.window(index.row())
        if window is not None:
            area = QRectF(option.rect).adjusted(6, _MARGIN, -6, -_MARGIN)
            area.setWidth(min(area.width(), _WIDEST))
            painter.save()
            paint_histogram(painter, area, window, self.colours)
            painter.restore()


def paint_histogram(
    painter: QPainter, area: QRectF, window: WindowEvidence, colours: HistogramColours
) -> None:
    """Draw one histogram into ``area``."""
    counts = window.histogram.counts
    highest = max(counts) or 1
    width = area.width() / len(counts)
    half = len(counts) // 2
    for place, count in enumerate(counts):
        if count:
            tall = max(1.0, area.height() * count / highest)
            bar = QRectF(area.left() + place * width, area.bottom() - tall, max(1.0, width - 1.0), tall)
            painter.fillRect(bar, colours.loss if place < half else colours.gain)
    middle = area.left() + area.width() / 2
    painter.setPen(QPen(colours.zero, 1.0))
    painter.drawLine(int(middle), int(area.top()), int(middle), int(area.bottom()))
    median = window.statistics.median
    if not math.isnan(median):
        share = min(1.0, max(0.0, (median / window.histogram.reach + 1) / 2))
        x = area.left() + share * area.width()
        painter.setPen(QPen(colours.median, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(int(x), int(area.top()), int(x), int(area.bottom()))
