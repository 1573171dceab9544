"""The list behind the badge: every symbol with its last bar and what is wrong with it, in a window beside the chart.

``symbol_activated`` asks for a symbol's chart. Not here: the rows (``state``) and looking at the data (the bridge).
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.data.inspection import DataReport
from gui.data_quality.quality_model import QualityModel
from gui.data_quality.state import Shown, as_text, badge_of, rows_of
from gui.theme.tables import as_list

_SIZE = QSize(820, 440)


class QualityTable(QTableView):
    """The table; Return is a double click, Ctrl+C copies the chosen rows."""

    activated_row = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Return and Ctrl+C."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if self.currentIndex().isValid():
                self.activated_row.emit(self.currentIndex().row())
        elif event.matches(QKeySequence.StandardKey.Copy):
            event.accept()
            self.copy_rows()
        else:
            super().keyPressEvent(event)

    def copy_rows(self) -> None:
        """Put the chosen rows on the clipboard, or all of them where none is chosen."""
        model = self.model()
        assert isinstance(model, QualityModel)
        chosen = sorted(index.row() for index in self.selectionModel().selectedRows())
        rows = [model.rows[row] for row in chosen] if chosen else model.rows
        QGuiApplication.clipboard().setText(as_text(rows))


class DataQualityDialog(QDialog):
    """Beside the window, which goes on working."""

    symbol_activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Data quality"))
        self.model = QualityModel(self)
        self.table = QualityTable(self)
        self.filter = QLineEdit(self)
        self.kind = QComboBox(self)
        self.summary = QLabel(self)
        self.footer = QLabel(self)
        self.copy = QPushButton(self.tr("Copy"), self)
        self._set_table()
        self._build()
        self.resize(_SIZE)

    def show_report(self, report: DataReport) -> None:
        """Show another report; filter and order stay."""
        self.model.show(rows_of(report))
        self.summary.setText("\n".join(badge_of(report, self.tr).tip.splitlines()[:-1]))
        self._refresh()

    def _set_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        header = as_list(table, self.tr("Symbols"), self.fontMetrics().height() + 6)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setAlternatingRowColors(True)
        header.setStretchLastSection(True)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in enumerate((14, 13, 10, 10)):
            header.resizeSection(column, letters * letter)
        table.doubleClicked.connect(self._double_clicked)
        table.activated_row.connect(self._activate)

    def _build(self) -> None:
        self.filter.setPlaceholderText(self.tr("Filter: a symbol, a date, or words of what is wrong"))
        self.filter.setAccessibleName(self.tr("Filter the symbols"))
        self.filter.setClearButtonEnabled(True)
        self.kind.setAccessibleName(self.tr("Which symbols are shown"))
        if (view := self.kind.view()) is not None:
            view.setAccessibleName(self.kind.accessibleName())
        for shown in Shown:
            self.kind.addItem(self.tr(shown.value), shown.name)
        self.copy.setToolTip(self.tr("Copy the chosen rows, or all that are shown"))
        self.copy.setAutoDefault(False)
        close = QPushButton(self.tr("Close"), self)
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        self.copy.clicked.connect(self.table.copy_rows)
        self.filter.textChanged.connect(self._filter)
        self.kind.currentIndexChanged.connect(self._filter)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.filter, 1)
        top.addWidget(self.kind)
        bottom.addWidget(self.footer, 1)
        bottom.addWidget(self.copy)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addLayout(bottom)

    @Slot()
    def _filter(self) -> None:
        self.model.set_filter(Shown[self.kind.currentData()], self.filter.text())
        self._refresh()

    def _refresh(self) -> None:
        shown, known = len(self.model.rows), len(self.model.all)
        words = self.tr("{shown} of {all} symbols").format(shown=f"{shown:,}", all=f"{known:,}")
        if not shown and known:
            words = self.tr("✓ Nothing to show: choose “All symbols” to see every one.")
        self.footer.setText(words)

    @Slot(QModelIndex)
    def _double_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self._activate(index.row())

    @Slot(int)
    def _activate(self, row: int) -> None:
        self.symbol_activated.emit(self.model.rows[row].symbol)
