"""The form's upper part: one labelled row for each field but the formula.

Here: the fields, their order and their labels. Not here: what an edit or a choice leads to (``panel``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from engine.market.timeframe import Timeframe
from gui.scan_form.cells import FieldCell, FoldingPair
from gui.scan_form.date_field import DateField
from gui.scan_form.detectors_field import DetectorsField
from gui.scan_form.fields import (
    ColumnsField,
    MatchesField,
    UniverseField,
    WorkersField,
    name_choice,
)
from gui.scan_form.number_fields import NumberFields, NumberSpec


class FormRows(QWidget):
    """The fields as attributes; ``cells`` holds those that can have a problem, by the problem's name."""

    edited = Signal(str)

    def __init__(self, cores: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.template = self._choice(self.tr("Template"))
        self.template.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.template.setMinimumContentsLength(8)
        self.universe = UniverseField(self)
        self.symbols = QLineEdit(self)
        self.symbols.setAccessibleName(self.tr("Symbols"))
        self.symbols.setPlaceholderText(self.tr("all, or A, B, or @list"))
        self.timeframe = self._choice(self.tr("Timeframe"))
        for timeframe in Timeframe:
            self.timeframe.addItem(self.tr(timeframe.label), timeframe.value)
        self.set_timeframe(Timeframe.DAY.value)
        self.start = DateField("start", self.tr("From"), self)
        self.end = DateField("end", self.tr("To"), self)
        dates = FoldingPair(self.start, self.end, self)
        dates.setFocusProxy(self.start)
        self.matches = MatchesField(self)
        self.workers = WorkersField(cores, self)
        self.detectors = DetectorsField(self)
        self.columns = ColumnsField(self)
        self.parameters = NumberFields(self.columns.drop, self, per_row=2)
        self.cells = {
            "data_path": FieldCell(self.universe, self),
            "symbols": FieldCell(self.symbols, self),
            "timeframe": FieldCell(self.timeframe, self),
            "date_range": FieldCell(dates, self),
            "last_bars": FieldCell(self.matches, self),
            "workers": FieldCell(self.workers, self),
            "detectors": FieldCell(self.detectors, self),
            "columns": FieldCell(self.columns, self),
            "parameters": FieldCell(self.parameters, self),
        }
        self._lay_out()
        self._connect()

    def show_entries(self) -> None:
        """Show the rows of extra columns and of parameters only where there are some."""
        self._rows.setRowVisible(self.cells["columns"], bool(self.columns.entries()))
        self._rows.setRowVisible(self.cells["parameters"], bool(self.parameters.keys()))

    def ask_for(self, names: Sequence[str]) -> None:
        """Offer a line for each of these parameters."""
        tip = self.tr("Stands for :{name} in the formula")
        self.parameters.set_specs([NumberSpec(name, name, tip.format(name=name)) for name in names])
        self.show_entries()

    def is_shown(self, name: str) -> bool:
        """Tell whether the row of that cell is there to be seen; the formula has no row here and always is."""
        return name not in self.cells or self._rows.isRowVisible(self.cells[name])

    def set_timeframe(self, code: str) -> None:
        """Show the timeframe of that code."""
        known = self.timeframe.findData(code)
        self.timeframe.setCurrentIndex(self.timeframe.findData(Timeframe.DAY.value) if known < 0 else known)

    def _choice(self, name: str) -> QComboBox:
        box = QComboBox(self)
        name_choice(box, name)
        return box

    def _lay_out(self) -> None:
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(8)
        self._rows.setVerticalSpacing(6)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._rows.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._add_row(self.tr("Tem&plate"), self.template, self.template)
        self._add_row(self.tr("&Universe"), self.cells["data_path"], self.universe.button)
        self._add_row(self.tr("S&ymbols"), self.cells["symbols"], self.symbols)
        self._add_row(self.tr("T&imeframe"), self.cells["timeframe"], self.timeframe)
        self._add_row(self.tr("&Dates"), self.cells["date_range"], self.start)
        self._add_row(self.tr("&Matches"), self.cells["last_bars"], self.matches.choice)
        self._add_row(self.tr("Wor&kers"), self.cells["workers"], self.workers.number)
        self._add_row(self.tr("Detecto&rs"), self.cells["detectors"], self.detectors.button)
        self._add_row(self.tr("Colum&ns"), self.cells["columns"], self.columns.drop)
        self._add_row(self.tr("Parame&ters"), self.cells["parameters"], self.parameters)

    def _add_row(self, text: str, cell: QWidget, buddy: QWidget) -> None:
        # A compound field has no buddy of its own: given as a text, the label would show its ampersand.
        label = QLabel(text, self)
        label.setBuddy(buddy)
        label.setContentsMargins(3, 0, 0, 0)  # the underline undoes kerning, which the size hint counts on
        label.setMinimumHeight(max(buddy.sizeHint().height(), self.symbols.sizeHint().height()))
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._rows.addRow(label, cell)

    def _connect(self) -> None:
        signals: tuple[tuple[str, SignalInstance], ...] = (
            ("symbols", self.symbols.textChanged),
            ("timeframe", self.timeframe.currentIndexChanged),
            ("date_range", self.start.changed),
            ("date_range", self.end.changed),
            ("last_bars", self.matches.changed),
            ("workers", self.workers.changed),
            ("detectors", self.detectors.changed),
            ("columns", self.columns.changed),
            ("parameters", self.parameters.changed),
        )
        for field, signal in signals:
            signal.connect(partial(self._tell, field))

    def _tell(self, field: str, *_news: object) -> None:
        self.edited.emit(field)
