"""The problems panel: a table of what went wrong, the chosen entry's details, and a button to copy them.

``count_changed`` tells how many entries are failures, for the tab's title: a symbol that is too short for the formula
is none, though one wants to know which. ``symbol_activated`` asks to show a symbol. Not here: catching errors (the
bridge and the application's hook) and the rows (``state``).
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.scan.results import ProcessingResult
from gui.empty_state import EmptyState
from gui.problems.problems_model import ProblemsModel
from gui.problems.state import ProblemEntry, Severity, entry_of
from gui.theme.tables import as_list, select_only


class ProblemsPanel(QWidget):
    """Every symbol that could not be scanned, and unexpected errors."""

    count_changed = Signal(int)
    symbol_activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ProblemsModel(self)
        self.table = QTableView(self)
        self.details = QPlainTextEdit(self)
        self.copy_button = QPushButton(self.tr("Copy details"), self)
        self._summary = QLabel(self)
        self.empty = EmptyState(self.table)
        self._count = 0
        self._set_table()
        self._build()
        self._refresh()

    def _set_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        header = as_list(table, self.tr("Problems"), table.fontMetrics().height() + 8)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAlternatingRowColors(True)
        header.setStretchLastSection(True)
        header.setMinimumHeight(table.verticalHeader().defaultSectionSize())
        header.setSortIndicator(1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        width = table.fontMetrics().averageCharWidth()
        header.resizeSection(0, 14 * width)
        header.resizeSection(1, 20 * width)
        table.selectionModel().currentRowChanged.connect(self._show_details)
        table.doubleClicked.connect(self._activate)

    def _build(self) -> None:
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(self.tr("Details of the problem"))
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.hide()
        self.copy_button.clicked.connect(self.copy_details)
        self._summary.setWordWrap(True)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self.table)
        split.addWidget(self.details)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        bottom = QHBoxLayout()
        bottom.addWidget(self._summary, 1)
        bottom.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 4)
        layout.setSpacing(4)
        layout.addWidget(split, 1)
        layout.addLayout(bottom)
        self.setFocusProxy(self.table)

    @Slot()
    def clear(self) -> None:
        """Take all entries away, for a new scan."""
        self.model.clear()
        self._refresh()

    @Slot(object)
    def add_result(self, result: ProcessingResult) -> None:
        """Add a symbol's problem, if it has one."""
        self.add_results((result,))

    @Slot(object)
    def add_results(self, results: Iterable[ProcessingResult]) -> None:
        """Add the problems of many symbols in one step."""
        self._add([entry for entry in map(entry_of, results) if entry is not None])

    def add_unexpected(self, sentence: str, details: str, symbol: str = "") -> None:
        """Add an error that nobody foresaw, with the trace that helps to mend it."""
        self._add([ProblemEntry(symbol, Severity.UNEXPECTED, sentence, details)])

    def _add(self, entries: list[ProblemEntry]) -> None:
        if not entries:
            return
        current = self._current()
        self.model.add(entries)
        if current is not None:
            select_only(self.table, self.model.index(self.model.entries.index(current), 0))
        self._refresh()

    def _current(self) -> ProblemEntry | None:
        index = self.table.currentIndex()
        return self.model.entries[index.row()] if index.isValid() else None

    def _refresh(self) -> None:
        entries = self.model.entries
        unusable = sum(entry.severity is Severity.NOT_EVALUABLE for entry in entries)
        failed = len(entries) - unusable
        if failed != self._count:
            self._count = failed
            self.count_changed.emit(failed)
        parts = []
        if failed:
            parts.append(self.tr("{n} failed").format(n=f"{failed:,}"))
        if unusable:
            parts.append(self.tr("{n} not evaluable").format(n=f"{unusable:,}"))
        nothing = self.tr("No problems. A symbol that cannot be scanned stands here, with the reason.")
        self._summary.setText(" · ".join(parts))
        self.empty.show_text("" if entries else nothing)
        self._show_details()

    @Slot()
    def _show_details(self) -> None:
        entry = self._current()
        text = "" if entry is None else entry.clipboard_text
        needs_room = entry is not None and (bool(entry.details) or "\n" in entry.sentence)
        if text != self.details.toPlainText():
            self.details.setPlainText(text)
        self.details.setVisible(needs_room)
        self.copy_button.setEnabled(entry is not None)

    @Slot()
    def copy_details(self) -> None:
        """Put the current entry, with its details, on the clipboard."""
        entry = self._current()
        if entry is not None:
            QGuiApplication.clipboard().setText(entry.clipboard_text)

    @Slot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        symbol = self.model.entries[index.row()].symbol if index.isValid() else ""
        if symbol:
            self.symbol_activated.emit(symbol)
