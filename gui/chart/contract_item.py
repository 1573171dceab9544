"""An option contract over the prices: a line at each strike, dotted ones at the break-evens, and the expiry.

Lines reach from the signal's bar to the expiry. What is bought is drawn through, what is sold is dashed.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter

from gui.chart.number_text import price_text
from gui.chart.overlay_item import DASHES, DOTS, PADDING, Label, OverlayItem, ToUnit
from gui.chart.overlays import ContractLines
from gui.chart.pixel_columns import PixelMapping
from gui.chart.style import ChartStyle
from gui.chart.words import chart_tr

# The line colour of strikes; the first is the focus' own.
STRIKE_COLOUR = 1


class ContractItem(OverlayItem):
    """Draws the contract that it was given last."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style, level=22)
        self._contract: ContractLines | None = None
        self.to_unit: ToUnit = float

    def set_contract(self, contract: ContractLines | None, to_unit: ToUnit) -> None:
        """Replace the contract, or take it away."""
        self._contract, self.to_unit = contract, to_unit
        self.update()

    def draw(self, painter: QPainter, mapping: PixelMapping) -> None:
        """Draw strikes, break-evens and the expiry, then all labels."""
        contract = self._contract
        if contract is None:
            return
        strikes, muted = self.style.line(STRIKE_COLOUR), QColor(self.style.colours.muted)
        lines = [
            (strike.price, strike.text, self.pen(strikes, mapping, () if strike.is_bought else DASHES, 1.5))
            for strike in contract.strikes
        ]
        lines += [
            (price, f"{chart_tr('break-even')} {price_text(price)}", self.pen(muted, mapping, DOTS))
            for price in contract.break_evens
        ]
        room = self.view_room(mapping)
        labels: list[Label] = []
        for price, text, pen in lines:
            start = self.point(mapping, contract.signal, price)
            painter.setPen(pen)
            painter.drawLine(start, self.point(mapping, contract.expiry_bar, price))
            if room.top() <= start.y() <= room.bottom():
                # Before the signal there is room, and no forward window.
                at = QPointF(max(start.x(), room.left() + PADDING), start.y())
                labels.append(Label(text, at, pen.color(), is_left=True))
        labels.append(self._draw_expiry(painter, mapping, contract))
        self.paint_labels(painter, mapping, labels)

    def _draw_expiry(self, painter: QPainter, mapping: PixelMapping, contract: ContractLines) -> Label:
        room, colour = self.view_room(mapping), QColor(self.style.colours.muted)
        x = self.point(mapping, contract.expiry_bar, contract.prices[0]).x()
        painter.setPen(self.pen(colour, mapping, DASHES))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        low = QPointF(x, room.bottom() - self.style.axis_metrics.height() * mapping.ratio)
        return Label(chart_tr("expires {day}").format(day=contract.expiry), low, colour, is_left=True)
