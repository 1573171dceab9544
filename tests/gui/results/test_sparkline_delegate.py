"""Small pictures of closes: their points, and that they are drawn only once they are there."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible, QColor

from gui.results.panel import ResultsPanel
from gui.results.sparkline_delegate import points_of

ROOM = QRectF(10.0, 20.0, 100.0, 40.0)


def test_closes_go_from_left_to_right_and_from_lowest_to_highest():
    points = points_of(np.array([1.0, 3.0, 2.0], np.float32), ROOM)
    assert [(point.x(), point.y()) for point in points] == [(10.0, 60.0), (60.0, 20.0), (110.0, 40.0)]


def test_equal_closes_are_a_line_in_the_middle():
    assert {point.y() for point in points_of(np.full(3, 5.0, np.float32), ROOM)} == {40.0}


def test_an_unknown_close_leaves_its_place_free():
    points = points_of(np.array([1.0, np.nan, 2.0], np.float32), ROOM)
    assert [point.x() for point in points] == [10.0, 110.0]


@pytest.mark.parametrize("values", [[], [1.0], [np.nan, 1.0]])
def test_fewer_than_two_closes_are_no_picture(values):
    assert points_of(np.array(values, np.float32), ROOM) == []


@pytest.fixture
def panel(qtbot):
    made = ResultsPanel(sparklines=True)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.looks.set_colours(QColor("#00ff00"), QColor("#ff0000"))
    with qtbot.waitExposed(made):
        made.show()
    made.begin(())
    made.append(
        pa.table(
            {"symbol": ["A", "B"], "timestamp": pa.array([0, 0], pa.timestamp("us")), "close": [1.0, 2.0]}
        )
    )
    made.finish()
    return made


def colours(panel, row):
    view, place = panel.view, panel.model.sparkline_place
    cell = view.visualRect(panel.model.index(row, place))
    image = view.viewport().grab(cell).toImage()
    every = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {(each.red() > 150, each.green() > 150) for each in every if each.saturation() > 100}


def test_nothing_is_drawn_until_the_closes_are_there(panel):
    assert colours(panel, 0) == set()
    panel.model.closes.take({0: np.linspace(1, 2, 60).astype(np.float32)})
    assert (False, True) in colours(panel, 0)
    assert colours(panel, 1) == set()


def test_a_line_that_ends_below_its_beginning_has_the_other_colour(panel):
    panel.model.closes.take({1: np.linspace(2, 1, 60).astype(np.float32)})
    assert (True, False) in colours(panel, 1)


def test_a_screen_reader_hears_the_change(panel):
    index = panel.model.index(0, panel.model.sparkline_place)
    role = 11  # Qt.AccessibleTextRole
    assert "unknown" in panel.model.data(index, role)
    panel.model.closes.take({0: np.array([100.0, 90.0], np.float32)})
    assert panel.model.data(index, role) == "2 closes up to the match: down 10.0 percent"
    interface = QAccessible.queryAccessibleInterface(panel.view)
    assert interface is not None


def test_the_pictures_stand_after_the_close_and_are_neither_sorted_nor_copied_nor_written(panel):
    place = panel.model.sparkline_place
    assert panel.layout_of_columns.visible() == [0, 1, 2, place]
    panel.append(pa.table({"symbol": ["C"], "timestamp": pa.array([0], pa.timestamp("us")), "close": [3.0]}))
    order = panel.model.order.keys
    panel.sort_by(place)
    assert panel.model.order.keys == order
    assert "@sparkline" not in panel.all_matches().column_names


def test_added_columns_come_after_the_pictures(panel):
    panel.add_columns(pa.table({"x": [1.0, 2.0]}))
    names = [panel.model.columns[place].name for place in panel.layout_of_columns.visible()]
    assert names == ["symbol", "timestamp", "close", "@sparkline", "x"]
