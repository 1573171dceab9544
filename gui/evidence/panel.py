"""The evidence panel: a table of windows, what is said around it, and the button that measures.

1. ``expect`` says what there is to measure; ``start``, ``show_progress`` and ``show_evidence`` follow the measuring.
2. ``measure_requested`` and ``cancel_requested`` are the button.

Not here: measuring (the bridge) and the texts (``state``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QTableView,
    QWidget,
)

from gui.evidence.evidence_model import EvidenceModel
from gui.evidence.histogram_item import HistogramColours, HistogramItem
from gui.evidence.state import (
    CAVEAT,
    EMPTY_TEXTS,
    HISTOGRAM_COLUMN,
    Phase,
    columns_left_out,
    summary_text,
)
from gui.scrolling_column import yielding_column
from gui.theme.tables import SizeWatch, as_list
from gui.timed_bar import TimedBar

if TYPE_CHECKING:
    from engine.scan.evaluation.evidence import Evidence


class EvidencePanel(QWidget):
    """What came after the matches of the scan."""

    measure_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phase = Phase.NO_SCAN
        self.model = EvidenceModel(self)
        self.table = QTableView(self)
        grey = QColor(Qt.GlobalColor.gray)
        self._item = HistogramItem(self.model, HistogramColours(grey, grey, grey, grey), self.table)
        self.summary = QLabel(self)
        self.caveat = QLabel(self.tr(CAVEAT), self)
        self.empty = QLabel(self)
        self.bar = TimedBar(self.tr("Progress of the measuring"), 26, self)
        self.button = QPushButton(self)
        self._titles = [0] * self.model.columnCount()
        self._set_table()
        self._build()
        self._show(Phase.NO_SCAN)

    def _set_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegateForColumn(HISTOGRAM_COLUMN, self._item)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = as_list(table, self.tr("Evidence by window"), table.fontMetrics().height() * 2 + 4)
        header.setStretchLastSection(True)
        header.setSectionsClickable(False)
        SizeWatch(table).changed.connect(self._fit_columns)

    def _build(self) -> None:
        for label in (self.summary, self.caveat, self.empty):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button.clicked.connect(self._on_button)
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        top.addWidget(self.bar)
        top.addWidget(self.button)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.table)
        layout = yielding_column(self, self.table)
        layout.addLayout(top)
        layout.addLayout(self._pages, 1)
        layout.addWidget(self.caveat)
        self.setFocusProxy(self.table)

    def set_colours(self, gain: QColor, loss: QColor, zero: QColor, median: QColor) -> None:
        """Take the theme's colours."""
        self._item.colours = HistogramColours(gain, loss, zero, median)
        self.table.viewport().update()

    def expect(self, matches: int | None) -> None:
        """Forget the evidence of another scan: there are so many matches now; None while a scan runs."""
        self.model.show(None)
        self._show(Phase.NO_SCAN if matches is None else Phase.WAITING if matches else Phase.NO_MATCHES)

    def start(self) -> None:
        """Begin to measure."""
        self.bar.begin()
        self._show(Phase.MEASURING)

    def show_progress(self, completed: int, total: int, time_left: str = "") -> None:
        """Show how many symbols are measured, and how long the others take."""
        self.bar.show_progress(completed, total, time_left)

    def show_evidence(self, evidence: Evidence, *, partial: bool = False) -> None:
        """Show what was measured; ``partial`` says that the scan was not complete."""
        self.model.show(evidence)
        self._show(Phase.SHOWN)
        self.summary.setText(summary_text(evidence, self.tr, partial=partial))
        self._fit_columns()

    def show_failure(self, sentence: str) -> None:
        """Say why there is no evidence."""
        self.model.show(None)
        self._show(Phase.FAILED, sentence)

    @property
    def is_in_front(self) -> bool:
        """Whether it can be seen: a dock behind another's tab counts as visible for Qt."""
        return not self.visibleRegion().isEmpty()

    @Slot()
    def _fit_columns(self) -> None:
        if not self.model.rowCount():
            return
        table, header = self.table, self.table.horizontalHeader()
        columns = range(self.model.columnCount())
        air = 2 * table.fontMetrics().averageCharWidth()
        room = table.viewport().width()
        # The title of a hidden column asks for nothing.
        self._titles = [max(header.sectionSizeHint(each), self._titles[each]) for each in columns]
        asked = [max(table.sizeHintForColumn(each), self._titles[each]) for each in columns]
        left_out = columns_left_out(asked, room)
        shown = [each for each in columns if each not in left_out]
        spare = max(0, room - sum(asked[each] for each in shown))
        for column in columns:
            table.setColumnHidden(column, column in left_out)
            # The histogram stretches over the rest.
            header.resizeSection(column, asked[column] + min(air, spare // len(shown)))

    def _show(self, phase: Phase, sentence: str = "") -> None:
        self.phase = phase
        has_rows = self.model.rowCount() > 0
        self._pages.setCurrentWidget(self.table if has_rows else self.empty)
        self.empty.setText(sentence or self.tr(EMPTY_TEXTS.get(phase, "")))
        self.caveat.setVisible(has_rows)
        if not has_rows:
            self.summary.clear()
        measuring = phase is Phase.MEASURING
        self.bar.setVisible(measuring)
        self.button.setText(self.tr("Cancel") if measuring else self.tr("Measure"))
        self.button.setToolTip(
            self.tr("Stop measuring") if measuring else self.tr("Measure what came after the matches")
        )
        self.button.setEnabled(phase not in (Phase.NO_SCAN, Phase.NO_MATCHES))

    @Slot()
    def _on_button(self) -> None:
        if self.phase is Phase.MEASURING:
            self.cancel_requested.emit()
        else:
            self.measure_requested.emit()
