"""The chart as a widget: what the window gives it, what the keys do, what it tells.

Here: the public slots and signals and the keyboard. ``state`` decides what is in view, ``view`` draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from gui.chart.data import ChartData, Place
from gui.chart.hint import Hint
from gui.chart.overlays import NOTHING, Overlays
from gui.chart.preloading import pieces
from gui.chart.rehearsal import made_up_chart
from gui.chart.state import ZOOM_STEP, ChartState
from gui.chart.style import ChartStyle
from gui.theme.theme import Theme

if TYPE_CHECKING:
    from gui.chart.view import ChartView

PAN_SHARE = 1 / 16
FAST_PAN_SHARE = 1 / 2

OverlaySource: TypeAlias = Callable[[ChartData, int | None], Overlays]


class ChartPanel(QWidget):
    """Price, volume and indicators of one symbol.

    ``crosshair_moved`` tells the bar whose values are shown; ``bar_activated`` the bar that the user chose by
    N, P, Enter or a double click; ``row_requested`` asks for the next (1) or previous (-1) row;
    ``text_typed`` carries letters that mean nothing here, for a symbol search; ``scale_changed`` says whether the
    price scale fits itself to the visible bars and whether it is logarithmic.
    """

    crosshair_moved = Signal(int)
    bar_activated = Signal(int)
    row_requested = Signal(int)
    text_typed = Signal(str)
    scale_changed = Signal(bool, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 160)
        self._theme = theme
        self._state = ChartState()
        self._style = ChartStyle(theme.chart, self.font())
        self._data: ChartData | None = None
        self._overlay_source: OverlaySource = _no_overlays
        self._told_scale = self._scale()
        self._hint = Hint(theme, self)
        self._view: ChartView | None = None
        self._stack = QStackedLayout()
        self._stack.addWidget(self._hint)
        layout = QVBoxLayout(self)
        # Room for the focus ring.
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addLayout(self._stack)
        self._keys = self._key_table()
        self._describe()

    @property
    def data(self) -> ChartData | None:
        """What is shown."""
        return self._data

    @property
    def state(self) -> ChartState:
        """What is in view; read it, change it through the slots."""
        return self._state

    @property
    def view(self) -> ChartView:
        """The picture; it is built when it is first asked for."""
        if self._view is None:
            # pyqtgraph takes as long to load as half of the rest: a window is on the screen before it.
            from gui.chart.view import ChartView  # noqa: PLC0415

            self._view = ChartView(self._style, self._state, self)
            self._stack.addWidget(self._view)
            self._connect_view(self._view)
        return self._view

    def warm_up(self) -> Iterator[None]:
        """Build in small steps what the first chart will need, so that it comes as quickly as any other."""
        yield from pieces()
        view = self.view
        yield
        places: tuple[Place, ...] = ("price", "volume", "own")
        for place in places:
            view.make_spare(place)
            yield
        if self._data is None:
            self._rehearse(view)

    def _rehearse(self, view: ChartView) -> None:
        sample = made_up_chart()
        self._state.replace_bars(len(sample.bars), sample.signals, int(sample.signals[0]))
        view.set_data(sample)
        view.redraw()
        self._state.replace_bars(0, self._state.signals[:0], None)
        view.set_data(None)

    @property
    def title_font(self) -> QFont:
        """What a title over the picture is written in."""
        return self._style.bold_font

    @property
    def current_bar(self) -> int | None:
        """The bar whose values are shown."""
        return self._state.current

    @Slot(object, object)
    def show_data(self, data: ChartData, focus_bar: int | None = None) -> None:
        """Replace everything; the zoom stays, and ``focus_bar`` (the row's signal) gets the vertical band."""
        if not len(data.bars):
            self.clear(self.tr("No bars"), self.tr("%s has no bars in this timeframe.") % data.symbol)
            return
        self._data = data
        overlays = self._overlay_source(data, focus_bar)
        self._state.replace_bars(len(data.bars), data.signals, focus_bar, overlays.last_bar)
        self.view.forget_pointer()
        self.view.set_data(data)
        self.view.set_overlays(overlays)
        self._stack.setCurrentWidget(self.view)
        self._redraw()
        self._tell_current()

    @Slot(int)
    def focus_on(self, bar: int) -> None:
        """Give another bar of the same symbol the vertical band and bring it into view."""
        if self._data is None:
            return
        overlays = self._overlay_source(self._data, bar)
        self._state.reach = overlays.last_bar
        self._state.focus_on(bar)
        self.view.set_overlays(overlays)
        self._redraw()
        self._tell_current()

    def set_overlay_source(self, source: OverlaySource) -> None:
        """Ask this from now on what lies over a chart whose focused bar is that one."""
        self._overlay_source = source
        self.refresh_overlays()

    @Slot()
    def refresh_overlays(self) -> None:
        """Ask anew what lies over the chart."""
        if self._data is None:
            return
        overlays = self._overlay_source(self._data, self._state.focus)
        self._state.reach_to(overlays.last_bar)
        self.view.set_overlays(overlays)
        self._redraw()
        self._describe()

    @Slot()
    def clear(self, headline: str = "", sentence: str = "") -> None:
        """Show no symbol, but what to do about it; without texts, the hint of the start."""
        self._data = None
        self._state.replace_bars(0, self._state.signals[:0], None)
        if self._view is not None:
            self._view.set_data(None)
        if headline:
            self._hint.set_text(headline, sentence)
        else:
            self._hint.set_default_text()
        self._stack.setCurrentWidget(self._hint)
        self._describe()

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Change all colours now."""
        self._theme = theme
        self._style.colours = theme.chart
        self._hint.set_theme(theme)
        if self._view is not None:
            self._view.use_style()
        self.update()

    @Slot()
    def toggle_log_scale(self) -> None:
        """Change between a linear and a logarithmic price scale."""
        self._state.toggle_log()
        if self._view is not None:
            self._view.rescale()
        self._redraw()
        self._tell_scale()

    @Slot()
    def toggle_auto_scale(self) -> None:
        """Fit the price scale to the visible bars, or keep it as it is now."""
        if self._state.auto_scale:
            self._scale_price(1.0)
        else:
            self._fit_price()
        self._tell_scale()

    @Slot()
    def next_signal(self) -> None:
        """Go to the next signal of this symbol."""
        self._go_to_signal(self._state.next_signal())

    @Slot()
    def previous_signal(self) -> None:
        """Go to the previous signal of this symbol."""
        self._go_to_signal(self._state.previous_signal())

    # ------------------------------------------------------------------------------------- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Carry out a key of the chart; hand on the others."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        action = self._keys.get((Qt.Key(event.key()), modifiers))
        if action is None and event.text() == "+":
            # The plus needs Shift on some keyboards and none on others.
            action = self._keys[Qt.Key.Key_Plus, Qt.KeyboardModifier.NoModifier]
        if action is not None and self._data is not None:
            action()
            event.accept()
        elif event.text().isalnum() and not modifiers & ~Qt.KeyboardModifier.ShiftModifier:
            self.text_typed.emit(event.text())
            event.accept()
        else:
            event.ignore()

    def _key_table(self) -> dict[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], None]]:
        plain, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
        control, alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
        key = Qt.Key
        return {
            (key.Key_Left, plain): lambda: self._pan_share(-PAN_SHARE),
            (key.Key_Right, plain): lambda: self._pan_share(PAN_SHARE),
            (key.Key_Left, control): lambda: self._pan_share(-FAST_PAN_SHARE),
            (key.Key_Right, control): lambda: self._pan_share(FAST_PAN_SHARE),
            (key.Key_Left, shift): lambda: self._step(-1),
            (key.Key_Right, shift): lambda: self._step(1),
            (key.Key_Up, plain): lambda: self._zoom(ZOOM_STEP),
            (key.Key_Down, plain): lambda: self._zoom(1 / ZOOM_STEP),
            (key.Key_Plus, plain): lambda: self._zoom(ZOOM_STEP),
            (key.Key_Minus, plain): lambda: self._zoom(1 / ZOOM_STEP),
            (key.Key_Home, plain): self._go_home,
            (key.Key_End, plain): self._go_end,
            (key.Key_N, plain): self.next_signal,
            (key.Key_P, plain): self.previous_signal,
            (key.Key_A, plain): self.toggle_auto_scale,
            (key.Key_R, alt): self._fit_price,
            (key.Key_L, plain): self.toggle_log_scale,
            (key.Key_L, alt): self.toggle_log_scale,
            (key.Key_Return, plain): self._activate_current,
            (key.Key_Enter, plain): self._activate_current,
            (key.Key_BracketLeft, plain): lambda: self.row_requested.emit(-1),
            (key.Key_BracketRight, plain): lambda: self.row_requested.emit(1),
        }

    def _pan_share(self, share: float) -> None:
        self._pan(share * self._state.width, 0.0)

    def _step(self, bars: int) -> None:
        self.view.forget_pointer()
        self._state.step(bars)
        self._redraw()
        self._tell_current()

    def _go_home(self) -> None:
        self._state.go_home()
        self._redraw()

    def _go_end(self) -> None:
        self._state.go_end()
        self._redraw()

    def _activate_current(self) -> None:
        if self._state.current is not None:
            self.bar_activated.emit(self._state.current)

    def _go_to_signal(self, bar: int | None) -> None:
        if bar is not None:
            self.focus_on(bar)
            self.bar_activated.emit(bar)

    # ------------------------------------------------------------------------------------- the view's wishes

    def _connect_view(self, view: ChartView) -> None:
        view.panned.connect(self._pan)
        view.zoomed.connect(self._zoom)
        view.pointed.connect(self._point_at)
        view.price_scaled.connect(self._scale_price)
        view.price_axis_reset.connect(self._fit_price)
        view.activated.connect(self._activate_at)
        view.resized.connect(self._redraw)

    @Slot(float, float)
    def _pan(self, bars: float, price_share: float) -> None:
        self._state.pan(bars)
        self._state.shift_price(price_share)
        self._redraw()

    @Slot(float, float)
    def _zoom(self, factor: float, about: float | None = None) -> None:
        self._state.zoom(factor, about)
        self._redraw()

    @Slot(object)
    def _point_at(self, x: float | None) -> None:
        changed = self._state.point_at(x)
        self.view.update_crosshair()
        if changed:
            self.view.update_legends()
            self._tell_current()

    @Slot(float)
    def _scale_price(self, factor: float) -> None:
        if self.view.price is not None:
            self._state.scale_price(factor, (self.view.price.low, self.view.price.high))
            self._redraw()

    @Slot()
    def _fit_price(self) -> None:
        self._state.price_range = None
        self._redraw()

    @Slot(float)
    def _activate_at(self, x: float) -> None:
        self.bar_activated.emit(self._state.nearest(x))

    @Slot()
    def _redraw(self) -> None:
        if self._view is not None:
            self._view.redraw()
        if self._told_scale != self._scale():
            self._tell_scale()

    # ------------------------------------------------------------------------------------- telling

    def _tell_current(self) -> None:
        self._describe()
        if self._state.current is not None:
            self.crosshair_moved.emit(self._state.current)

    def _scale(self) -> tuple[bool, bool]:
        return self._state.auto_scale, self._state.log_scale

    def _tell_scale(self) -> None:
        self._told_scale = self._scale()
        self.scale_changed.emit(*self._told_scale)

    def _describe(self) -> None:
        """Tell screen readers what the chart shows at its current bar."""
        if self._data is None:
            self.setAccessibleName(self.tr("Price chart"))
            self.setAccessibleDescription(self._hint.text())
            return
        self.setAccessibleName(self.tr("Price chart of %s") % self._data.symbol)
        self.setAccessibleDescription(self.view.legend_text())

    # ------------------------------------------------------------------------------------- Qt events

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the ground of the hint, and the ring of the focus."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.chart.background))
        if self.hasFocus():
            painter.setPen(QColor(self._theme.interface.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the focus ring away."""
        super().focusOutEvent(event)
        self.update()


def _no_overlays(_data: ChartData, _focus: int | None) -> Overlays:
    return NOTHING
