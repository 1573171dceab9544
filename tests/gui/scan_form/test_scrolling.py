from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from gui.scan_form.scrolling import ScrollingColumn

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
