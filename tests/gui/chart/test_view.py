"""The structure of the picture: widths, columns and colours of what was painted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from gui.chart.data import ChartSeries
from gui.chart.panel import ChartPanel
from gui.chart.signal_item import CROWD, FOCUSED, TRIANGLE

RENDER = """
import runpy, sys
from PySide6.QtWidgets import QApplication
from gui.chart.panel import ChartPanel
from gui.theme.theme import make_theme
app = QApplication([])
samples = runpy.run_path(sys.argv[1])
panel = ChartPanel(make_theme("dark"))
panel.resize(900, 600)
panel.show()
panel.show_data(samples["make_data"](), None)
assert panel.grab().save(sys.argv[2])
print(panel.view.plots[0].rect.width(), panel.view.plots[0].rect.height())
panel.close()
"""


@pytest.fixture
def panel(qtbot, theme):
    made = ChartPanel(theme)
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def pixels(image):
    """Return the picture as rows of 0xRRGGBB."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    words = np.frombuffer(image.constBits(), dtype=np.uint32)
    return words.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()] & 0xFFFFFF


def colour(text):
    return int(text[1:], 16)


def painted(panel, place):
    """Return the pixels of one panel; the widget has a ring of one pixel."""
    plot = next(plot for plot in panel.view.plots if plot.place == place)
    rect = plot.rect.toRect().translated(1, 1)
    found = pixels(panel.grab().toImage())
    return found[rect.top() : rect.top() + rect.height(), rect.left() : rect.left() + rect.width()]


def run_lengths(row):
    """Return the lengths of the unbroken stretches of True in a row, but of those that its ends may cut."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
    lengths = edges[1::2] - edges[::2]
    return lengths[(edges[::2] > 0) & (edges[1::2] < len(row))]


def candle_widths(area, up, down, margin):
    inner = area[margin:, margin : area.shape[1] - margin]
    lengths = [run_lengths(row == tint) for row in inner for tint in (up, down)]
    return set(np.concatenate(lengths).tolist())


def test_all_candles_have_one_body_and_one_wick_width(panel, data_of):
    panel.show_data(data_of())
    chart = panel.view.colours
    widths = candle_widths(painted(panel, "price"), colour(chart.up), colour(chart.down), 40)
    assert len(widths) == 2
    assert min(widths) == 1


@pytest.mark.parametrize(("ratio", "wick"), [("2", 2), ("1.5", 2)])
def test_candles_are_sharp_on_dense_screens(tmp_path, dark, monkeypatch, ratio, wick):
    picture = tmp_path / "chart.png"
    monkeypatch.setenv("QT_SCALE_FACTOR", ratio)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    here = Path(__file__)
    command = [sys.executable, "-c", RENDER, str(here.with_name("conftest.py")), str(picture)]
    done = subprocess.run(
        command, cwd=here.parents[3], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    width, height = (float(part) for part in done.stdout.split())
    image = QImage(str(picture))
    assert image.width() == round(900 * float(ratio))
    area = pixels(image)[: int(height * float(ratio)), : int(width * float(ratio))]
    widths = candle_widths(area, colour(dark.chart.up), colour(dark.chart.down), 80)
    assert len(widths) == 2
    assert min(widths) == wick


def test_bodies_stay_equal_at_every_zoom(panel, data_of):
    chart = panel.view.colours
    panel.show_data(data_of())
    for _ in range(8):
        panel.state.zoom(0.8)
        panel.view.redraw()
        widths = candle_widths(painted(panel, "price"), colour(chart.up), colour(chart.down), 60)
        assert len(widths) <= 2, panel.state.width


def test_the_whole_history_is_drawn_in_single_columns(panel, data_of):
    panel.show_data(data_of(count=5000))
    panel.state.zoom(1000)
    panel.view.redraw()
    chart = panel.view.colours
    area = painted(panel, "price")[28:]
    filled = np.isin(area, (colour(chart.up), colour(chart.down))).any(axis=0)
    assert filled[10 : int(0.9 * len(filled))].all()


def test_both_price_colours_and_their_quiet_forms_are_there(panel, full_data):
    panel.show_data(full_data(), 235)
    chart = panel.view.colours
    assert {colour(chart.up), colour(chart.down)} <= set(painted(panel, "price").ravel().tolist())
    quiet = {colour(chart.up_volume), colour(chart.down_volume)}
    assert quiet <= set(painted(panel, "volume").ravel().tolist())


def test_the_overlay_is_on_the_price_and_the_oscillator_below(panel, full_data):
    panel.show_data(full_data(), 235)
    chart = panel.view.colours
    overlay, oscillator = colour(chart.line(0)), colour(chart.line(1))
    legend = 45
    assert (painted(panel, "price")[legend:] == overlay).sum() > 200
    assert (painted(panel, "price")[legend:] == oscillator).sum() == 0
    assert (painted(panel, "own")[25:] == oscillator).sum() > 200


def test_a_marker_stands_under_its_bar_and_points_at_it(panel, data_of):
    data = data_of(signals=[300])
    panel.show_data(data, None)
    area = painted(panel, "price")
    rows, columns = np.nonzero(area == colour(panel.view.colours.signal))
    middle = panel.view.column(300) + 0.5
    assert (columns.min() + columns.max() + 1) / 2 == pytest.approx(middle, abs=0.51)
    assert TRIANGLE[0] - 2 <= columns.max() - columns.min() + 1 <= TRIANGLE[0]
    low = panel.view.plots[0].axis.row(float(data.bars.low[300]))
    assert low < rows.min() < low + 12


def test_the_rows_own_signal_is_larger_and_has_a_band_through_all_panels(panel, full_data):
    panel.show_data(full_data(), 235)
    chart = panel.view.colours
    _, columns = np.nonzero(painted(panel, "price")[45:] == colour(chart.focus))
    near = np.abs(columns - panel.view.column(235)) < FOCUSED[0]
    assert near.sum() > 30
    for place in ("price", "volume", "own"):
        area = painted(panel, place)
        column = int(panel.view.column(235)) - 3
        ground = int(area[30, column - 12])
        assert int(area[30, column]) != ground, place


def test_many_signals_shrink_to_ticks(panel, data_of):
    count = 3000
    panel.show_data(data_of(count=count, signals=range(5, count, 10)))
    signal = colour(panel.view.colours.signal)
    panel.state.zoom(100)
    panel.view.redraw()
    widths = {int(n) for row in painted(panel, "price") for n in run_lengths(row == signal)}
    assert widths
    assert max(widths) <= 2
    panel.state.zoom(0.05)
    panel.view.redraw()
    assert len(panel.data.signals) > CROWD
    widths = {int(n) for row in painted(panel, "price") for n in run_lengths(row == signal)}
    assert max(widths) >= TRIANGLE[0] - 2


def test_a_kept_picture_is_the_picture(panel, full_data):
    panel.show_data(full_data(), 235)
    kept = pixels(panel.grab().toImage())
    for plot in panel.view.plots:
        for item in plot.items:
            item.keep_picture(keep=False)
    fresh = pixels(panel.grab().toImage())
    # What is tinted is blended in two steps when it is kept: each may round by one.
    shift = np.array([0, 8, 16])
    channels = [(picture[..., None] >> shift & 0xFF).astype(np.int16) for picture in (kept, fresh)]
    assert np.abs(channels[0] - channels[1]).max() <= 2


@pytest.mark.parametrize("style", ["line", "dashed", "dots", "histogram"])
def test_every_style_of_series_leaves_its_marks(panel, data_of, style):
    values = np.sin(np.arange(400) / 7)
    panel.show_data(data_of(series=[ChartSeries("s", values, style=style)]))
    chart = panel.view.colours
    inked = {colour(chart.line(0))} if style != "histogram" else {colour(chart.up_volume)}
    area = painted(panel, "own")[25:]
    share = np.isin(area, tuple(inked)).mean()
    assert share > 0.001


def test_a_band_is_tinted_between_its_lines(panel, bars_of, data_of):
    bars = bars_of()
    upper, lower = bars.close * 1.05, bars.close * 0.95
    upper[350:360] = np.nan
    series = [
        ChartSeries("upper", upper, "price", "band_upper", group="b"),
        ChartSeries("lower", lower, "price", "band_lower", group="b"),
    ]
    panel.show_data(data_of(bars, series))
    ground = colour(panel.view.colours.background)
    area = painted(panel, "price")
    price = panel.view.plots[0].axis

    def at(bar, value):
        return int(area[round(price.row(value)), int(panel.view.column(bar)) + 3])

    assert at(330, float(bars.close[330]) * 1.035) != ground
    assert at(355, float(bars.high[355]) * 1.02) == ground


def test_the_grid_is_fainter_than_anything_on_it(panel, data_of):
    panel.show_data(data_of())
    area = painted(panel, "price")
    grid = colour(panel.view.colours.grid)
    tick = panel.view.date_axis.ticks[0]
    assert (area[:, int(panel.view.column(tick.bar))] == grid).mean() > 0.3


def test_panels_are_separated_by_one_pixel(panel, full_data):
    panel.show_data(full_data())
    whole = pixels(panel.grab().toImage())
    separator = colour(panel.view.colours.separator)
    for plot in panel.view.plots[:-1]:
        y = int(plot.rect.bottom()) + 1
        assert (whole[y, 2:800] == separator).mean() > 0.95
        assert (whole[y + 1, 2:800] == separator).mean() < 0.5
        assert (whole[y - 1, 2:800] == separator).mean() < 0.5


def test_the_tag_of_the_last_price_has_its_colour(panel, data_of):
    data = data_of()
    panel.show_data(data)
    chart = panel.view.colours
    rising = data.bars.close[-1] >= data.bars.close[-2]
    plot = panel.view.plots[0]
    x = int(plot.rect.right()) + 5
    y = round(plot.axis.row(float(data.bars.close[-1]))) + 1
    found = panel.grab().toImage().pixelColor(x, y)
    assert found == QColor(chart.up if rising else chart.down)
