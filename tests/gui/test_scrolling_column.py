from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QTableView,
    QWidget,
)

from gui.scrolling_column import ScrollingColumn, yielding_column

ROWS = 12


@pytest.fixture
def column(qtbot) -> ScrollingColumn:
    content = QWidget()
    rows = QFormLayout(content)
    for number in range(ROWS):
        rows.addRow(f"Row {number}", QLineEdit(content))
    rows.addRow("Choice", QComboBox(content))
    rows.addRow("Number", QSpinBox(content))
    made = ScrollingColumn(content)
    qtbot.addWidget(made)
    made.resize(240, 120)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def lines(column: ScrollingColumn) -> list[QLineEdit]:
    return column.widget().findChildren(QLineEdit)[:ROWS]


def turn_wheel(field: QWidget) -> None:
    not_inverted = False
    place = QPointF(field.rect().center())
    event = QWheelEvent(
        place,
        field.mapToGlobal(place),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        not_inverted,
    )
    QApplication.sendEvent(field, event)


def test_rows_keep_their_height_in_a_low_column(column):
    assert {line.height() for line in lines(column)} == {lines(column)[0].sizeHint().height()}
    assert column.verticalScrollBar().maximum() > 0


def test_with_room_for_all_rows_nothing_scrolls(column):
    column.resize(240, column.sizeHint().height())
    assert column.verticalScrollBar().maximum() == 0


def test_no_row_is_wider_than_the_narrowest_column(column):
    column.resize(column.minimumSizeHint().width(), 120)
    assert column.widget().width() <= column.viewport().width()


def test_a_row_out_of_sight_comes_into_sight_with_the_focus(column):
    last = lines(column)[-1]
    assert last.visibleRegion().isEmpty()
    last.setFocus(Qt.FocusReason.OtherFocusReason)
    assert not last.visibleRegion().isEmpty()


def test_the_wheel_changes_only_the_field_in_use(column):
    number = column.widget().findChild(QSpinBox)
    number.setValue(5)
    turn_wheel(number)
    assert number.value() == 5
    number.setFocus(Qt.FocusReason.OtherFocusReason)
    turn_wheel(number)
    assert number.value() == 4


def test_a_taller_content_asks_for_a_taller_column(qtbot, column):
    before = column.sizeHint().height()
    column.widget().layout().addRow("One more", QLineEdit(column.widget()))
    qtbot.waitUntil(lambda: column.sizeHint().height() > before)


@pytest.fixture
def panel(qtbot) -> QWidget:
    """Three rows around a table."""
    made = QWidget()
    made.table = QTableView(made)
    layout = yielding_column(made, made.table)
    made.rows = [QLineEdit(made), QLineEdit(made), QLabel("a long caveat " * 20, made)]
    made.rows[2].setWordWrap(True)
    for each in (*made.rows[:2], made.table, made.rows[2]):
        layout.addWidget(each)
    made.column = made.findChild(ScrollingColumn)
    qtbot.addWidget(made)
    made.resize(300, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def is_whole(row: QWidget) -> bool:
    asked = row.heightForWidth(row.width()) if row.hasHeightForWidth() else row.sizeHint().height()
    return row.height() >= asked


def test_the_table_has_what_the_rows_leave_over(panel):
    assert panel.table.height() > panel.table.minimumHeight()
    assert panel.column.verticalScrollBar().maximum() == 0
    assert panel.column.widget().height() == panel.height()


def test_the_table_gives_way_before_anything_scrolls(qtbot, panel):
    least = panel.height() - (panel.table.height() - panel.table.minimumHeight())
    panel.resize(300, least)
    qtbot.waitUntil(lambda: panel.table.height() == panel.table.minimumHeight())
    assert panel.column.verticalScrollBar().maximum() == 0
    assert all(map(is_whole, panel.rows))


def test_in_a_low_panel_rows_stay_whole_and_scroll(qtbot, panel):
    panel.resize(300, 120)
    qtbot.waitUntil(lambda: panel.column.verticalScrollBar().maximum() > 0)
    assert all(map(is_whole, panel.rows))
    assert panel.table.height() == panel.table.minimumHeight()
    panel.column.verticalScrollBar().setValue(panel.column.verticalScrollBar().maximum())
    assert not panel.rows[2].visibleRegion().isEmpty()
