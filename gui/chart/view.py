"""The chart's scene: panels one above the other, one date axis, the crosshair, and the mouse.

Draws what :class:`gui.chart.state.ChartState` says and tells in signals what the mouse wants; it changes no
state itself. All geometry is in whole pixels. Every item belongs to the scene, and the scene to this widget.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.chart.crosshair import Crosshair
from gui.chart.data import ChartData, PanelContent, Place, arrange
from gui.chart.date_axis import DateAxis
from gui.chart.date_ticks import DateScale
from gui.chart.legend import plain_text
from gui.chart.overlays import NOTHING, Overlays
from gui.chart.panel_heights import SEPARATOR, panel_heights
from gui.chart.pixel_columns import PixelMapping
from gui.chart.plot import Plot
from gui.chart.state import ZOOM_STEP, ChartState
from gui.chart.style import ChartStyle
from gui.theme.colours import ChartColours

PRICE_DRAG = 0.006


class _Drag(Enum):
    NOTHING = 0
    BARS = 1
    PRICE = 2


class ChartView(pg.GraphicsView):
    """The picture of one chart."""

    panned = Signal(float, float)
    zoomed = Signal(float, float)
    price_scaled = Signal(float)
    price_axis_reset = Signal()
    pointed = Signal(object)
    activated = Signal(float)
    resized = Signal()

    def __init__(self, style: ChartStyle, state: ChartState, parent: QWidget) -> None:
        super().__init__(parent, useOpenGL=False, background=style.colours.background)
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._style = style
        self._state = state
        self._data: ChartData | None = None
        self._dates = DateScale(np.empty(0, dtype="datetime64[us]"))
        self._plots: list[Plot] = []
        self._overlays = NOTHING
        self._axis_width = 0.0
        self._drag = _Drag.NOTHING
        self._drag_from = QPointF()
        self._pointer: QPointF | None = None
        self.date_axis = DateAxis(style)
        self.scene().addItem(self.date_axis)
        self.crosshair = Crosshair(self.scene(), style)

    @property
    def colours(self) -> ChartColours:
        """The colours in use."""
        return self._style.colours

    @property
    def plots(self) -> list[Plot]:
        """The panels on the screen, from top to bottom."""
        return [plot for plot in self._plots if plot.visible]

    @property
    def price(self) -> Plot | None:
        """The panel of the price, when there is a chart."""
        return self._plots[0] if self._plots and self._data is not None else None

    def legend_text(self) -> str:
        """Return all legends as plain text, also what had no room on the screen."""
        texts = [plain_text(plot.legend.lines) for plot in self.plots]
        if self.price is not None and not self.price.has_room_for_words:
            texts.insert(1, plain_text(self.price.overlay_lines))
        return "; ".join(text for text in texts if text)

    def set_data(self, data: ChartData | None) -> None:
        """Take another symbol; panels of the same kind are used again."""
        self._data = data
        self._axis_width = self._smallest_axis()
        self._dates = DateScale(data.bars.timestamp if data else np.empty(0, dtype="datetime64[us]"))
        contents = arrange(data) if data else ()
        self._plots = self._matching_plots(contents)
        if data:
            for plot, content in zip(self.plots, contents, strict=True):
                plot.set_content(content, data, log=self._state.log_scale)
        self.set_overlays(NOTHING)
        self._lay_out()

    def rescale(self) -> None:
        """Take the arrays again, for the other scale of prices."""
        if self._data is not None:
            for plot, content in zip(self.plots, arrange(self._data), strict=True):
                plot.set_content(content, self._data, log=self._state.log_scale)
            self.set_overlays(self._overlays)

    def set_overlays(self, overlays: Overlays) -> None:
        """Take what lies over the prices; it is seen from the next redraw on."""
        self._overlays = overlays
        if self.price is not None:
            self.price.set_overlays(overlays)

    def redraw(self) -> None:
        """Show what the state says."""
        if self._data is None:
            self.crosshair.hide()
            return
        self.update_legends()
        self._draw_panels()
        needed = max(plot.axis.widest_label() for plot in self.plots)
        if needed > self._axis_width:
            self._axis_width = float(np.ceil(needed))
            self._lay_out()
            self._draw_panels()
        self.update_crosshair()
        # pyqtgraph would move the panels' contents while it paints them, and so have them painted a second time.
        self.scene().prepareForPaint()

    @contextmanager
    def painted_anew(self) -> Iterator[None]:
        """Paint every item where the block paints, instead of putting down what was kept for the screen."""
        for plot in self.plots:
            plot.keep_pictures(keep=False)
        try:
            yield
        finally:
            self._draw_panels()

    def update_legends(self) -> None:
        """Show the values of the current bar."""
        bar = self._state.current
        if self._data is None or bar is None:
            return
        for plot in self.plots:
            plot.legend.set_lines(plot.legend_lines(self._data, self._dates, bar))

    def update_crosshair(self) -> None:
        """Put the crosshair on the pointed bar, or take it away."""
        bar = self._state.pointed
        if bar is None or self._data is None or not self.plots:
            self.crosshair.hide()
            return
        room = QRectF(0, 0, self._plot_width(), self.date_axis.pos().y())
        x = self.column(bar)
        if not 0 <= x < room.width():
            self.crosshair.hide()
            return
        axis = QRectF(0, room.height(), room.width(), self.date_axis.height())
        self.crosshair.show_column(x, room, self._dates.weekday_text(bar), axis)
        plot = self._plot_at(self._pointer) if self._pointer is not None else None
        if plot is None or self._pointer is None:
            self.crosshair.hide_row()
            return
        y = float(round(self._pointer.y()))
        value_axis = QRectF(plot.rect.right(), plot.rect.top(), self._axis_width, plot.rect.height())
        self.crosshair.show_row(y, plot.rect, plot.text_at(y), value_axis)

    def column(self, bar: float) -> float:
        """Return the left pixel of a bar's wick."""
        ratio = float(self.devicePixelRatioF())
        scale = self._scale() * ratio
        mapping = PixelMapping(scale, -self._state.start * scale, 1.0, 0.0, ratio)
        return float(mapping.wick_left(np.array([bar]))[0]) / ratio

    def bar_at(self, x: float) -> float:
        """Return the bar at a pixel, not rounded."""
        return self._state.start + x / self._scale()

    def forget_pointer(self) -> None:
        """Hide the horizontal line: the keys moved the crosshair."""
        self._pointer = None

    def use_style(self) -> None:
        """Paint again in the colours that the style has now."""
        self.setBackground(self._style.colours.background)
        for plot in self._plots:
            for item in plot.items:
                item.update()
        self.scene().update()
        self.viewport().update()

    # ------------------------------------------------------------------------------------- geometry

    def make_spare(self, place: Place) -> None:
        """Build a panel before there is a chart that needs it: that takes longer than to draw it."""
        plot = Plot(self.scene(), self._style, place)
        plot.set_visible(visible=False)
        self._plots.append(plot)

    def _matching_plots(self, contents: tuple[PanelContent, ...]) -> list[Plot]:
        """Return one plot for each content, then the spare ones, hidden."""
        spare = list(self._plots)
        used: list[Plot] = []
        for content in contents:
            plot = next((plot for plot in spare if plot.place == content.place), None)
            if plot is None:
                plot = Plot(self.scene(), self._style, content.place)
            else:
                spare.remove(plot)
            plot.set_visible(visible=True)
            used.append(plot)
        for plot in spare:
            plot.set_visible(visible=False)
        return used + spare

    def _lay_out(self) -> None:
        plots = self.plots
        self.date_axis.setVisible(bool(plots))
        width = self._plot_width()
        axis_height = self.date_axis.height()
        heights = panel_heights(int(self.height() - axis_height), [plot.place for plot in plots])
        top = 0
        for plot, height in zip(plots, heights, strict=True):
            plot.set_geometry(QRectF(0, top, width, height), self._axis_width)
            top += height + SEPARATOR
        self.date_axis.setPos(0, self.height() - axis_height)
        self.date_axis.set_size(self.width(), axis_height)
        self.viewport().update()

    def _draw_panels(self) -> None:
        state = self._state
        width = self._plot_width()
        ticks = self._dates.ticks(state.start, state.width, width, self.date_axis.measure)
        self.date_axis.set_ticks(state.start, self._scale(), ticks)
        bars = tuple(tick.bar for tick in ticks)
        whole_ratio = self.devicePixelRatioF() % 1 == 0
        for plot in self.plots:
            plot.keep_pictures(whole_ratio)
            plot.set_focus(state.focus)
            plot.show_range(state, bars)

    def _smallest_axis(self) -> float:
        return float(round(self._style.axis_metrics.horizontalAdvance("0,000.00") + 16))

    def _plot_width(self) -> float:
        return float(max(1, self.width() - int(self._axis_width)))

    def _scale(self) -> float:
        return self._plot_width() / self._state.width

    def _plot_at(self, position: QPointF) -> Plot | None:
        for plot in self.plots:
            if plot.rect.top() <= position.y() < plot.rect.bottom():
                return plot
        return None

    def _over_axis(self, position: QPointF) -> bool:
        return position.x() >= self._plot_width()

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Fill the ground and draw the separators between the panels."""
        painter.fillRect(rect, QColor(self._style.colours.background))
        for plot in self.plots[:-1]:
            line = QRectF(0, plot.rect.bottom(), self.width(), SEPARATOR)
            painter.fillRect(line, QColor(self._style.colours.separator))

    # ------------------------------------------------------------------------------------- Qt events

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Share the new height among the panels."""
        super().resizeEvent(event)
        # pyqtgraph calls this from its constructor, and once more after close() has cleared the scene.
        if not self.closed and hasattr(self, "crosshair"):
            self._lay_out()
            self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the bars, or the price scale."""
        if event.button() != Qt.MouseButton.LeftButton or self._data is None:
            event.ignore()
            return
        self._drag_from = event.position()
        self._drag = _Drag.BARS
        if self._over_axis(event.position()):
            self._drag = _Drag.PRICE if self._plot_at(event.position()) is self.price else _Drag.NOTHING
        # Not accepted, so that the click also gives the panel around it the focus.
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or move the crosshair."""
        position = event.position()
        if self._data is None:
            return
        if self._drag is _Drag.NOTHING or not event.buttons() & Qt.MouseButton.LeftButton:
            self._point_at(position)
            return
        moved = position - self._drag_from
        self._drag_from = position
        if self._drag is _Drag.PRICE:
            self.price_scaled.emit(float(np.exp(moved.y() * PRICE_DRAG)))
        else:
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            height = self.price.rect.height() if self.price else 1.0
            self._pointer = position
            self.panned.emit(-moved.x() / self._scale(), moved.y() / max(height, 1.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._drag = _Drag.NOTHING
        self._point_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the price axis: fit the scale to the bars again. On a bar: choose it."""
        if self._data is None:
            return
        if self._over_axis(event.position()):
            self.price_axis_reset.emit()
        else:
            self.activated.emit(self.bar_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; sideways, or with Shift, pan."""
        event.accept()
        if self._data is None:
            return
        sideways, steps = event.angleDelta().x() / 120, event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            sideways, steps = sideways or steps, 0.0
        if abs(sideways) > abs(steps):
            self.panned.emit(-sideways * self._state.width / 12, 0.0)
        elif steps:
            self.zoomed.emit(ZOOM_STEP**steps, self.bar_at(min(event.position().x(), self._plot_width())))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Take the crosshair away."""
        self._pointer = None
        self.pointed.emit(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Leave the menu to the window."""
        event.ignore()

    def _point_at(self, position: QPointF) -> None:
        over_axis = self._over_axis(position)
        cursor = Qt.CursorShape.SizeVerCursor if over_axis else Qt.CursorShape.CrossCursor
        self.viewport().setCursor(cursor)
        self._pointer = None if over_axis else position
        self.pointed.emit(None if over_axis else self.bar_at(position.x()))
