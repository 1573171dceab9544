"""The recent runs: a table to open, resume and remove them, and a line that asks which of them caught a symbol.

Not here: reading runs, and what becomes of an opened one (``flows.runs_flow``).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.runs.runs_model import RunsModel
from gui.runs.state import RunRow
from gui.theme.tables import as_list, select_only

USUAL_DAYS = 30
MOST_DAYS = 36_600
_SCAN = 1


class RunsTable(QTableView):
    """The table; ``activated_row`` follows Enter and double click, ``remove_pressed`` Delete."""

    activated_row = Signal(int)
    remove_pressed = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        header = as_list(self, self.tr("Recent runs"), self.fontMetrics().height() + 6)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setMinimumHeight(self.verticalHeader().defaultSectionSize())
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_SCAN, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._activate)

    def minimumSizeHint(self) -> QSize:
        """Return room for the headers and two rows."""
        return QSize(120, 3 * self.verticalHeader().defaultSectionSize() + 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter, remove on Delete."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self._activate(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            event.accept()
            self.remove_pressed.emit()
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        if index.isValid():
            self.activated_row.emit(index.row())


class RunsPanel(QWidget):
    """The recent runs; every request names a run by its id, a look-up the symbol and how many days back.

    ``scan_requested`` names a saved scan of a look-up that was never run.
    """

    open_requested = Signal(str)
    resume_requested = Signal(str)
    remove_requested = Signal(str)
    look_up_requested = Signal(str, int)
    scan_requested = Signal(str)
    runs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RunsModel(self)
        self.table = RunsTable(self.model, self)
        self.symbol = QLineEdit(self)
        self.days = QSpinBox(self)
        self.resume_button = QPushButton(self.tr("Resume"), self)
        self._sentence = QLabel(self)
        self._change = QLabel(self)
        self._is_free = True
        self._build()
        self._connect()
        self.show_runs(())

    # ------------------------------------------------------------------ what is shown

    def show_runs(self, rows: Sequence[RunRow]) -> None:
        """Show the kept runs; the current one stays current."""
        self._show(rows, catches=False)
        self._say("" if rows else self.tr("No runs are kept yet: every scan leaves one here."))

    def show_catches(self, symbol: str, rows: Sequence[RunRow]) -> None:
        """Show which scans caught the symbol, and what those say that were never run."""
        self._show(rows, catches=True)
        matches = sum(row.is_match for row in rows)
        words = (
            self.tr("{symbol}: 1 match in {days} days")
            if matches == 1
            else self.tr("{symbol}: {n} matches in {days} days")
        )
        sentence = words.format(n=f"{matches:,}", symbol=symbol, days=f"{self.days.value():,}")
        if unrun := len({row.scan for row in rows if row.scan}):
            words = self.tr("1 scan not run yet") if unrun == 1 else self.tr("{n} scans not run yet")
            sentence += f" · {words.format(n=f'{unrun:,}')}"
        self._say(sentence)

    def show_problem(self, sentence: str) -> None:
        """Say why there is nothing to show, or what could not be done."""
        self._say(f"⚠ {sentence}")

    def show_change(self, sentence: str) -> None:
        """Say what changed since the run before; nothing hides the line."""
        self._change.setText(sentence)
        self._change.setVisible(bool(sentence))

    def sentence(self) -> str:
        """Return what stands above the table."""
        return self._sentence.text()

    def change(self) -> str:
        """Return what stands below the table."""
        return self._change.text()

    @property
    def is_looking_up(self) -> bool:
        """Whether the catches of a symbol are shown, or being asked for."""
        return bool(self.symbol.text().strip())

    @Slot(bool)
    def set_free(self, is_free: bool) -> None:
        """Allow to open and resume, which a running scan forbids."""
        self._is_free = is_free
        self._refresh()

    def current(self) -> RunRow | None:
        """Return the current row."""
        index = self.table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def go_to(self, run_id: str) -> bool:
        """Make that run the current one; tell whether it is listed."""
        place = self.model.row_of(run_id)
        if place is not None:
            select_only(self.table, self.model.index(place, 0))
        return place is not None

    def menu(self) -> QMenu:
        """Return a fresh context menu for the current row."""
        row = self.current()
        menu = QMenu(self)
        entries = (
            (
                self.tr("&Open"),
                self._open,
                row is not None and (row.can_open or bool(row.scan)) and self._is_free,
            ),
            (self.tr("&Resume"), self._resume, row is not None and row.can_resume and self._is_free),
            (self.tr("Re&move"), self._remove, row is not None and row.can_remove),
        )
        for text, slot, is_possible in entries:
            action = menu.addAction(text)
            action.setEnabled(is_possible)
            action.triggered.connect(slot)
        return menu

    # ------------------------------------------------------------------ inside

    def _build(self) -> None:
        self.symbol.setAccessibleName(self.tr("Symbol to look up in the runs"))
        self.symbol.setPlaceholderText(self.tr("Which scans caught … ?"))
        self.symbol.setToolTip(self.tr("A symbol, then Return: the runs of the last days that caught it."))
        self.symbol.setClearButtonEnabled(True)
        self.days.setRange(1, MOST_DAYS)
        self.days.setValue(USUAL_DAYS)
        self.days.setSuffix(self.tr(" days"))
        self.days.setAccessibleName(self.tr("Days back"))
        self.days.lineEdit().setAccessibleName(self.tr("Days back"))
        self.resume_button.setAccessibleName(self.tr("Resume the run"))
        self.resume_button.setToolTip(self.tr("Scan what this run has not finished"))
        for label in (self._sentence, self._change):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            label.hide()
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.symbol, 1)
        top.addWidget(self.days)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(9, 6, 9, 4)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._sentence)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._change)
        layout.addWidget(self.resume_button, 0, Qt.AlignmentFlag.AlignRight)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.symbol.returnPressed.connect(self._look_up)
        self.symbol.textChanged.connect(self._note_text)
        self.days.editingFinished.connect(self._look_again)
        self.resume_button.clicked.connect(self._resume)
        self.table.activated_row.connect(self._open)
        self.table.remove_pressed.connect(self._remove)
        self.table.customContextMenuRequested.connect(self._pop_up)
        self.table.selectionModel().currentRowChanged.connect(self._refresh)

    def _show(self, rows: Sequence[RunRow], *, catches: bool) -> None:
        before = self.current()
        self.model.show(rows, catches=catches)
        if before is not None and before.run_id:
            self.go_to(before.run_id)
        self._refresh()

    def _say(self, sentence: str) -> None:
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))

    @Slot()
    def _refresh(self) -> None:
        row = self.current()
        self.resume_button.setVisible(row is not None and row.can_resume)
        self.resume_button.setEnabled(self._is_free)

    @Slot()
    def _open(self) -> None:
        row = self.current()
        if row is not None and row.scan and self._is_free:
            self.scan_requested.emit(row.scan)
        elif row is not None and row.can_open and self._is_free:
            self.open_requested.emit(row.run_id)

    @Slot()
    def _resume(self) -> None:
        row = self.current()
        if row is not None and row.can_resume and self._is_free:
            self.resume_requested.emit(row.run_id)

    @Slot()
    def _remove(self) -> None:
        row = self.current()
        if row is not None and row.can_remove:
            self.remove_requested.emit(row.run_id)

    @Slot()
    def _look_up(self) -> None:
        if typed := self.symbol.text().strip():
            self.look_up_requested.emit(typed, self.days.value())

    @Slot()
    def _look_again(self) -> None:
        if self.model.is_catches:
            self._look_up()

    @Slot(str)
    def _note_text(self, text: str) -> None:
        if not text.strip():
            self.runs_requested.emit()

    @Slot(QPoint)
    def _pop_up(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.table.viewport().mapToGlobal(place))
