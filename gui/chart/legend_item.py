"""A panel's legend: coloured text at a fixed place, at the top left. It wraps where the panel ends."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from gui.chart.legend import Line, Piece
from gui.chart.scene_item import SceneItem
from gui.chart.style import ChartStyle

MARGIN = 8.0
GROUND_OPACITY = 0.8


class LegendItem(SceneItem):
    """Draws the pieces that it was given last, as plain text."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style)
        self._lines: tuple[Line, ...] = ()
        self._rows: list[list[tuple[float, Piece]]] = []
        self._width = 0.0
        self.setZValue(100)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    @property
    def rows(self) -> list[list[tuple[float, Piece]]]:
        """The pieces of each row with their left edges, wrapped as they are now."""
        return self._rows

    @property
    def height(self) -> float:
        """The height in pixels, wrapped as it is now."""
        return max(1, len(self._rows)) * self.row_height + 4

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        """Replace the text."""
        if lines != self._lines:
            self._lines = lines
            self._wrap()

    def set_width(self, width: float) -> None:
        """Take the panel's width."""
        if width != self._width:
            self._width = width
            self._wrap()

    def draw(self, painter: QPainter) -> None:
        """Paint each piece in its colour, on a ground that keeps it readable over candles."""
        ground = self.style.tint(self.style.colours.background, GROUND_OPACITY)
        for number, row in enumerate(self._rows):
            top = 4 + number * self.row_height
            if row:
                left, piece = row[-1]
                right = left + self._advance(piece)
                painter.fillRect(QRectF(MARGIN - 3, top, right - MARGIN + 6, self.row_height), ground)
            baseline = round(top + self.style.text_metrics.ascent() + 1)
            for left, piece in row:
                painter.setFont(self.style.bold_font if piece.bold else self.style.text_font)
                painter.setPen(self._colour(piece))
                painter.drawText(QPointF(round(left), baseline), piece.text)

    def _wrap(self) -> None:
        self._rows = []
        for line in self._lines:
            row: list[tuple[float, Piece]] = []
            left = MARGIN
            for group in _groups(line):
                width = sum(self._step(piece) for piece in group[:-1]) + self._advance(group[-1])
                if row and left + width > self._width - MARGIN:
                    self._rows.append(row)
                    row, left = [], MARGIN
                for piece in group:
                    row.append((left, piece))
                    left += self._step(piece)
            self._rows.append(row)
        self.set_size(self._width, self.height)
        self.update()

    def _step(self, piece: Piece) -> float:
        return self._advance(piece) + piece.gap * self.style.text_metrics.averageCharWidth() * 2

    def _advance(self, piece: Piece) -> float:
        metrics = self.style.bold_metrics if piece.bold else self.style.text_metrics
        return metrics.horizontalAdvance(piece.text)

    @property
    def row_height(self) -> float:
        """The height of a row of text in pixels."""
        return float(round(self.style.text_metrics.height() + 3))

    def _colour(self, piece: Piece) -> QColor:
        if piece.role == "line":
            return self.style.line(piece.line)
        return QColor(getattr(self.style.colours, piece.role))


def _groups(line: Line) -> list[list[Piece]]:
    """Return names together with their values."""
    groups: list[list[Piece]] = []
    joined = False
    for piece in line:
        if joined:
            groups[-1].append(piece)
        else:
            groups.append([piece])
        joined = piece.leads
    return groups
