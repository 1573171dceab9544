"""The dialog behind *Open data*: a file, folder or address; its first rows as they will be read; the import; a report.

1. ``look_requested`` carries what the user points at; the answer comes through ``show_source`` or ``show_problem``,
   or the dialog is closed, because the bars open as they are.
2. Every change of the form is another ``look_requested``, with rules.
3. ``import_requested`` starts; ``show_progress``, ``show_cancelled`` and ``show_report`` follow.

Not here: reading and writing (``bridge.import_work``), and who answers (``flows.import_flow``).
"""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.data.ingest import IngestReport
from engine.data.preview import Preview
from engine.data.reading_rules import ReadingRules
from gui.import_dialog.pages import ProgressPage, ReportPage, StartPage
from gui.import_dialog.rows_model import RowsModel
from gui.import_dialog.rules_form import RulesForm
from gui.import_dialog.state import preview_rows, preview_sentence, why_not_ready
from gui.theme.tables import as_list

_SIZE = QSize(940, 560)


class Phase(Enum):
    """What the dialog is busy with."""

    START = auto()
    LOOKING = auto()
    READY = auto()
    IMPORTING = auto()
    DONE = auto()


class ImportDialog(QDialog):
    """One window for the whole way; it may be closed and opened again while an import goes on."""

    look_requested = Signal(str, object)
    import_requested = Signal(object, str, object)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phase = Phase.START
        self._source: Path | None = None
        self.setWindowTitle(self.tr("Open data"))
        self.place = QLineEdit(self)
        self.folder_button = QPushButton(self.tr("&Folder…"), self)
        self.file_button = QPushButton(self.tr("F&ile…"), self)
        self.problem = QLabel(self)
        self.form = RulesForm(self)
        self.model = RowsModel(
            [
                *(self.tr(title) for title in ("Symbol", "Date", "Open", "High", "Low", "Close", "Volume")),
                self.tr("Read?"),
            ],
            self,
            numbers=range(2, 7),
        )
        self.table = QTableView(self)
        self.caption = QLabel(self)
        self.target = QLineEdit(self)
        self.target_button = QPushButton(self.tr("&Other…"), self)
        self.progress = ProgressPage(self)
        self.report = ReportPage(self)
        self.go = QPushButton(self.tr("&Import"), self)
        self.close_button = QPushButton(self.tr("Close"), self)
        self._set_table()
        self._build()
        self._connect()
        self.resize(_SIZE)
        self._show_phase(Phase.START)

    # ------------------------------------------------------------------ what is shown

    def begin(self, text: str = "") -> None:
        """Show the dialog; unless an import is going on, from its beginning, with this place in the field."""
        if self.phase is not Phase.IMPORTING:
            self.place.setText(text)
            self._show_phase(Phase.START)
            self.place.setFocus()
        self.show()
        self.raise_()
        self.activateWindow()

    def show_source(self, path: Path, rules: ReadingRules, preview: Preview, target: str) -> None:
        """Show the first rows of a source; ``target`` is where its bars would go, where that is not chosen yet."""
        if path != self._source or not self.target.text():
            self.target.setText(target)
        self._source = path
        if self.place.text().strip() != str(path):
            self.place.setText(str(path))
        self.form.show_rules(rules, preview)
        self.model.show(preview_rows(preview, self.tr))
        self.table.resizeColumnsToContents()
        self.caption.setText(preview_sentence(preview, self.tr))
        self._show_phase(Phase.READY)
        reason = why_not_ready(preview, rules, self.tr)
        self._say(reason)
        self.go.setEnabled(not reason)

    def show_problem(self, sentence: str) -> None:
        """Say why it does not go on; a source that was shown stays."""
        if self.phase is Phase.IMPORTING:
            self._show_phase(Phase.READY)
        elif self.phase is Phase.LOOKING:
            self._show_phase(Phase.START)
        else:
            self.go.setEnabled(self._source is None)
        self._say(sentence)

    def show_progress(self, done: int, total: int, left: str) -> None:
        """Show how far the import is."""
        self.progress.show_progress(done, total, left)

    def show_cancelled(self) -> None:
        """Go back to the preview: nothing has changed."""
        self._show_phase(Phase.READY)
        self._say(self.tr("Cancelled: nothing was changed."))

    def show_report(self, report: IngestReport) -> None:
        """Show what became of everything."""
        self.report.show_report(report)
        self._show_phase(Phase.DONE)
        if not report.symbols:
            self._say(self.tr("Nothing could be imported; the reasons are below."))

    def set_problem_colour(self, colour: QColor) -> None:
        """Take the colour of warnings."""
        palette = self.problem.palette()
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self.problem.setPalette(palette)

    # ------------------------------------------------------------------ inside

    def _set_table(self) -> None:
        self.table.setModel(self.model)
        header = as_list(
            self.table, self.tr("First rows, as they will be read"), self.fontMetrics().height() + 6
        )
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAlternatingRowColors(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)

    def _build(self) -> None:
        self.place.setPlaceholderText(self.tr("A folder, a file, or an address such as sqlite:///bars.db"))
        self.place.setAccessibleName(self.tr("Data to open"))
        self.place.setClearButtonEnabled(True)
        self.target.setAccessibleName(self.tr("Folder for the imported bars"))
        for label in (self.problem, self.caption):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.target_button.setAccessibleName(self.tr("Choose another folder for the imported bars"))
        self.pages = QStackedWidget(self)
        for page in (StartPage(self), self._preview_page(), self.progress, self.report):
            self.pages.addWidget(page)
        self.go.setDefault(True)
        self.close_button.setAutoDefault(False)
        top = QHBoxLayout()
        top.addWidget(self.place, 1)
        top.addWidget(self.folder_button)
        top.addWidget(self.file_button)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.go)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.problem)
        layout.addWidget(self.pages, 1)
        layout.addLayout(buttons)

    def _preview_page(self) -> QWidget:
        page = QWidget(self)
        scroll = QScrollArea(page)
        scroll.setWidget(self.form)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.tr("How the source is read"))
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(self.form.sizeHint().width() + 18)
        where = QHBoxLayout()
        label = QLabel(self.tr("&Write to"), page)
        label.setBuddy(self.target)
        where.addWidget(label)
        where.addWidget(self.target, 1)
        where.addWidget(self.target_button)
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.addWidget(scroll, 0, 0, 3, 1)
        grid.addWidget(self.table, 0, 1)
        grid.addWidget(self.caption, 1, 1)
        grid.addLayout(where, 2, 1)
        grid.setRowStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return page

    def _connect(self) -> None:
        self.place.textEdited.connect(self._start_anew)
        self.folder_button.clicked.connect(self._choose_folder)
        self.file_button.clicked.connect(self._choose_file)
        self.target_button.clicked.connect(self._choose_target)
        self.form.changed.connect(self._look_again)
        self.go.clicked.connect(self._go)
        self.close_button.clicked.connect(self.close)
        self.progress.cancel_requested.connect(self.cancel_requested)
        for button in (self.folder_button, self.file_button, self.target_button):
            button.setAutoDefault(False)

    def _show_phase(self, phase: Phase) -> None:
        self.phase = phase
        if phase is Phase.START:
            self._source = None
        pages = {Phase.START: 0, Phase.READY: 1, Phase.IMPORTING: 2, Phase.DONE: 3}
        if phase in pages:
            self.pages.setCurrentIndex(pages[phase])
        importing = phase is Phase.IMPORTING
        for widget in (self.place, self.folder_button, self.file_button):
            widget.setEnabled(not importing)
        self.go.setText(self.tr("&Open") if phase in (Phase.START, Phase.LOOKING) else self.tr("&Import"))
        self.go.setVisible(phase in (Phase.START, Phase.LOOKING, Phase.READY))
        self.go.setEnabled(phase is not Phase.LOOKING)
        self.close_button.setDefault(phase is Phase.DONE)
        self._say("")

    def _say(self, sentence: str) -> None:
        self.problem.setText(f"⚠ {sentence}" if sentence else "")
        self.problem.setVisible(bool(sentence))

    @Slot()
    def _go(self) -> None:
        if self._source is None:
            self._look()
        elif self.phase is Phase.READY:
            self._show_phase(Phase.IMPORTING)
            self.progress.begin()
            self.import_requested.emit(self._source, self.target.text().strip(), self.form.rules())

    @Slot()
    def _start_anew(self) -> None:
        """Another place is being typed: what was shown is of no interest any more."""
        if self.phase is not Phase.START:
            self._show_phase(Phase.START)

    @Slot()
    def _look(self) -> None:
        if text := self.place.text().strip():
            self._source = None
            self._show_phase(Phase.LOOKING)
            self.look_requested.emit(text, None)

    @Slot()
    def _look_again(self) -> None:
        if self._source is not None and self.phase is Phase.READY:
            self.look_requested.emit(str(self._source), self.form.rules())

    @Slot()
    def _choose_folder(self) -> None:
        title = self.tr("Choose a folder of bars or of text files")
        self._take(QFileDialog.getExistingDirectory(self, title, self._beginning()))

    @Slot()
    def _choose_file(self) -> None:
        kinds = (
            self.tr("Data")
            + " (*.csv *.txt *.parquet *.gz *.db *.sqlite *.sqlite3);;"
            + self.tr("All files (*)")
        )
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a file"), self._beginning(), kinds)
        self._take(chosen)

    @Slot()
    def _choose_target(self) -> None:
        title = self.tr("Choose the folder for the bars")
        if chosen := QFileDialog.getExistingDirectory(self, title, str(Path(self.target.text()).parent)):
            self.target.setText(chosen)

    def _beginning(self) -> str:
        text = self.place.text().strip()
        return text if text and "://" not in text else str(Path.home())

    def _take(self, chosen: str) -> None:
        if chosen:
            self.place.setText(chosen)
            self._look()
