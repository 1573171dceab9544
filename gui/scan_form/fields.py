"""The fields that are more than one widget: universe, which matches, workers, columns.

Not here: dates (``date_field``) and how the fields stand in the form (``panel``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from gui.scan_form.cells import ShorteningLabel
from gui.scan_form.state import MOST_LAST_BARS, MOST_LAST_DAYS, MOST_WORKERS, workers_text

USUAL_LAST_BARS = 5
USUAL_LAST_DAYS = 30
_EVERY, _LAST, _SEVERAL, _DAYS = range(4)


class UniverseField(QWidget):
    """Which data is scanned, and the button that chooses other data."""

    data_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._label = ShorteningLabel(self)
        # Without a word on it: the name of the data needs the room more.
        self.button = QToolButton(self)
        self.button.setText("…")
        self.button.setAccessibleName(self.tr("Universe: open other data"))
        self.button.setToolTip(self.tr("Open other data (Ctrl+O)"))
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(self.data_requested)
        self._label.setMinimumHeight(self.button.sizeHint().height())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.button)
        self.setFocusProxy(self.button)
        self.describe("", 0, "")

    def path(self) -> str:
        """Return the data's address."""
        return self._path

    def set_path(self, path: str) -> None:
        """Stand for the data of this address; its description follows with ``describe``."""
        if path != self._path:
            self._path = path
            self.describe("", 0, "")

    def description(self) -> str:
        """Return what the label says."""
        return self._label.text()

    def describe(self, description: str, symbols: int, span: str) -> None:
        """Show what the data is, how many symbols it has and from when to when."""
        count = self.tr("1 symbol") if symbols == 1 else self.tr("{n} symbols").format(n=f"{symbols:,}")
        if not description:
            self._label.set_text(self._path or self.tr("No data chosen"))
        else:
            self._label.set_text(f"{description}, {count}")
        self._label.setToolTip("\n".join(part for part in (self._path, span) if part))


class MatchesField(QWidget):
    """Every match of the range, or only those on the last bar, the last bars or the last days."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox(self)
        name_choice(self.choice, self.tr("Matches"))
        self.choice.addItems(
            [
                self.tr("Every match in range"),
                self.tr("Last bar only"),
                self.tr("Last bars:"),
                self.tr("Last days:"),
            ]
        )
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(8)
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.bars = self._number(self.tr("Number of last bars"), 2, MOST_LAST_BARS, USUAL_LAST_BARS)
        self.days = self._number(self.tr("Number of last days"), 1, MOST_LAST_DAYS, USUAL_LAST_DAYS)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.choice, 1)
        layout.addWidget(self.bars)
        layout.addWidget(self.days)
        self.setFocusProxy(self.choice)
        self.choice.currentIndexChanged.connect(self._note_choice)

    def last_bars(self) -> int | None:
        """Return how many last bars may match; None means that their number does not count."""
        return {_LAST: 1, _SEVERAL: self.bars.value()}.get(self.choice.currentIndex())

    def lookback_days(self) -> int | None:
        """Return how many calendar days before a symbol's last bar may match; None means that they do not count."""
        return self.days.value() if self.choice.currentIndex() == _DAYS else None

    def set_limit(self, bars: int | None, days: int | None = None) -> None:
        """Show this choice; where both are given, the bars."""
        if bars is not None and bars > 1:
            self.bars.setValue(bars)
        if days is not None:
            self.days.setValue(days)
        without_bars = _EVERY if days is None else _DAYS
        self.choice.setCurrentIndex(without_bars if bars is None else _LAST if bars <= 1 else _SEVERAL)

    def _number(self, name: str, least: int, most: int, usual: int) -> QSpinBox:
        box = QSpinBox(self)
        name_spin_box(box, name)
        box.setRange(least, most)
        box.setValue(usual)
        box.hide()
        box.valueChanged.connect(self.changed)
        return box

    @Slot(int)
    def _note_choice(self, index: int) -> None:
        self.bars.setVisible(index == _SEVERAL)
        self.days.setVisible(index == _DAYS)
        self.changed.emit()


class WorkersField(QWidget):
    """How many processes scan at once."""

    changed = Signal()

    def __init__(self, cores: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cores = cores
        self.number = QSpinBox(self)
        name_spin_box(self.number, self.tr("Workers"))
        self.number.setRange(1, MOST_WORKERS)
        self.number.setMinimumWidth(self.number.sizeHint().width() + 12)
        self._of = QLabel(self)
        self._of.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.number)
        layout.addWidget(self._of, 1)
        self.setFocusProxy(self.number)
        self.number.valueChanged.connect(self._note_number)
        self._note_number(self.number.value())

    def note(self) -> str:
        """Return the words behind the number."""
        return self._of.text()

    @Slot(int)
    def _note_number(self, number: int) -> None:
        self._of.setText(workers_text(self._cores, self.tr) if number <= self._cores else self._too_many())
        self.number.setToolTip(
            self.tr("Processes that scan at once. More than the cores of this machine slow a scan down.")
        )
        self.changed.emit()

    def _too_many(self) -> str:
        return self.tr("{of}: slower").format(of=workers_text(self._cores, self.tr))


class NamedEntries(QWidget):
    """Named things that came with the scan, such as extra columns. They can be seen and dropped."""

    changed = Signal()

    def __init__(self, drop: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[str, Any] = {}
        self._label = ShorteningLabel(self)
        self.drop = QToolButton(self)
        self.drop.setText("✕")
        self.drop.setAutoRaise(True)
        self.drop.setAccessibleName(drop)
        self.drop.setToolTip(drop)
        self.drop.clicked.connect(self._drop_all)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.drop)

    def entries(self) -> dict[str, Any]:
        """Return them by name."""
        return dict(self._entries)

    def set_entries(self, entries: Mapping[str, Any]) -> None:
        """Hold these."""
        is_new = dict(entries) != self._entries
        self._entries = dict(entries)
        self._label.set_text(self._words())
        self._label.setToolTip("\n".join(f"{name}: {value}" for name, value in self._entries.items()))
        if is_new:
            self.changed.emit()

    def _words(self) -> str:
        return ", ".join(self._entries)

    @Slot()
    def _drop_all(self) -> None:
        self.set_entries({})


class ColumnsField(NamedEntries):
    """The extra result columns: name to formula."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Drop the extra columns"), parent)


def name_choice(box: QComboBox, name: str) -> None:
    """Name a choice for screen readers, and the list that opens."""
    box.setAccessibleName(name)
    box.view().setAccessibleName(name)


def name_spin_box(box: QSpinBox, name: str) -> None:
    """Name a number for screen readers, which meet the line inside it."""
    box.setAccessibleName(name)
    box.lineEdit().setAccessibleName(name)
