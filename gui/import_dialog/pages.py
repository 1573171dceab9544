"""The pages of the import dialog but for the preview's form: what can be opened, how far it is, what became of it.

Not here: which page is shown (``dialog``).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.data.ingest import IngestReport
from gui.import_dialog.rows_model import RowsModel
from gui.import_dialog.state import report_rows, report_sentence, report_text
from gui.theme.tables import as_list

_STEPS = 1000


class StartPage(QLabel):
    """Says what can be opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        kinds = (
            self.tr("a folder of text files, one per symbol, as Stooq and most vendors pack them;"),
            self.tr("one CSV, text or Parquet file, of one symbol or of many;"),
            self.tr("a folder of bars in Candlewick's own layout (symbol=AAPL/…), opened as it is;"),
            self.tr("an SQLite file, or an address such as postgresql://host/market, opened as it is."),
        )
        listed = "\n".join(f"  •  {kind}" for kind in kinds)
        end = self.tr("Files are shown before anything is written, and no price is ever altered.")
        self.setText(self.tr("Choose your data:") + f"\n\n{listed}\n\n{end}")


class ProgressPage(QWidget):
    """How far the import is; ``cancel_requested`` is its button."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Progress of the import"))
        self.label = QLabel(self)
        self.cancel = QPushButton(self.tr("Cancel import"), self)
        self.cancel.setToolTip(self.tr("Stop; what was there before stays as it was"))
        # Return must not stop what took minutes.
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self._ask)
        hint = QLabel(self.tr("You can close this window and go on working meanwhile."), self)
        line = QHBoxLayout()
        line.addWidget(self.label, 1)
        line.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(1)
        layout.addWidget(self.bar)
        layout.addLayout(line)
        layout.addWidget(hint)
        layout.addStretch(2)

    def begin(self) -> None:
        """Show that the source is being opened."""
        self.bar.setRange(0, 0)
        self.label.setText(self.tr("Reading …"))
        self.cancel.setEnabled(True)

    def show_progress(self, done: int, total: int, left: str) -> None:
        """Show how much is done, and the time left as a text, if it is known."""
        self.bar.setRange(0, _STEPS)
        self.bar.setValue(_STEPS * done // max(1, total))
        if not self.cancel.isEnabled():
            return
        if done == total:
            self.label.setText(self.tr("Putting everything in its place …"))
            return
        words = self.tr("{done} of {total}").format(done=f"{done:,}", total=f"{total:,}")
        self.label.setText(" · ".join((words, self.tr("{time} left").format(time=left))) if left else words)

    @Slot()
    def _ask(self) -> None:
        self.cancel.setEnabled(False)
        self.label.setText(self.tr("Cancelling …"))
        self.cancel_requested.emit()


class ReportPage(QWidget):
    """What came in, what was written, what was refused and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.model = RowsModel(
            (self.tr("What"), self.tr("Count"), self.tr("Reason and place")), self, numbers=(1,)
        )
        self.table = QTableView(self)
        self.table.setModel(self.model)
        header = as_list(self.table, self.tr("What was refused"), self.fontMetrics().height() + 6)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setAlternatingRowColors(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.copy = QPushButton(self.tr("Copy report"), self)
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self.copy_report)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)

    def show_report(self, report: IngestReport) -> None:
        """Show the account of an import."""
        self._text = report_text(report, self.tr)
        mark = "⚠" if report.rows_refused or report.files_refused else "✓"
        self.sentence.setText(f"{mark} {report_sentence(report, self.tr)}\n{report.into}")
        rows = report_rows(report, self.tr)
        self.model.show([(row.what, row.count, row.detail) for row in rows])
        self.table.setVisible(bool(rows))

    @Slot()
    def copy_report(self) -> None:
        """Put all of it on the clipboard."""
        QGuiApplication.clipboard().setText(self._text)
