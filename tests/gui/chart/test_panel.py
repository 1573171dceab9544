"""The chart as its user meets it: slots, keys, mouse and signals."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent, QWheelEvent
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.chart.panel import ChartPanel
from gui.chart.state import DEFAULT_WIDTH

Key = Qt.Key
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(qtbot, dark):
    made = ChartPanel(dark)
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def chart(panel, full_data):
    panel.show_data(full_data(), 235)
    return panel


def mouse(panel, kind, x, y, *, pressed=False):
    viewport = panel.view.viewport()
    position = QPointF(x, y)
    left = Qt.MouseButton.LeftButton
    moving = kind is QEvent.Type.MouseMove
    button = Qt.MouseButton.NoButton if moving else left
    buttons = left if pressed else Qt.MouseButton.NoButton
    event = QMouseEvent(
        kind, position, QPointF(viewport.mapToGlobal(position.toPoint())), button, buttons, NO_MODIFIER
    )
    QApplication.sendEvent(viewport, event)


def drag(panel, start, stop):
    mouse(panel, QEvent.Type.MouseButtonPress, *start, pressed=True)
    mouse(panel, QEvent.Type.MouseMove, *stop, pressed=True)
    mouse(panel, QEvent.Type.MouseButtonRelease, *stop)


def wheel(panel, x, y, steps, modifiers=NO_MODIFIER):
    viewport, not_inverted = panel.view.viewport(), False
    event = QWheelEvent(
        QPointF(x, y),
        QPointF(viewport.mapToGlobal(QPoint(int(x), int(y)))),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        not_inverted,
    )
    QApplication.sendEvent(viewport, event)


def hover_bar(panel, bar):
    mouse(panel, QEvent.Type.MouseMove, panel.view.column(bar) + 0.5, 200)


# ------------------------------------------------------------------------------------- what is shown


def test_without_data_it_says_what_to_do(panel):
    assert "Run a scan" in panel.accessibleDescription()
    assert panel.current_bar is None
    assert not panel.view.isVisible()


def test_data_is_shown_with_its_panels_and_the_row_at_two_thirds(chart):
    assert [plot.place for plot in chart.view.plots] == ["price", "volume", "own"]
    tops = [plot.rect.top() for plot in chart.view.plots]
    assert tops == sorted(tops)
    assert chart.current_bar == 235
    assert (235 - chart.state.start) / chart.state.width == pytest.approx(2 / 3, abs=0.01)


def test_a_symbol_without_bars_says_so(chart, bars_of, data_of):
    chart.show_data(data_of(bars_of(5).take(slice(0, 0))))
    assert "ABC has no bars" in chart.accessibleDescription()
    chart.clear()
    assert "Run a scan" in chart.accessibleDescription()


def test_flipping_keeps_the_zoom_and_uses_the_same_items_again(chart, full_data):
    QTest.keyClick(chart, Key.Key_Up)
    width, items = chart.state.width, set(chart.view.scene().items())
    assert width < DEFAULT_WIDTH
    for seed in range(2, 6):
        chart.show_data(full_data(seed=seed), 110)
    assert chart.state.width == width
    assert set(chart.view.scene().items()) == items


def test_panels_that_a_formula_does_not_need_go_and_come_back(chart, data_of, full_data):
    chart.show_data(data_of())
    assert [plot.place for plot in chart.view.plots] == ["price", "volume"]
    assert chart.view.plots[-1].rect.bottom() == chart.view.date_axis.pos().y()
    chart.show_data(full_data())
    assert [plot.place for plot in chart.view.plots] == ["price", "volume", "own"]


def test_focus_moves_to_another_signal_of_the_same_symbol(chart, qtbot):
    with qtbot.waitSignal(chart.crosshair_moved) as moved:
        chart.focus_on(60)
    assert moved.args == [60]
    assert chart.state.start < 60 < chart.state.end


def test_names_are_there_for_screen_readers_and_follow_the_bar(chart):
    interface = QAccessible.queryAccessibleInterface(chart)
    assert interface.text(QAccessible.Text.Name) == "Price chart of ABC"
    bars = chart.data.bars
    assert f"C {bars.close[235]:.2f}" in interface.text(QAccessible.Text.Description)
    hover_bar(chart, 220)
    assert f"C {bars.close[220]:.2f}" in interface.text(QAccessible.Text.Description)


def test_it_can_be_closed_and_resized_afterwards(chart):
    chart.close()
    chart.resize(500, 300)
    chart.view.close()
    chart.resize(800, 500)


def test_drawing_is_left_to_the_processor(chart):
    assert not isinstance(chart.view.viewport(), QOpenGLWidget)


def test_a_small_chart_is_still_drawn(chart):
    chart.resize(240, 160)
    assert not chart.grab().isNull()
    assert all(plot.rect.height() > 0 for plot in chart.view.plots)


def test_long_prices_widen_all_axes_alike(chart, bars_of, data_of):
    narrow = chart.view.plots[0].rect.width()
    bars = bars_of(300)
    for name in ("open", "high", "low", "close"):
        bars.field(name)[:] *= 1e7
    chart.show_data(data_of(bars))
    assert chart.view.plots[0].rect.width() < narrow
    assert len({plot.rect.width() for plot in chart.view.plots}) == 1


# ------------------------------------------------------------------------------------- legend and axes


def test_the_legend_shows_the_values_of_the_bar_under_the_pointer(chart):
    hover_bar(chart, 200)
    assert chart.current_bar == 200
    price, volume, own = (plot.legend.lines for plot in chart.view.plots)
    shown = [piece.text for piece in price[0]]
    bars = chart.data.bars
    expected = (f"{array[200]:.2f}" for array in (bars.open, bars.high, bars.low, bars.close))
    assert set(expected) <= set(shown)
    assert f"{chart.data.series[0].values[200]:.2f}" in [piece.text for piece in price[1]]
    assert f"{chart.data.series[1].values[200]:.2f}" in [piece.text for piece in own[0]]
    assert volume[0][1].text.endswith(("K", "M"))


def test_the_legend_returns_to_the_row_when_the_pointer_leaves(chart, qtbot):
    hover_bar(chart, 200)
    with qtbot.waitSignal(chart.crosshair_moved) as moved:
        QApplication.sendEvent(chart.view, QEvent(QEvent.Type.Leave))
    assert moved.args == [235]
    assert chart.view.crosshair.column is None


def test_the_crosshair_snaps_to_the_bar(chart):
    column = chart.view.column(200)
    mouse(chart, QEvent.Type.MouseMove, column + 2, 200)
    assert chart.view.crosshair.column == column


def test_moving_within_one_bar_tells_nothing_new(chart, qtbot):
    hover_bar(chart, 200)
    with qtbot.assertNotEmitted(chart.crosshair_moved):
        mouse(chart, QEvent.Type.MouseMove, chart.view.column(200) + 1, 260)


@pytest.mark.parametrize("height", [300, 600, 1100])
def test_no_label_of_any_axis_is_within_8_pixels_of_its_panels_edges(chart, height):
    chart.resize(900, height)
    for plot in chart.view.plots:
        text = plot.axis.style.axis_metrics.capHeight()
        for tick in plot.axis.ticks:
            middle = plot.axis.row(tick.at)
            assert middle - text / 2 >= 7.99, (plot.place, tick)
            assert middle + text / 2 <= plot.rect.height() - 7.99, (plot.place, tick)


def test_volume_is_labelled_in_units_and_levels_are_labelled(chart):
    _, volume, own = chart.view.plots
    assert all(tick.text.endswith(("K", "M")) for tick in volume.axis.ticks)
    assert [tick.text for tick in own.axis.ticks] == ["30", "70"]


def test_all_data_is_below_the_legend(chart):
    price = chart.view.plots[0]
    first, last = chart.state.visible
    highest = chart.data.bars.high[first:last].max()
    assert price.axis.row(highest) > price.legend.height


# ------------------------------------------------------------------------------------- keys


@pytest.mark.parametrize(("key", "wider"), [("Up", False), ("Down", True), ("Plus", False), ("Minus", True)])
def test_keys_zoom(chart, key, wider):
    QTest.keyClick(chart, getattr(Key, f"Key_{key}"))
    assert (chart.state.width > DEFAULT_WIDTH) == wider


@pytest.mark.parametrize("modifier", [NO_MODIFIER, Qt.KeyboardModifier.ControlModifier])
def test_arrows_pan_and_control_pans_further(chart, modifier):
    start = chart.state.start
    QTest.keyClick(chart, Key.Key_Left, modifier)
    moved = start - chart.state.start
    assert moved == pytest.approx(DEFAULT_WIDTH / (16 if modifier == NO_MODIFIER else 2), abs=8)
    QTest.keyClick(chart, Key.Key_Right, modifier)
    assert chart.state.start == pytest.approx(start, abs=8)


def test_home_and_end(chart):
    QTest.keyClick(chart, Key.Key_Home)
    assert chart.state.visible[0] == 0
    QTest.keyClick(chart, Key.Key_End)
    assert chart.state.visible[1] == 400


def test_n_and_p_walk_through_the_signals(chart, qtbot):
    with qtbot.waitSignal(chart.bar_activated) as forward:
        QTest.keyClick(chart, Key.Key_N)
    assert forward.args == [260]
    with qtbot.waitSignals([chart.bar_activated, chart.bar_activated]):
        QTest.keyClick(chart, Key.Key_P)
        QTest.keyClick(chart, Key.Key_P)
    assert chart.state.focus == 210


def test_n_at_the_last_signal_stays(chart, qtbot):
    chart.focus_on(385)
    with qtbot.assertNotEmitted(chart.bar_activated):
        QTest.keyClick(chart, Key.Key_N)


def test_a_keeps_the_price_scale_and_lets_it_follow_again(chart):
    price = chart.view.plots[0]
    before = (price.low, price.high)
    QTest.keyClick(chart, Key.Key_A)
    QTest.keyClick(chart, Key.Key_Home)
    assert (price.low, price.high) == before
    QTest.keyClick(chart, Key.Key_A)
    assert (price.low, price.high) != before


def test_l_shows_logarithms_with_prices_as_labels(chart):
    price = chart.view.plots[0]
    linear = (price.low, price.high)
    QTest.keyClick(chart, Key.Key_L)
    assert linear[0] < 10**price.high <= linear[1] * 1.2
    for tick in price.axis.ticks:
        assert float(tick.text.replace(",", "")) == pytest.approx(10**tick.at)
    QTest.keyClick(chart, Key.Key_L)
    assert (price.low, price.high) == linear


def test_shift_and_arrows_move_the_crosshair_bar_by_bar(chart):
    QTest.keyClick(chart, Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert chart.current_bar == 234
    assert chart.view.crosshair.column == chart.view.column(234)


def test_enter_chooses_the_bar(chart, qtbot):
    hover_bar(chart, 200)
    with qtbot.waitSignal(chart.bar_activated) as chosen:
        QTest.keyClick(chart, Key.Key_Return)
    assert chosen.args == [200]


def test_brackets_ask_for_the_neighbouring_rows(chart, qtbot):
    for key, step in ((Key.Key_BracketLeft, -1), (Key.Key_BracketRight, 1)):
        with qtbot.waitSignal(chart.row_requested) as asked:
            QTest.keyClick(chart, key)
        assert asked.args == [step]


def test_other_letters_are_handed_on_for_a_symbol_search(chart, qtbot):
    with qtbot.waitSignal(chart.text_typed) as typed:
        QTest.keyClick(chart, Key.Key_X)
    assert typed.args == ["x"]


def test_keys_without_a_chart_do_nothing(panel):
    for key in (Key.Key_N, Key.Key_Left, Key.Key_Home, Key.Key_A, Key.Key_L, Key.Key_Return):
        QTest.keyClick(panel, key)
    assert panel.current_bar is None


# ------------------------------------------------------------------------------------- mouse


def test_the_wheel_zooms_at_the_pointer(chart):
    x = chart.view.column(180)
    before = chart.view.bar_at(x)
    wheel(chart, x, 200, 1)
    assert chart.state.width < DEFAULT_WIDTH
    assert chart.view.bar_at(x) == pytest.approx(before, abs=1e-6)
    wheel(chart, x, 200, -2)
    assert chart.state.width > DEFAULT_WIDTH


def test_the_wheel_with_shift_pans(chart):
    start = chart.state.start
    wheel(chart, 300, 200, 1, Qt.KeyboardModifier.ShiftModifier)
    assert chart.state.start < start
    assert chart.state.width == DEFAULT_WIDTH


def test_dragging_pans_by_what_was_dragged(chart):
    bar = chart.view.bar_at(300)
    drag(chart, (300, 200), (420, 230))
    assert chart.view.bar_at(420) == pytest.approx(bar)


def test_dragging_the_price_axis_scales_it_and_a_double_click_fits_it_again(chart):
    price = chart.view.plots[0]
    fitted = (price.low, price.high)
    x = price.rect.right() + 10
    drag(chart, (x, 100), (x, 160))
    assert price.high - price.low > fitted[1] - fitted[0]
    assert not chart.state.auto_scale
    low = price.low
    drag(chart, (300, 200), (300, 260))
    assert price.low > low, "a chosen scale moves with the bars"
    mouse(chart, QEvent.Type.MouseButtonDblClick, x, 100, pressed=True)
    assert (price.low, price.high) == fitted


def test_a_double_click_chooses_the_bar(chart, qtbot):
    with qtbot.waitSignal(chart.bar_activated) as chosen:
        mouse(chart, QEvent.Type.MouseButtonDblClick, chart.view.column(190) + 1, 100, pressed=True)
    assert chosen.args == [190]


def test_a_click_gives_the_chart_the_keyboard(chart, qtbot):
    chart.clearFocus()
    QTest.mouseClick(chart.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert chart.hasFocus()


def test_the_mouse_on_an_empty_chart_does_nothing(panel):
    drag(panel, (100, 100), (150, 100))
    wheel(panel, 100, 100, 1)
    assert panel.current_bar is None


# ------------------------------------------------------------------------------------- looks


def test_a_new_theme_repaints_everything(chart, light):
    before = chart.grab().toImage()
    chart.set_theme(light)
    after = chart.grab().toImage()
    corner = after.pixelColor(5, after.height() - 30)
    assert corner.name() == light.chart.background
    assert before.pixelColor(5, after.height() - 30) != corner
    colours = {after.pixelColor(x, y).name() for x in range(800) for y in range(60, 330, 2)}
    assert {light.chart.up, light.chart.down} <= colours


def test_a_hundred_flips_leave_nothing_behind(chart, full_data):
    data = [full_data(seed=seed, count=120) for seed in range(3)]
    items = len(chart.view.scene().items())
    for number in range(100):
        chart.show_data(data[number % 3], 60)
    assert len(chart.view.scene().items()) == items
    assert np.isfinite(chart.view.plots[0].low)


def test_a_warmed_up_chart_shows_the_first_symbol_on_the_panels_that_stand_by(qtbot, dark, full_data):
    panel = ChartPanel(dark)
    qtbot.addWidget(panel)
    for _step in panel.warm_up():
        assert panel.view.plots == []
    spare = list(panel.view._plots)
    assert [plot.place for plot in spare] == ["price", "volume", "own"]
    panel.show_data(full_data())
    assert panel.view.plots and all(plot in spare for plot in panel.view.plots)


def test_a_chart_that_came_before_the_end_of_the_warm_up_stays(qtbot, dark, full_data):
    panel = ChartPanel(dark)
    qtbot.addWidget(panel)
    steps = panel.warm_up()
    next(steps)
    data = full_data()
    panel.show_data(data, 20)
    for _step in steps:
        pass
    assert panel.data is data
    assert panel.state.count == len(data.bars) and panel.state.focus == 20


def test_another_symbol_is_painted_once(qtbot, chart, full_data):
    class Paints(QObject):
        count = 0

        def eventFilter(self, _watched, event):
            self.count += event.type() == QEvent.Type.Paint
            return False

    chart.show()
    qtbot.waitExposed(chart)
    QCoreApplication.processEvents()
    paints = Paints(chart)
    chart.view.viewport().installEventFilter(paints)
    chart.show_data(full_data(seed=2), 300)
    qtbot.waitUntil(lambda: paints.count > 0)
    # Whatever was still to be painted has been when three rounds of events have passed.
    for _ in range(3):
        QCoreApplication.processEvents()
    assert paints.count == 1
