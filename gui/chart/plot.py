"""One panel on the screen: its items, its axis at the right, its legend and its vertical range.

Items are kept from symbol to symbol; a panel that is not needed is hidden, never deleted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene

from engine.market.bars import FloatArray
from gui.chart.backdrop_item import BackdropItem
from gui.chart.candle_item import CandleItem
from gui.chart.contract_item import ContractItem
from gui.chart.data import ChartData, PanelContent, Place, PlacedSeries
from gui.chart.date_ticks import DateScale
from gui.chart.forward_item import ForwardItem
from gui.chart.legend import Line, own_legend, price_legend, volume_legend
from gui.chart.legend_item import LegendItem
from gui.chart.number_text import price_text, value_text, volume_text
from gui.chart.overlays import NOTHING, Overlays, overlay_legend
from gui.chart.panel_item import PanelItem
from gui.chart.pixel_columns import Prices
from gui.chart.price_axis import PriceAxis, PriceTag
from gui.chart.scale import (
    Tick,
    extent,
    fit,
    level_ticks,
    linear_ticks,
    log_ticks,
    to_log,
    volume_ticks,
    within_edges,
)
from gui.chart.series_item import BandItem, SeriesItem
from gui.chart.signal_item import SignalItem
from gui.chart.state import ChartState
from gui.chart.style import ChartStyle
from gui.chart.volume_item import VolumeItem
from gui.chart.words import chart_tr

ItemT = TypeVar("ItemT", bound=PanelItem)

# Free pixels below the lowest value: signals stand under the candles, volume stands on the edge, an
# indicator keeps its lowest level away from the edge, so that it can be labelled.
_BOTTOM: dict[Place, float] = {"price": 24.0, "volume": 0.0, "own": 14.0}
_TOP = 6.0
# So many rows of text must fit into the panel for the overlays to have theirs in the legend.
ROOM_FOR_WORDS = 13


class Plot:
    """A panel for the price, the volume or a group of indicators."""

    def __init__(self, scene: QGraphicsScene, style: ChartStyle, place: Place) -> None:
        self.place: Place = place
        self.rect = QRectF()
        self.low, self.high = 0.0, 1.0
        self.box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self.axis = PriceAxis(style)
        self.legend = LegendItem(style)
        for part in (self.box, self.axis, self.legend):
            scene.addItem(part)
        self.box.disableAutoRange()
        self._style = style
        self._kept = False
        self._log = False
        self._content = PanelContent(place)
        self._extents: tuple[FloatArray, ...] = ()
        self._levels: FloatArray = np.empty(0)
        self._tag: PriceTag | None = None
        self.backdrop = self._add(BackdropItem(style))
        self.candles = self._add(CandleItem(style)) if place == "price" else None
        self.signals = self._add(SignalItem(style)) if place == "price" else None
        self.forward = self._add(ForwardItem(style)) if place == "price" else None
        self.contract = self._add(ContractItem(style)) if place == "price" else None
        self.volume = self._add(VolumeItem(style)) if place == "volume" else None
        self._overlays = NOTHING
        self._lines: list[SeriesItem] = []
        self._bands: list[BandItem] = []
        self._histograms: list[VolumeItem] = []

    @property
    def visible(self) -> bool:
        """Whether the panel is on the screen."""
        return bool(self.box.isVisible())

    @property
    def items(self) -> list[PanelItem]:
        """Every item that is drawn now, from back to front."""
        everything = (
            self.backdrop,
            self.candles,
            self.signals,
            self.forward,
            self.contract,
            self.volume,
        )
        fixed = [item for item in everything if item is not None]
        pooled = [*self._bands, *self._histograms, *self._lines]
        return [*fixed, *(item for item in pooled if item.isVisible())]

    def set_visible(self, visible: bool) -> None:
        """Show or hide the whole panel."""
        for part in (self.box, self.axis, self.legend):
            part.setVisible(visible)

    def set_geometry(self, rect: QRectF, axis_width: float) -> None:
        """Place the panel in the scene, its axis to its right."""
        self.rect = rect
        self.box.setGeometry(rect)
        self.axis.setPos(rect.right(), rect.top())
        self.axis.set_size(axis_width, rect.height())
        self.legend.setPos(rect.topLeft())
        self.legend.set_width(rect.width())

    def set_content(self, content: PanelContent, data: ChartData, *, log: bool) -> None:
        """Take another symbol's arrays, or the same ones on another scale."""
        self._content, self._log = content, log and self.place == "price"
        values = [self._scaled(placed.series.values) for placed in content.series]
        self.backdrop.set_levels(content.levels, content.series[0].colour if content.series else 0)
        self._set_series(content.series, values)
        self._levels = np.array(content.levels, dtype=np.float64)
        self._extents = tuple(values)
        if self.place == "price":
            self._set_prices(data)
        elif self.volume is not None:
            self.volume.set_values(data.bars.volume, data.bars.close >= data.bars.open)
            self._extents = (*values, data.bars.volume)

    def set_overlays(self, overlays: Overlays) -> None:
        """Take what lies over the prices, or the same on another scale."""
        self._overlays = overlays
        if self.forward is not None and self.contract is not None:
            self.forward.set_forward(overlays.forward, self._scaled_price)
            self.contract.set_contract(overlays.contract, self._scaled_price)

    @property
    def overlay_lines(self) -> tuple[Line, ...]:
        """What lies over the prices, in words."""
        return overlay_legend(self._overlays, chart_tr)

    @property
    def has_room_for_words(self) -> bool:
        """Whether the legend may say in words what the overlays' own labels say; a low panel needs its height."""
        return self.rect.height() >= ROOM_FOR_WORDS * self.legend.row_height

    def set_focus(self, bar: int | None) -> None:
        """Move the vertical band to the focused bar."""
        self.backdrop.set_focus(bar)
        if self.signals is not None:
            self.signals.set_focus(bar)

    def keep_pictures(self, keep: bool) -> None:
        """Keep painted items until the view changes, or paint them each time."""
        if keep != self._kept:
            self._kept = keep
            for item in (*self.items, *self._lines, *self._bands, *self._histograms):
                item.keep_picture(keep)

    def legend_lines(self, data: ChartData, dates: DateScale, bar: int) -> tuple[Line, ...]:
        """Return the legend at a bar."""
        if self.place == "price":
            lines = price_legend(data, self._content, dates, bar, chart_tr)
            return (*lines, *self.overlay_lines) if self.has_room_for_words else lines
        if self.place == "volume":
            return volume_legend(data, self._content, bar, chart_tr)
        return own_legend(self._content, bar)

    def show_range(self, state: ChartState, bars: tuple[int, ...]) -> None:
        """Show the state's bars in a vertical range of their own; ``bars`` are the date axis' ticks."""
        first, last = state.visible
        manual = state.price_range if self.place == "price" else None
        self.low, self.high = manual or self._fitting_range(first, last)
        self.box.setRange(
            xRange=(state.start, state.end), yRange=(self.low, self.high), padding=0, disableAutoRange=True
        )
        ticks = self._ticks()
        self.axis.set_scale(self.low, self.high, ticks, self._tag)
        self.backdrop.set_grid(bars, tuple(tick.at for tick in ticks))
        view = QRectF(state.start, self.low, state.width, self.high - self.low)
        for item in self.items:
            item.show_part(view, first, last)

    def value_at(self, y: float) -> float:
        """Return the value at a pixel of the scene, in the panel's unit."""
        share = (y - self.rect.top()) / max(self.rect.height(), 1.0)
        return self.high - share * (self.high - self.low)

    def text_at(self, y: float) -> str:
        """Return the value at a pixel of the scene as the axis would print it."""
        value = self.value_at(y)
        if self.place == "price":
            return price_text(10**value if self._log else value)
        return volume_text(value, 2) if self.place == "volume" else value_text(value)

    def _fitting_range(self, first: int, last: int) -> tuple[float, float]:
        found = extent(self._extents, first, last)
        levels = extent((self._levels,), 0, len(self._levels))
        ranges = [part for part in (found, levels) if part is not None]
        if not ranges:
            return 0.0, 1.0
        low, high = min(part[0] for part in ranges), max(part[1] for part in ranges)
        low, high = self._with_strikes(low, high)
        if self.place == "volume" or any(item.isVisible() for item in self._histograms):
            low, high = min(low, 0.0), max(high, 0.0)
        bottom = _BOTTOM[self.place]
        return fit(low, high, self.rect.height(), self.legend.height + _TOP, bottom)

    def _with_strikes(self, low: float, high: float) -> tuple[float, float]:
        """Make room for the lines of a contract, but not so much that the candles get flat."""
        contract = self._overlays.contract
        if contract is None or self.place != "price":
            return low, high
        lines = [self._scaled_price(price) for price in contract.prices]
        near = [line for line in lines if low - (high - low) <= line <= high + (high - low)]
        return min([low, *near]), max([high, *near])

    def _ticks(self) -> tuple[Tick, ...]:
        pixels = self.rect.height()
        if self._log:
            ticks = log_ticks(self.low, self.high, pixels)
        elif self.place == "price":
            ticks = linear_ticks(self.low, self.high, pixels)
        elif self.place == "volume":
            ticks = volume_ticks(self.high, pixels)
        else:
            ticks = level_ticks(self._content.levels, self.low, self.high, pixels)
        return within_edges(ticks, self.low, self.high, pixels, self.axis.label_margin)

    def _scaled(self, values: FloatArray) -> FloatArray:
        return to_log(values) if self._log else values

    def _scaled_price(self, price: float) -> float:
        return (math.log10(price) if price > 0 else math.nan) if self._log else price

    def _set_prices(self, data: ChartData) -> None:
        assert self.candles is not None and self.signals is not None
        bars = data.bars
        prices = Prices(*(self._scaled(array) for array in (bars.open, bars.high, bars.low, bars.close)))
        self.candles.set_prices(prices)
        self.signals.set_signals(data.signals, prices.low, data.kinds)
        self._extents = (*self._extents, prices.low, prices.high)
        self._tag = None
        if len(bars):
            close = float(bars.close[-1])
            before = float(bars.close[-2]) if len(bars) > 1 else float(bars.open[-1])
            self._tag = PriceTag(float(prices.close[-1]), price_text(close), close >= before)

    def _set_series(self, series: tuple[PlacedSeries, ...], values: list[FloatArray]) -> None:
        lines = histograms = 0
        for placed, array in zip(series, values, strict=True):
            if placed.series.style == "histogram":
                histogram = self._pooled(self._histograms, histograms, VolumeItem)
                histogram.set_values(array, array >= 0)
                histograms += 1
            else:
                line = self._pooled(self._lines, lines, SeriesItem)
                line.set_series(array, placed.series.style, placed.colour)
                lines += 1
        bands = self._set_bands(series, values)
        for pool, used in ((self._lines, lines), (self._histograms, histograms), (self._bands, bands)):
            for number, item in enumerate(pool):
                item.setVisible(number < used)

    def _set_bands(self, series: tuple[PlacedSeries, ...], values: list[FloatArray]) -> int:
        uppers: dict[str, FloatArray] = {}
        lowers: dict[str, tuple[FloatArray, int]] = {}
        for placed, array in zip(series, values, strict=True):
            if placed.series.style == "band_upper":
                uppers[placed.series.group] = array
            elif placed.series.style == "band_lower":
                lowers[placed.series.group] = (array, placed.colour)
        pairs = [(uppers[group], *lowers[group]) for group in uppers if group in lowers]
        for number, (upper, lower, colour) in enumerate(pairs):
            self._pooled(self._bands, number, BandItem).set_band(upper, lower, colour)
        return len(pairs)

    def _pooled(self, pool: list[ItemT], number: int, kind: Callable[[ChartStyle], ItemT]) -> ItemT:
        if number == len(pool):
            pool.append(self._add(kind(self._style)))
        return pool[number]

    def _add(self, item: ItemT) -> ItemT:
        self.box.addItem(item, ignoreBounds=True)
        item.keep_picture(self._kept)
        return item
