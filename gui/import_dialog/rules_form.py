"""The form of the import: which column is which field, and how numbers and dates are written.

Not here: what follows from the choices (``state``).
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QWidget

from engine.data.preview import Preview
from engine.data.reading_rules import MAPPABLE, SEPARATORS, ReadingRules
from gui.import_dialog.state import FIELD_NAMES, OPTIONAL, Choices, choices_of, column_label, rules_of

_LETTERS = 20


class RulesForm(QWidget):
    """``changed`` tells that the user chose something else."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._showing = False
        self.columns = {field: self._combo(self.tr(FIELD_NAMES[field])) for field in MAPPABLE}
        self.separator = self._combo(self.tr("Separator"))
        self.decimal = self._combo(self.tr("Decimals"))
        self.dates = self._combo(self.tr("Order of dates"))
        self.encoding = self._combo(self.tr("Letters"))
        self.header = QCheckBox(self.tr("The first line names the columns"), self)
        self._fill_choices()
        self._build()

    def _combo(self, name: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(_LETTERS)
        if (view := combo.view()) is not None:
            view.setAccessibleName(name)
        combo.activated.connect(self._note)
        return combo

    def _fill_choices(self) -> None:
        separators = {"comma": self.tr("comma ,"), "semicolon": self.tr("semicolon ;"), "tab": self.tr("tab")}
        self.separator.addItem(self.tr("as the first line has it"), "")
        for name in SEPARATORS:
            self.separator.addItem(separators.get(name, self.tr("bar |")), name)
        self.decimal.addItem(self.tr("point: 1.5"), False)  # noqa: FBT003  Qt's user data
        self.decimal.addItem(self.tr("comma: 1,5"), True)  # noqa: FBT003  Qt's user data
        self.dates.addItem(self.tr("year first, or told by names"), None)
        self.dates.addItem(self.tr("day first: 31/01/2020"), "dmy")
        self.dates.addItem(self.tr("month first: 01/31/2020"), "mdy")
        self.encoding.addItem(self.tr("UTF-8"), "utf-8")
        self.encoding.addItem(self.tr("Windows (cp1252)"), "cp1252")

    def _build(self) -> None:
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(3)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        heading = QLabel(self.tr("Which column is what"), self)
        layout.addRow(heading)
        for field, combo in self.columns.items():
            layout.addRow(self.tr(FIELD_NAMES[field]), combo)
        self._written = QLabel(self.tr("How values are written"), self)
        layout.addRow(self._written)
        layout.addRow(self.tr("Dates"), self.dates)
        layout.addRow(self.tr("Decimals"), self.decimal)
        layout.addRow(self.tr("Separator"), self.separator)
        layout.addRow(self.tr("Letters"), self.encoding)
        layout.addRow(self.header)
        self._layout = layout
        self.header.toggled.connect(self._note)
        for label in (heading, self._written):
            font = label.font()
            font.setBold(True)
            label.setFont(font)
        self._written.setContentsMargins(0, 8, 0, 0)

    def show_rules(self, rules: ReadingRules, preview: Preview) -> None:
        """Show rules and the columns that they are about; this is no change."""
        self._showing = True
        self._names = preview.names
        choices = choices_of(rules, preview)
        for field, combo in self.columns.items():
            self._offer(combo, field, preview)
            combo.setCurrentIndex(max(0, combo.findData(choices.columns[field])))
        self.separator.setCurrentIndex(max(0, self.separator.findData(choices.separator)))
        self.decimal.setCurrentIndex(int(choices.decimal_comma))
        self.dates.setCurrentIndex({None: 0, "dmy": 1, "mdy": 2}[choices.date_order])
        self.encoding.setCurrentIndex(max(0, self.encoding.findData(choices.encoding)))
        self.header.setChecked(choices.has_header)
        for widget in (self.separator, self.decimal, self.encoding, self.header):
            self._layout.setRowVisible(widget, preview.is_text)
        self._showing = False

    def rules(self) -> ReadingRules:
        """Return the rules that are chosen."""
        decimal, dates = self.decimal.currentIndex(), self.dates.currentIndex()
        choices = Choices(
            {field: combo.currentData() or "" for field, combo in self.columns.items()},
            self.separator.currentData(),
            bool(decimal),
            (None, "dmy", "mdy")[dates],
            self.header.isChecked(),
            self.encoding.currentData(),
        )
        return rules_of(choices, self._names)

    def _offer(self, combo: QComboBox, field: str, preview: Preview) -> None:
        combo.clear()
        nothing = self.tr("the file's name") if field == "symbol" and preview.is_text else self.tr("none")
        combo.addItem(f"({nothing})" if field in OPTIONAL else self.tr("– choose –"), "")
        for name in preview.names:
            combo.addItem(column_label(name, preview.examples.get(name, "")), name)

    @Slot()
    def _note(self) -> None:
        if not self._showing:
            self.changed.emit()
