"""Overlays as they are painted: colours and places, with and without them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from engine.outcomes.forward_returns import OutcomeTerms
from gui.chart.data import SignalKind
from gui.chart.overlays import NOTHING, ContractLines, Overlays, Strike, forward_windows
from gui.chart.panel import ChartPanel

TERMS = OutcomeTerms((10, 20))


@pytest.fixture
def panel(qtbot, dark):
    made = ChartPanel(dark)
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def picture(panel) -> np.ndarray:
    image = panel.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    words = np.frombuffer(image.constBits(), dtype=np.uint32)
    return words.reshape(image.height(), image.width()) & 0xFFFFFF


def contract_at(*prices: float, expiry_bar: int = 130) -> ContractLines:
    strikes = tuple(Strike(price, f"buy {price:g} call", is_bought=True) for price in prices)
    return ContractLines("Long call", 100, date(2022, 9, 16), expiry_bar, strikes, (), "debit 1.00")


def changed(panel, overlays) -> np.ndarray:
    """Return which pixels of the price panel overlays change, its scale and legend being the same."""
    panel.set_overlay_source(lambda _data, _focus: NOTHING)
    price = panel.view.price
    panel._scale_price(1.0)
    before = picture(panel)
    panel.set_overlay_source(lambda _data, _focus: overlays)
    found = before != picture(panel)
    rect = price.rect.toRect().translated(1, 1)
    return found[rect.top() : rect.bottom(), rect.left() : rect.right()]


def test_forward_windows_are_drawn_between_their_bars(panel, data_of):
    data = data_of(signals=[100])
    panel.show_data(data, 100)
    area = changed(panel, Overlays(forward_windows(data.bars, 100, TERMS)))
    below_legend = area[int(panel.view.price.legend.height) :]
    columns = np.flatnonzero(below_legend.any(axis=0))
    assert columns[0] >= panel.view.column(101) - 4
    assert columns[-1] >= panel.view.column(120)


@pytest.mark.parametrize("bars_to_the_right", [3, 30])
def test_labels_never_lie_over_the_bars_before_the_entry(panel, data_of, bars_to_the_right):
    panel.set_overlay_source(lambda chart, focus: Overlays(forward_windows(chart.bars, focus, TERMS)))
    panel.show_data(data_of(signals=[300]), 300)
    panel._pan(300 + bars_to_the_right - panel.state.visible[1], 0.0)
    assert panel.state.visible[1] == 300 + bars_to_the_right
    drawn = picture(panel)
    panel.view.price.forward.setVisible(False)
    columns = np.flatnonzero((drawn != picture(panel)).any(axis=0))
    assert len(columns)
    assert columns[0] >= panel.view.column(301) - 4


def test_what_is_switched_off_leaves_no_trace(panel, data_of):
    data = data_of(signals=[100])
    panel.show_data(data, 100)
    before = picture(panel)
    panel.set_overlay_source(lambda chart, focus: Overlays(forward_windows(chart.bars, focus, TERMS)))
    assert (before != picture(panel)).any()
    panel.set_overlay_source(lambda _data, _focus: NOTHING)
    assert (before == picture(panel)).all()


def test_the_words_are_told_to_screen_readers(panel, data_of):
    data = data_of(signals=[100])
    panel.set_overlay_source(lambda chart, focus: Overlays(forward_windows(chart.bars, focus, TERMS)))
    panel.show_data(data, 100)
    assert "After the signal, bought at" in panel.accessibleDescription()


def test_strikes_near_the_prices_are_in_view_and_those_far_away_do_not_flatten_them(panel, data_of):
    data = data_of(signals=[100])
    panel.show_data(data, 100)
    low, high = panel.view.price.low, panel.view.price.high
    near, far = high + 0.3 * (high - low), high * 5
    panel.set_overlay_source(lambda _data, _focus: Overlays(contract=contract_at(near, far)))
    assert near < panel.view.price.high < far


def test_a_strike_is_one_line_at_its_price(panel, data_of):
    data = data_of(signals=[100])
    panel.show_data(data, 100)
    middle = (panel.view.price.low + panel.view.price.high) / 2
    panel.set_overlay_source(lambda _data, _focus: Overlays(contract=contract_at(middle)))
    colour = int(QColor(panel.view.colours.line(1)).name()[1:], 16)
    price = panel.view.price
    rect = price.rect.toRect().translated(1, 1)
    area = picture(panel)[rect.top() : rect.bottom(), rect.left() : rect.right()]
    row = (price.high - middle) / (price.high - price.low) * price.rect.height()
    left, right = (round(panel.view.column(bar)) for bar in (101, 129))
    counts = (area[:, left:right] == colour).sum(axis=1)
    assert abs(int(counts.argmax()) - row) <= 1.5
    assert counts.max() > (right - left) * 0.5


def test_logarithms_move_the_lines_with_the_prices(panel, data_of):
    data = data_of(signals=[100])
    panel.show_data(data, 100)
    middle = float(data.bars.close[100])
    panel.set_overlay_source(lambda _data, _focus: Overlays(contract=contract_at(middle)))
    panel.toggle_log_scale()
    price = panel.view.price
    assert price.low < np.log10(middle) < price.high
    assert price.contract.to_unit(middle) == np.log10(middle)


def test_room_is_left_for_what_has_not_come_yet(panel, data_of):
    data = data_of(count=400, signals=[399])
    panel.set_overlay_source(lambda chart, focus: Overlays(forward_windows(chart.bars, focus, TERMS)))
    panel.show_data(data, 399)
    assert panel.state.end > 419
    panel.set_overlay_source(lambda _data, _focus: NOTHING)
    assert panel.state.end < 419


def test_several_kinds_on_one_bar_stand_below_each_other(panel, data_of):
    bars = np.array([100], dtype=np.intp)
    data = data_of(signals=[100])
    heights = []
    for kinds in ((), (SignalKind("dip", bars), SignalKind("breakout", bars))):
        panel.show_data(replace(data, kinds=kinds), 100)
        colour = int(QColor(panel.view.colours.focus).name()[1:], 16)
        heights.append(np.flatnonzero((picture(panel) == colour).any(axis=1)).size)
    assert heights[1] >= 2 * heights[0]


def test_kinds_are_named_in_the_legend(panel, data_of):
    kinds = (SignalKind("dip", np.array([100])), SignalKind("breakout", np.array([90, 100])))
    panel.show_data(replace(data_of(signals=[90, 100]), kinds=kinds), 90)
    assert "▲ dip ◆ breakout" in panel.accessibleDescription()
    pieces = [piece for line in panel.view.price.legend.lines for piece in line]
    assert [piece.text for piece in pieces if piece.bold] == ["ABC", "breakout"]


def test_a_low_chart_keeps_its_height_for_candles_and_says_the_words_to_screen_readers_alone(panel, data_of):
    data = data_of(signals=[100])
    panel.set_overlay_source(lambda chart, focus: Overlays(forward_windows(chart.bars, focus, TERMS)))
    panel.resize(500, 220)
    panel.show_data(data, 100)
    assert len(panel.view.price.legend.lines) == 1
    assert "After the signal, bought at" in panel.accessibleDescription()
    panel.resize(900, 600)
    panel.refresh_overlays()
    assert len(panel.view.price.legend.lines) == 2
