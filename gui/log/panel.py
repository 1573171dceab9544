"""The log panel: lines as they come, a choice of level, copy and clear.

Lines are collected for a tenth of a second and shown together; the table follows the end unless the user has
scrolled up. Not here: which loggers there are and the log file (``app``).
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.empty_state import EmptyState
from gui.log.log_model import LevelColours, LogModel
from gui.log.queued_log import QueuedLog
from gui.log.ring import LogLine
from gui.theme.tables import as_list

BATCH_MS = 100


class LogTable(QTableView):
    """A table whose Ctrl+C copies the selected lines, not one cell."""

    def __init__(self, model: LogModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        header = as_list(self, self.tr("Log"), self.fontMetrics().height() + 4)
        header.setStretchLastSection(True)
        width = self.fontMetrics().averageCharWidth()
        for place, letters in enumerate((16, 11, 24)):
            header.resizeSection(place, letters * width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the selected lines on Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted(index.row() for index in self.selectionModel().selectedRows())
            text = "\n".join(self._model.lines[row].written() for row in rows)
            QGuiApplication.clipboard().setText(text)
        else:
            super().keyPressEvent(event)


class LogPanel(QWidget):
    """The newest log lines of the handlers connected to it."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        warning_colour: QColor | None = None,
        error_colour: QColor | None = None,
    ) -> None:
        super().__init__(parent)
        self._warning = warning_colour or QColor("#b7791f")
        self._error = error_colour or QColor("#d9534f")
        self.model = LogModel(self._colours(), self)
        self.table = LogTable(self.model, self)
        self.empty = EmptyState(self.table)
        self.level_box = QComboBox(self)
        self._waiting: list[LogLine] = []
        self._batch = QTimer(self)
        self._batch.setSingleShot(True)
        self._batch.setInterval(BATCH_MS)
        self._batch.timeout.connect(self.show_waiting)
        self._build()

    def _build(self) -> None:
        for title, level in (
            (self.tr("Everything"), logging.NOTSET),
            (self.tr("Information and worse"), logging.INFO),
            (self.tr("Warnings and worse"), logging.WARNING),
            (self.tr("Errors"), logging.ERROR),
        ):
            self.level_box.addItem(title, level)
        for part in (self.level_box, self.level_box.view()):
            part.setAccessibleName(self.tr("Least level shown"))
        self.level_box.currentIndexChanged.connect(self._take_level)
        clear = QPushButton(self.tr("Clear"), self)
        clear.clicked.connect(self.clear)
        label = QLabel(self.tr("Sho&w"), self)
        label.setBuddy(self.level_box)
        top = QHBoxLayout()
        top.addWidget(label)
        top.addWidget(self.level_box)
        top.addStretch(1)
        top.addWidget(clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 4)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        for told in (self.model.rowsInserted, self.model.rowsRemoved, self.model.modelReset):
            told.connect(self._show_emptiness)
        self._show_emptiness()

    @Slot()
    def _show_emptiness(self) -> None:
        words = self.tr("No lines. Scans, imports and what fails beside them leave some here.")
        self.empty.show_text("" if self.model.rowCount() else words)

    def listen_to(self, handler: QueuedLog) -> None:
        """Show the lines of a handler, from whichever thread."""
        handler.sender.lines_written.connect(self.append, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def append(self, lines: tuple[LogLine, ...]) -> None:
        """Take lines; they show within a tenth of a second."""
        self._waiting.extend(lines)
        if not self._batch.isActive():
            self._batch.start()

    @Slot()
    def show_waiting(self) -> None:
        """Show the collected lines now."""
        self._batch.stop()
        lines, self._waiting = self._waiting, []
        bar = self.table.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        self.model.extend(lines)
        if at_end:
            self.table.scrollToBottom()

    @Slot()
    def clear(self) -> None:
        """Forget all lines."""
        self._waiting.clear()
        self.model.clear()

    @Slot()
    def _take_level(self) -> None:
        self.model.set_level(int(self.level_box.currentData()))
        self.table.scrollToBottom()

    def set_colours(self, warning: QColor, error: QColor) -> None:
        """Take the colours of another theme."""
        self._warning, self._error = warning, error
        self.model.set_colours(self._colours())

    def _colours(self) -> LevelColours:
        dim = self.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        return LevelColours(self._warning, self._error, dim)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.model.set_colours(self._colours())
