"""The scan form: every field of a scan in one column, the formula editor, and the Run button.

The form checks only what it can see by itself (dates, the ``@`` of a symbol file); all else comes back from
whoever runs the scan through ``show_problems``. Not here: the formula editor, which is passed in, and data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QSignalBlocker, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.detectors.base import Declaration
from gui.scan_form.cells import FieldCell, ProblemLine
from gui.scan_form.formula_tabs import FormulaTabs
from gui.scan_form.look import LIGHT, FormLook
from gui.scan_form.numbers import parameter_names
from gui.scan_form.rows import FormRows
from gui.scan_form.state import FormValues, ReadyMadeScan
from gui.scrolling_column import ScrollingColumn

# Names that problems may carry, next to the form's own.
_SAME_FIELD = {
    "symbols_text": "symbols",
    "start": "date_range",
    "end": "date_range",
    "lookback_days": "last_bars",
    "detector_parameters": "detectors",
    "formulas": "formula",
}


@dataclass(frozen=True)
class FormulaSlot:
    """The editor as the form needs it: a widget, its text both ways, and the signal that the text changed."""

    widget: QWidget
    text: Callable[[], str]
    set_text: Callable[[str], None]
    changed: SignalInstance


class ScanForm(QWidget):
    """What to scan and how.

    ``run_requested`` comes only while the fields are sound and no scan runs. Problems are named by field:
    ``data_path symbols timeframe date_range last_bars workers columns parameters formula``; others stand above Run.
    """

    run_requested = Signal()
    cancel_requested = Signal()
    data_requested = Signal()
    changed = Signal()

    def __init__(
        self,
        formula: FormulaSlot,
        scans: Sequence[ReadyMadeScan] = (),
        *,
        look: FormLook = LIGHT,
        cores: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._formula = formula
        self._scans: tuple[ReadyMadeScan, ...] = ()
        self._name = ""
        self._is_running = False
        self._rows = FormRows(cores, self)
        # The Tab key goes through widgets in the order in which they are made.
        self._tabs = FormulaTabs(formula.widget, formula.text, formula.set_text, self)
        self._cells = {**self._rows.cells, "formula": FieldCell(formula.widget, self)}
        self._run = self._button(self.tr("Run scan"), self.tr("Run the scan (F5)"))
        self._run.setText(f"{self._run.text()}  F5")
        self._cancel = self._button(self.tr("Cancel"), self.tr("Stop the scan, keep its matches"))
        self._cancel.setEnabled(False)
        self._general = ProblemLine(self)
        self._lay_out()
        self._connect()
        self.set_scans(scans)
        self.set_look(look)
        self.set_values(FormValues())

    # ------------------------------------------------------------------ values

    def values(self) -> FormValues:
        """Return what the fields say; a date that cannot be read counts as open and is in ``problems``."""
        return FormValues(
            formula=self._tabs.single(),
            symbols_text=self._rows.symbols.text().strip(),
            timeframe=self._rows.timeframe.currentData(),
            start=self._rows.start.reading().value,
            end=self._rows.end.reading().value,
            last_bars=self._rows.matches.last_bars(),
            workers=self._rows.workers.number.value(),
            data_path=self._rows.universe.path(),
            columns=self._rows.columns.entries(),
            name=self._name,
            lookback_days=self._rows.matches.lookback_days(),
            parameters=self._rows.parameters.values(),
            formulas=self._tabs.formulas(),
            detectors=self._rows.detectors.chosen(),
            detector_parameters=self._rows.detectors.parameters(),
        )

    def set_values(self, values: FormValues) -> None:
        """Fill the fields in; ``changed`` follows once."""
        with QSignalBlocker(self):
            self._tabs.fill(values.formulas, values.formula)
            self._rows.symbols.setText(values.symbols_text)
            self._rows.set_timeframe(values.timeframe)
            self._rows.start.set_date(values.start)
            self._rows.end.set_date(values.end)
            self._rows.matches.set_limit(values.last_bars, values.lookback_days)
            self._rows.workers.number.setValue(values.workers)
            self._rows.universe.set_path(values.data_path)
            self._rows.columns.set_entries(values.columns)
            self._rows.detectors.set_chosen(values.detectors, values.detector_parameters)
            self._rows.parameters.set_values(values.parameters)
            self._ask_for_parameters()
            self._name_scan(values.name)
            self._rows.show_entries()
            self.clear_problems()
        self.changed.emit()

    def set_columns(self, columns: Mapping[str, str]) -> None:
        """Hold these extra result columns, name to formula; ``changed`` follows."""
        self._rows.columns.set_entries(columns)

    def set_scans(self, scans: Sequence[ReadyMadeScan]) -> None:
        """Offer these scans to start from."""
        self._scans = tuple(scans)
        with QSignalBlocker(self._rows.template):
            self._rows.template.clear()
            self._rows.template.addItem(self.tr("Choose a ready-made scan"))
            for number, scan in enumerate(self._scans, start=1):
                self._rows.template.addItem(scan.name)
                self._rows.template.setItemData(number, scan.description, Qt.ItemDataRole.ToolTipRole)
            self._name_scan(self._name)

    def set_detectors(self, declarations: Sequence[Declaration]) -> None:
        """Offer these detectors."""
        self._rows.detectors.set_declarations(declarations)

    def set_universe(
        self, description: str, first_date: date | None, last_date: date | None, symbols_count: int
    ) -> None:
        """Show what the data holds."""
        span = "" if first_date is None or last_date is None else f"{first_date} – {last_date}"
        self._rows.universe.describe(description, symbols_count, span)
        self._rows.start.set_limits(first_date, last_date)
        self._rows.end.set_limits(first_date, last_date)
        self._rows.symbols.setToolTip(
            self.tr("Empty: all {n} symbols. Or names with commas, or @ and a watch list or a file.").format(
                n=f"{symbols_count:,}"
            )
        )

    def set_data_path(self, path: str) -> None:
        """Stand for the data of this address."""
        self._rows.universe.set_path(path)
        self._cells["data_path"].show_problem("")

    def set_workers(self, number: int) -> None:
        """Show this number of workers."""
        self._rows.workers.number.setValue(number)

    # ------------------------------------------------------------------ problems

    def problems(self) -> dict[str, str]:
        """Return what is wrong with the fields by themselves: field name to sentence."""
        found = self.values().problems(self.tr)
        for field in (self._rows.start, self._rows.end):
            sentence = field.reading().sentence
            if sentence:
                found["date_range"] = sentence
        if missing := self._rows.parameters.problem():
            found["parameters"] = missing
        if wrong := self._rows.detectors.numbers.problem():
            found["detectors"] = wrong
        return found

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Show each sentence beside its field until the field is edited, and go to the first."""
        self.clear_problems()
        by_field = {_SAME_FIELD.get(field, field): sentence for field, sentence in problems.items()}
        # A row that is not shown has no place for a sentence.
        cells = {name: cell for name, cell in self._cells.items() if self._rows.is_shown(name)}
        for field, cell in cells.items():
            if field in by_field:
                cell.show_problem(by_field[field])
        self._general.show_sentence("\n".join(text for field, text in by_field.items() if field not in cells))
        first = next((cell for field, cell in cells.items() if field in by_field), None)
        if first is not None:
            first.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def symbols_field(self) -> QLineEdit:
        """The line in which symbols are named, for those who have lists to offer."""
        return self._rows.symbols

    def go_to_formula(self, text: str) -> bool:
        """Show the formula with that text in the editor; tell whether the scan has one."""
        return self._tabs.go_to(text)

    def cell(self, field: str) -> FieldCell:
        """Return the field of that name with its problem line."""
        return self._cells[field]

    def general_problem(self) -> str:
        """Return the sentence above Run, which belongs to no field."""
        return self._general.text()

    @Slot()
    def clear_problems(self) -> None:
        """Take all sentences away."""
        for cell in self._cells.values():
            cell.show_problem("")
        self._general.show_sentence("")

    # ------------------------------------------------------------------ running

    @Slot()
    def request_run(self) -> None:
        """Ask for a scan, or show what is wrong; does nothing while one runs."""
        if self._is_running:
            return
        found = self.problems()
        if found:
            self.show_problems(found)
        else:
            self.clear_problems()
            self.run_requested.emit()

    @Slot(bool)
    def set_running(self, is_running: bool) -> None:
        """Enable Run or Cancel; the focus moves on with the button that is of use."""
        leaving = self._run if is_running else self._cancel
        had_focus = leaving.hasFocus()
        self._is_running = is_running
        for button in (self._run, self._cancel):
            button.setEnabled((button is self._cancel) == is_running)
        if had_focus:
            (self._cancel if is_running else self._run).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def focus_run(self) -> None:
        """Put the focus on Run, so that Return starts the scan."""
        self._run.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run on F5, where no action of the window has taken the key before."""
        if event.key() == Qt.Key.Key_F5 and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            event.accept()
            self.request_run()
        else:
            super().keyPressEvent(event)

    def set_look(self, look: FormLook) -> None:
        """Take other colours and icons, after a change of theme."""
        for line in (*(cell.problem for cell in self._cells.values()), self._general):
            line.set_colour(look.error)
        self._run.setIcon(look.run)
        self._cancel.setIcon(look.cancel)
        self._rows.universe.button.setIcon(look.folder)

    # ------------------------------------------------------------------ inside

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAutoDefault(True)  # Return presses it, not only Space
        return button

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self._run, 2)
        buttons.addWidget(self._cancel, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(9, 9, 9, 9)
        layout.setSpacing(6)
        self._rows.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        layout.addWidget(ScrollingColumn(self._rows, self))
        layout.addWidget(self._tabs)
        layout.addWidget(self._cells["formula"], 1)
        layout.addWidget(self._general)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self._rows.template.activated.connect(self._take_scan)
        self._rows.universe.data_requested.connect(self.data_requested)
        self._rows.edited.connect(self._note_edit)
        self._formula.changed.connect(self._note_formula)
        self._tabs.changed.connect(self._note_formula)
        self._run.clicked.connect(self.request_run)
        self._cancel.clicked.connect(self.cancel_requested)

    @Slot(str)
    def _note_edit(self, field: str) -> None:
        checks = {
            "date_range": self._dates_problem,
            "parameters": self._rows.parameters.typing_problem,
            "detectors": self._rows.detectors.numbers.typing_problem,
        }
        self._cells[field].show_problem(checks[field]() if field in checks else "")
        self._general.show_sentence("")
        if field == "columns":
            self._ask_for_parameters()
        self.changed.emit()

    @Slot()
    def _note_formula(self) -> None:
        # A ready-made scan with another formula is that scan no longer.
        scan = next((scan for scan in self._scans if scan.name == self._name), None)
        if scan is not None and scan.formula != self._formula.text():
            self._name_scan("")
        self._ask_for_parameters()
        self._note_edit("formula")

    def _ask_for_parameters(self) -> None:
        rows = self._rows
        formulas = self._tabs.formulas().values() or (self._formula.text(),)
        rows.ask_for(parameter_names((*formulas, *rows.columns.entries().values())))

    def _dates_problem(self) -> str:
        # A half-typed date is no problem yet; two whole ones in the wrong order are.
        if any(side.reading().sentence for side in (self._rows.start, self._rows.end)):
            return ""
        return self.values().problems(self.tr).get("date_range", "")

    def _name_scan(self, name: str) -> None:
        names = [scan.name for scan in self._scans]
        index = names.index(name) + 1 if name in names else 0
        self._name = name
        self._rows.template.setCurrentIndex(index)
        self._rows.template.setToolTip(self._scans[index - 1].description if index else "")

    @Slot(int)
    def _take_scan(self, index: int) -> None:
        if index == 0:
            self._name_scan("")
            return
        scan = self._scans[index - 1]
        with QSignalBlocker(self):
            self._tabs.fill({}, scan.formula)
            self._rows.columns.set_entries(scan.columns)
            self._rows.detectors.set_chosen((), {})
            self._rows.parameters.set_values({})
            self._ask_for_parameters()
            if scan.timeframe is not None:
                self._rows.set_timeframe(scan.timeframe)
            self._name_scan(scan.name)
        self.changed.emit()
