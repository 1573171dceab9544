"""The options panel: what is asked for above, the contracts of each match below.

1. ``expect`` says how many matches there are; ``start``, ``show_progress`` and ``show_result`` follow the search.
2. ``search_requested`` carries a :class:`ContractsRequest`; ``cancel_requested``, ``chains_requested`` and
   ``export_requested`` are the other buttons.

Not here: finding contracts (the bridge) and the texts (``state``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStackedLayout,
    QTableView,
    QWidget,
)

from engine.options.rulebook import ContractRules
from engine.options.strategies import STRATEGIES
from gui.options_panel.contracts_model import PAGE_ROWS, ContractsModel
from gui.options_panel.state import CAVEAT, EMPTY_TEXTS, ContractsRequest, Phase, summary_text
from gui.scrolling_column import yielding_column
from gui.theme.tables import SizeWatch, as_list
from gui.timed_bar import TimedBar
from gui.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from engine.options.enrichment import Enrichment

STATUS_COLUMN, CONTRACTS_COLUMN = 2, 3
# The columns that may be shortened, the first one first, and how many letters at least stay of each.
NARROWEST = {CONTRACTS_COLUMN: 30, STATUS_COLUMN: 12}


class OptionsPanel(QWidget):
    """Option contracts for the matches of the scan."""

    search_requested = Signal(object)
    cancel_requested = Signal()
    chains_requested = Signal()
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phase = Phase.NO_MATCHES
        self.chains: Path | None = None
        self._matches = 0
        self._whole: dict[int, int] = {}
        self.model = ContractsModel(self)
        self.table = QTableView(self)
        self.strategy = QComboBox(self)
        self.choose = QPushButton(self)
        self.fewest_days, self.most_days, self.interest, self.spread = (QSpinBox(self) for _ in range(4))
        self.button = QPushButton(self)
        self.export = QPushButton(self.tr("Export…"), self)
        self.bar = TimedBar(self.tr("Progress of the search"), 22, self)
        self.summary, self.empty, self.caveat = QLabel(self), QLabel(self), QLabel(self.tr(CAVEAT), self)
        self._set_fields()
        self._set_table()
        self._build()
        self.set_chains(None)

    def set_chains(self, path: Path | None) -> None:
        """Take the file or folder of chains that the user chose."""
        self.chains = path
        self.choose.setText(self.tr("Chains…") if path is None else path.name)
        self.choose.setToolTip(
            self.tr("Choose a file or folder of option chains") if path is None else str(path)
        )
        self._rest()

    def expect(self, matches: int) -> None:
        """Forget the contracts of another scan: there are so many matches now."""
        self._matches = matches
        self.model.show(None)
        self._rest()

    def request(self) -> ContractsRequest | None:
        """Return what the form asks for; None without chains."""
        if self.chains is None:
            return None
        rules = {
            "strategy": self.strategy.currentData(),
            "min_days": self.fewest_days.value(),
            "max_days": max(self.fewest_days.value(), self.most_days.value()),
            "min_open_interest": self.interest.value(),
            "max_spread_percent": self.spread.value(),
        }
        return ContractsRequest(self.chains, rules)

    def start(self) -> None:
        """Begin to search."""
        self.bar.begin()
        self.model.show(None)
        self._show(Phase.SEARCHING)

    def show_progress(self, completed: int, total: int, time_left: str = "") -> None:
        """Show how many rows have an answer, and how long the others take."""
        self.bar.show_progress(completed, total, time_left)

    @Slot(object)
    def show_result(self, result: Enrichment) -> None:
        """Show what was found."""
        self.model.show(result)
        self._show(Phase.SHOWN)
        self.summary.setText(summary_text(result, self.tr))
        self.table.resizeColumnsToContents()
        self._whole = {column: self.table.columnWidth(column) for column in NARROWEST}
        self._fit_texts()

    @Slot(str)
    def show_failure(self, sentence: str) -> None:
        """Say why nothing could be looked for."""
        self.model.show(None)
        self._show(Phase.FAILED, sentence)

    @Slot()
    def _fit_texts(self) -> None:
        """Shorten contracts, then statuses, rather than push numbers out of sight; the row's tip has all of them."""
        header, letter = self.table.horizontalHeader(), self.table.fontMetrics().averageCharWidth()
        others = header.length() - sum(map(header.sectionSize, self._whole))
        missing = others + sum(self._whole.values()) - self.table.viewport().width()
        for column, whole in self._whole.items():
            spared = max(0, min(missing, whole - NARROWEST[column] * letter))
            header.resizeSection(column, whole - spared)
            missing -= spared

    def _set_fields(self) -> None:
        for strategy in STRATEGIES:
            self.strategy.addItem(self.tr(strategy.title), strategy.name)
            self.strategy.setItemData(
                self.strategy.count() - 1, strategy.description, Qt.ItemDataRole.ToolTipRole
            )
        self.strategy.setCurrentIndex(self.strategy.findData("long_call"))
        for part in (self.strategy, self.strategy.view()):
            part.setAccessibleName(self.tr("Strategy"))
        self.strategy.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.strategy.setMinimumContentsLength(12)
        defaults = {name: spec.default for name, spec in ContractRules.model_fields.items()}
        for box, name, most, label in (
            (self.fewest_days, "min_days", 3650, self.tr("Fewest days to expiry")),
            (self.most_days, "max_days", 3650, self.tr("Most days to expiry")),
            (self.interest, "min_open_interest", 1_000_000, self.tr("Fewest open contracts")),
            (self.spread, "max_spread_percent", 200, self.tr("Widest spread in percent")),
        ):
            box.setRange(1 if box is self.spread else 0, most)
            box.setValue(int(defaults[name]))
            box.setAccessibleName(label)
            box.lineEdit().setAccessibleName(label)
            box.setToolTip(label)
        self.choose.setAccessibleName(self.tr("Option chains"))
        self.choose.clicked.connect(self.chains_requested)
        self.button.clicked.connect(self._on_button)
        self.export.clicked.connect(self.export_requested)
        self.export.setToolTip(self.tr("Write the rows with their contracts to a file"))

    def _set_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAlternatingRowColors(True)
        as_list(table, self.tr("Contracts by match"), table.fontMetrics().height() + 6).setSectionsClickable(
            False
        )
        # To measure the texts of a thousand rows takes a tenth of a second.
        table.horizontalHeader().setResizeContentsPrecision(PAGE_ROWS)
        SizeWatch(table).changed.connect(self._fit_texts)

    def _build(self) -> None:
        for label in (self.summary, self.empty, self.caveat):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        form, deeds = WrappingRow(), WrappingRow()
        for title, fields in (
            (self.tr("Strategy"), (self.strategy,)),
            (self.tr("Days to expiry"), (self.fewest_days, QLabel("–", self), self.most_days)),
            (self.tr("Open interest"), (self.interest,)),
            (self.tr("Spread %"), (self.spread,)),
        ):
            form.addWidget(_titled(title, fields, self))
        for widget in (self.choose, self.button, self.export, self.bar):
            deeds.addWidget(widget)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.table)
        layout = yielding_column(self, self.table)
        layout.addLayout(form)
        layout.addLayout(deeds)
        layout.addWidget(self.summary)
        layout.addLayout(self._pages, 1)
        layout.addWidget(self.caveat)
        self.setFocusProxy(self.strategy)

    def _rest(self) -> None:
        """Show what can be done now."""
        if not self._matches:
            self._show(Phase.NO_MATCHES)
        elif self.chains is None:
            self._show(Phase.NO_CHAINS)
        else:
            self._show(Phase.WAITING)

    def _show(self, phase: Phase, sentence: str = "") -> None:
        self.phase = phase
        has_rows = self.model.rowCount() > 0
        self._pages.setCurrentWidget(self.table if has_rows else self.empty)
        self.empty.setText(sentence or self.tr(EMPTY_TEXTS.get(phase, "")))
        self.caveat.setVisible(has_rows)
        if not has_rows:
            self.summary.clear()
        searching = phase is Phase.SEARCHING
        self.bar.setVisible(searching)
        self.button.setText(self.tr("Cancel") if searching else self.tr("Find contracts"))
        self.button.setEnabled(phase not in (Phase.NO_MATCHES, Phase.NO_CHAINS))
        self.export.setEnabled(has_rows)

    @Slot()
    def _on_button(self) -> None:
        if self.phase is Phase.SEARCHING:
            self.cancel_requested.emit()
        elif (request := self.request()) is not None:
            self.search_requested.emit(request)


def _titled(title: str, fields: tuple[QWidget, ...], parent: QWidget) -> QWidget:
    """Return fields with their title before them, which stay together."""
    group = QWidget(parent)
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(QLabel(title, group))
    for field in fields:
        row.addWidget(field)
    return group
