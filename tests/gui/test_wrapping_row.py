from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from gui.wrapping_row import WrappingRow


@pytest.fixture
def row(qtbot):
    """Three boxes of 100 × 20 in a row."""
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = WrappingRow(holder)
    for _ in range(3):
        box = QWidget(holder)
        box.setFixedSize(100, 20)
        layout.addWidget(box)
    holder.show()
    yield layout


def places(row) -> list[tuple[int, int]]:
    return [
        (row.itemAt(place).geometry().x(), row.itemAt(place).geometry().y()) for place in range(row.count())
    ]


def test_there_is_one_line_while_there_is_room(row):
    row.parentWidget().resize(330, 100)
    assert places(row) == [(0, 0), (108, 0), (216, 0)]
    assert row.sizeHint().width() == 316


def test_what_does_not_fit_goes_to_the_next_line(row):
    row.parentWidget().resize(220, 100)
    assert places(row) == [(0, 0), (108, 0), (0, 24)]
    assert row.heightForWidth(220) == 44
    assert row.minimumSize().width() == 100


def test_what_is_hidden_takes_no_room(row):
    row.itemAt(1).widget().hide()
    row.parentWidget().resize(220, 100)
    row.activate()
    assert places(row)[0] == (0, 0)
    assert places(row)[2] == (108, 0)


def test_a_widget_can_be_taken_out(row):
    assert row.takeAt(0) is not None
    assert (row.count(), row.takeAt(7), row.itemAt(7)) == (2, None, None)
