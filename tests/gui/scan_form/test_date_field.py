from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCalendarWidget, QMenu

from gui.scan_form.date_field import DateField
from gui.scan_form.state import DateReading


@pytest.fixture
def start(qtbot) -> DateField:
    made = DateField("start", "From")
    qtbot.addWidget(made)
    made.set_limits(date(2016, 11, 21), date(2026, 11, 20))
    made.show()
    return made


def test_an_empty_line_is_open_and_says_what_that_means(start):
    assert start.reading() == DateReading(None)
    assert start.placeholderText() == "first bar"
    assert "2016-11-21" in start.toolTip()


def test_the_other_side_speaks_of_the_last_bar(qtbot):
    end = DateField("end", "To")
    qtbot.addWidget(end)
    end.set_limits(date(2016, 11, 21), date(2026, 11, 20))
    assert end.placeholderText() == "last bar"
    assert "2026-11-20" in end.toolTip()


def test_leaving_the_line_writes_the_day_that_a_year_means(qtbot, start):
    qtbot.keyClicks(start, "2020")
    qtbot.keyClick(start, Qt.Key.Key_Return)
    assert start.text() == "2020-01-01"


def test_what_cannot_be_read_stays_as_it_was_typed(qtbot, start):
    qtbot.keyClicks(start, "soon")
    qtbot.keyClick(start, Qt.Key.Key_Return)
    assert start.text() == "soon"
    assert start.reading().sentence


def test_a_date_that_is_set_is_told_and_read_back(qtbot, start):
    with qtbot.waitSignal(start.changed):
        start.set_date(date(2024, 3, 15))
    assert start.reading().value == date(2024, 3, 15)
    start.set_date(None)
    assert start.text() == ""


def test_the_calendar_opens_on_the_first_day_of_the_data_and_keeps_to_its_range(qtbot, start):
    qtbot.keyClick(start, Qt.Key.Key_Down)
    calendar = start.findChild(QCalendarWidget)
    assert calendar.isVisible()
    assert calendar.selectedDate() == QDate(2016, 11, 21)
    assert calendar.maximumDate() == QDate(2026, 11, 20)
    start.findChild(QMenu).close()


def test_a_day_chosen_in_the_calendar_is_written_and_closes_it(qtbot, start):
    start.open_calendar()
    start.findChild(QCalendarWidget).clicked.emit(QDate(2020, 5, 4))
    assert start.text() == "2020-05-04"
    assert not start.findChild(QMenu).isVisible()


def test_the_calendars_menu_opens_the_side_again(qtbot, start):
    start.set_date(date(2020, 5, 4))
    start.open_calendar()
    menu = start.findChild(QMenu)
    menu.actions()[0].trigger()
    menu.close()
    assert start.reading() == DateReading(None)


def test_a_whole_date_always_fits(start):
    assert start.minimumSizeHint().width() > start.fontMetrics().horizontalAdvance("2026-12-28")
