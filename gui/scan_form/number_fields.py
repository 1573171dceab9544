"""Named numbers, each with a line to type it in: the parameters of formulas and of detectors.

Not here: which names there are and what their numbers mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from gui.scan_form.numbers import number_text, read_number


@dataclass(frozen=True, slots=True)
class NumberSpec:
    """One number; ``usual`` is what an empty line means, None when it must be typed."""

    key: str
    label: str
    tip: str = ""
    usual: float | None = None


class NumberFields(QWidget):
    """A line for each number; what was typed for a name is kept while the name is away."""

    changed = Signal()

    def __init__(self, before: QWidget, parent: QWidget | None = None, *, per_row: int = 1) -> None:
        super().__init__(parent)
        self._before = before
        self._per_row = per_row
        self._specs: tuple[NumberSpec, ...] = ()
        self._typed: dict[str, str] = {}
        self._lines: dict[str, QLineEdit] = {}
        self._labels: list[QLabel] = []
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.tr("Numbers"))
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(6)
        self._layout.setVerticalSpacing(3)
        for pair in range(per_row):
            self._layout.setColumnStretch(2 * pair + 1, 1)

    def set_specs(self, specs: Sequence[NumberSpec]) -> None:
        """Offer these numbers; those that stay keep their line and the cursor in it."""
        if tuple(specs) == self._specs:
            return
        self._specs = tuple(specs)
        for label in self._labels:
            label.deleteLater()
        self._labels = []
        for key in self._lines.keys() - {spec.key for spec in specs}:
            line = self._lines.pop(key)
            line.hide()
            line.deleteLater()
        for place, spec in enumerate(specs):
            self._place(place, spec)
        chain = [self._before, *(self._lines[spec.key] for spec in specs)]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)
        self.changed.emit()

    def keys(self) -> tuple[str, ...]:
        """Return the names of the numbers, in order."""
        return tuple(spec.key for spec in self._specs)

    def line(self, key: str) -> QLineEdit:
        """Return the line of that number."""
        return self._lines[key]

    def values(self) -> dict[str, float]:
        """Return the numbers that are typed and can be read."""
        readings = ((key, read_number(self._typed.get(key, "")).value) for key in self.keys())
        return {key: value for key, value in readings if value is not None}

    def set_values(self, values: Mapping[str, float]) -> None:
        """Show these numbers, and keep those whose names are not there yet; forget what was typed before."""
        self._typed = {key: number_text(value) for key, value in values.items()}
        for key, line in self._lines.items():
            line.setText(self._typed.get(key, ""))

    def problem(self) -> str:
        """Return what is wrong with the first number that cannot be used, or nothing."""
        return next(self._problems(), "")

    def typing_problem(self) -> str:
        """Return what cannot be read, but nothing about what is yet to be typed."""
        sentences = (read_number(self._typed.get(key, ""), self.tr).sentence for key in self.keys())
        return next(filter(None, sentences), "")

    def _problems(self) -> Iterator[str]:
        for spec in self._specs:
            reading = read_number(self._typed.get(spec.key, ""), self.tr)
            if reading.sentence:
                yield f"{spec.label}: {reading.sentence}"
            elif reading.value is None and spec.usual is None:
                yield self.tr("Type a number for {name}.").format(name=spec.label)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the focus to the first line: a focus proxy would tie the chain of the Tab key into a ring."""
        super().focusInEvent(event)
        if self._specs:
            self._lines[self._specs[0].key].setFocus(event.reason())

    def _place(self, place: int, spec: NumberSpec) -> None:
        row, pair = divmod(place, self._per_row)
        label = QLabel(spec.label, self)
        label.setToolTip(spec.tip)
        self._labels.append(label)
        line = self._lines.get(spec.key)
        if line is None:
            line = QLineEdit(self._typed.get(spec.key, ""), self)
            line.setObjectName(spec.key)
            line.textChanged.connect(lambda text, key=spec.key: self._note(key, text))
            self._lines[spec.key] = line
        line.setAccessibleName(spec.label)
        line.setToolTip(spec.tip)
        line.setPlaceholderText("" if spec.usual is None else number_text(spec.usual))
        label.setBuddy(line)
        self._layout.addWidget(label, row, 2 * pair, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(line, row, 2 * pair + 1)

    def _note(self, key: str, text: str) -> None:
        self._typed[key] = text
        self.changed.emit()
