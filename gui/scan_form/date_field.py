"""A date that may be left open: an empty line means the first (or last) bar there is."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette, QTextCharFormat
from PySide6.QtWidgets import (
    QCalendarWidget,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from gui.scan_form.state import DateReading, Side, date_text, read_date


class DateField(QLineEdit):
    """A line for a date, with a button that opens a calendar.

    Typing ``2024`` or ``2024-03`` is enough; leaving the line writes the day that it means. Over intraday bars
    ``2024-03-15 09:35`` is a moment.
    """

    changed = Signal()

    def __init__(self, side: Side, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side: Side = side
        self._first: date | None = None
        self._last: date | None = None
        self._calendar: QCalendarWidget | None = None
        self._menu = QMenu(self)
        self._button = QToolButton(self)
        self.setAccessibleName(name)
        self._place_button(name)
        self.textChanged.connect(self.changed)
        self.editingFinished.connect(self._write_out)
        self._button.clicked.connect(self.open_calendar)
        self.set_limits(None, None)

    def reading(self) -> DateReading:
        """Return the date that is typed, an open side, or why it cannot be read."""
        return read_date(self.text(), self._side, self.tr)

    def set_date(self, value: date | None) -> None:
        """Show a date; None leaves the side open."""
        self.setText("" if value is None else date_text(value))

    def set_limits(self, first: date | None, last: date | None) -> None:
        """Tell from when to when there is data: for the empty line's words and the calendar."""
        self._first, self._last = first, last
        is_start = self._side == "start"
        words = self.tr("first bar") if is_start else self.tr("last bar")
        bound = first if is_start else last
        self.setPlaceholderText(words)
        meaning = words if bound is None else f"{words}, {bound.isoformat()}"
        self.setToolTip(self.tr("Empty: {meaning}. A year or a month is enough.").format(meaning=meaning))

    def sizeHint(self) -> QSize:
        """Return room for a whole date."""
        return QSize(self._needed_width(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return room for a whole date: one that is cut off misleads."""
        return QSize(self._needed_width(), super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the calendar on the Down key."""
        if event.key() == Qt.Key.Key_Down:
            event.accept()
            self.open_calendar()
        else:
            super().keyPressEvent(event)

    @Slot()
    def open_calendar(self) -> None:
        """Show the calendar under the line."""
        if self._calendar is None:
            self._calendar = self._make_calendar()
        is_start = self._side == "start"
        shown = self.reading().value or (self._first if is_start else self._last)
        if self._first is not None and self._last is not None:
            self._calendar.setDateRange(_to_qt(self._first), _to_qt(self._last))
        if shown is not None:
            self._calendar.setSelectedDate(_to_qt(shown))
        # Qt paints weekends red; the markets are shut then.
        quiet = QTextCharFormat()
        quiet.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self._calendar.setWeekdayTextFormat(day, quiet)
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        self._calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place_button(self, name: str) -> None:
        self._button.setArrowType(Qt.ArrowType.DownArrow)
        self._button.setAutoRaise(True)
        self._button.setFixedWidth(self.fontMetrics().height() + 2)
        self._button.setCursor(Qt.CursorShape.ArrowCursor)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.setAccessibleName(self.tr("{name}: open the calendar").format(name=name))
        self._button.setToolTip(self.tr("Calendar (Down key)"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 2, 2)
        layout.addStretch(1)
        layout.addWidget(self._button)
        self.setTextMargins(0, 0, self._button.width(), 0)

    def _make_calendar(self) -> QCalendarWidget:
        opening = self._menu.addAction(self.tr("First bar") if self._side == "start" else self.tr("Last bar"))
        opening.triggered.connect(self.clear)
        made = QCalendarWidget(self._menu)
        made.setAccessibleName(self.tr("Calendar"))
        made.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        made.clicked.connect(self._take_date)
        made.activated.connect(self._take_date)
        holder = QWidgetAction(self._menu)
        holder.setDefaultWidget(made)
        self._menu.addAction(holder)
        return made

    def _needed_width(self) -> int:
        return self.fontMetrics().horizontalAdvance("2026-12-28") + self._button.width() + 10

    @Slot(QDate)
    def _take_date(self, chosen: QDate) -> None:
        self._menu.close()
        self.set_date(date(chosen.year(), chosen.month(), chosen.day()))
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def _write_out(self) -> None:
        reading = self.reading()
        if reading.value is not None and self.text() != date_text(reading.value):
            self.set_date(reading.value)


def _to_qt(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
