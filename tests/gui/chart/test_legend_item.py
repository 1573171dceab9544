"""The legend wraps between values, never between a name and its value."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont

from gui.chart.legend import Piece
from gui.chart.legend_item import MARGIN, LegendItem
from gui.chart.style import ChartStyle

LINE = tuple(
    piece
    for number in range(6)
    for piece in (Piece(f"sma(close, {number}0)", "muted"), Piece("123.45", "line", number, gap=1.0))
)


@pytest.fixture
def legend(qapp, dark):
    return LegendItem(ChartStyle(dark.chart, QFont()))


@pytest.mark.parametrize("width", [150, 260, 420, 3000])
def test_rows_end_inside_the_panel_and_begin_with_a_name(legend, width):
    legend.set_width(width)
    legend.set_lines((LINE,))
    rows = legend.rows
    assert [piece for row in rows for _, piece in row] == list(LINE)
    for row in rows:
        assert row[0][0] == MARGIN
        assert row[0][1].text.startswith("sma")
        left, piece = row[-1]
        assert left + legend.style.text_metrics.horizontalAdvance(piece.text) <= width
    assert (len(rows) == 1) == (width == 3000)


def test_more_rows_need_more_height(legend):
    legend.set_lines((LINE,))
    legend.set_width(3000)
    one = legend.height
    legend.set_width(150)
    assert legend.height > 3 * one
    assert legend.boundingRect().height() == legend.height


def test_text_that_looks_like_markup_is_measured_as_it_is_written(legend):
    legend.set_width(3000)
    legend.set_lines(((Piece("<b>x</b>"), Piece("1")),))
    (_, first), (left, _) = legend.rows[0]
    assert first.text == "<b>x</b>"
    assert left > MARGIN + legend.style.text_metrics.horizontalAdvance("<b>x</b>")
