"""The axis at the right of a panel: labels of its ticks and the tag of the last price."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from gui.chart.scale import Tick
from gui.chart.scene_item import SceneItem
from gui.chart.style import ChartStyle
from gui.theme.colours import readable_on

LEFT = 8.0
EDGE = 8.0


@dataclass(frozen=True, slots=True)
class PriceTag:
    """A value of the axis that stands out, in the colour of its direction."""

    at: float
    text: str
    rising: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """A label on a filled ground; ``row`` is the pixel of its middle."""

    text: str
    row: float
    ground: QColor


class PriceAxis(SceneItem):
    """Paints labels beside a panel; positions are in the panel's own unit."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style)
        self._low, self._high = 0.0, 1.0
        self._ticks: tuple[Tick, ...] = ()
        self._tag: PriceTag | None = None

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The labelled ticks."""
        return self._ticks

    @property
    def label_margin(self) -> float:
        """How far a label's middle must stay from the panel's edges, so that its text keeps 8 pixels."""
        return EDGE + self.style.axis_metrics.capHeight() / 2

    def set_scale(
        self, low: float, high: float, ticks: tuple[Tick, ...], tag: PriceTag | None = None
    ) -> None:
        """Take the range of the panel, its ticks and the tag of the last price."""
        self._low, self._high, self._ticks, self._tag = low, high, ticks, tag
        self.update()

    def widest_label(self) -> float:
        """Return the room that the labels need."""
        texts = [tick.text for tick in self._ticks] + ([self._tag.text] if self._tag else [])
        return (
            max((self.style.axis_metrics.horizontalAdvance(text) for text in texts), default=0.0) + LEFT + 6
        )

    def row(self, value: float) -> float:
        """Return the pixel of a value, counted from the panel's upper edge."""
        return (self._high - value) / (self._high - self._low) * self.room.height()

    def draw(self, painter: QPainter) -> None:
        """Paint the line of the axis, the labels and the tag."""
        colours = self.style.colours
        painter.fillRect(QRectF(0, 0, 1, self.room.height()), QColor(colours.separator))
        metrics = self.style.axis_metrics
        painter.setFont(self.style.axis_font)
        painter.setPen(QColor(colours.muted))
        tag_y = self.row(self._tag.at) if self._tag else None
        for tick in self._ticks:
            y = self.row(tick.at)
            # A label half hidden by the tag reads as another number.
            if tag_y is None or abs(y - tag_y) > metrics.height():
                painter.drawText(QPointF(LEFT, round(y + metrics.capHeight() / 2)), tick.text)
        if self._tag is not None and tag_y is not None and 0 <= tag_y <= self.room.height():
            ground = colours.up if self._tag.rising else colours.down
            paint_tag(painter, self.style, Tag(self._tag.text, tag_y, QColor(ground)), self.room)


def paint_tag(painter: QPainter, style: ChartStyle, tag: Tag, room: QRectF) -> None:
    """Paint a filled label across the axis, its middle at the tag's row but all of it inside ``room``."""
    metrics = style.axis_metrics
    height = round(metrics.height() + 3)
    top = min(max(round(tag.row - height / 2), 0), round(room.height()) - height)
    painter.fillRect(QRectF(1, top, room.width() - 1, height), tag.ground)
    painter.setFont(style.axis_font)
    painter.setPen(QColor(readable_on(tag.ground.name())))
    painter.drawText(QPointF(LEFT, round(top + height / 2 + metrics.capHeight() / 2)), tag.text)
