"""The fields that are more than one widget: universe, which matches, workers, columns.

Not here: dates (``date_field``) and how the fields stand in the form (``panel``).
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from gui.scan_form.cells import FoldingPair, ShorteningLabel
from gui.scan_form.state import MOST_LAST_BARS, MOST_WORKERS, workers_text

USUAL_LAST_BARS = 5
_EVERY, _LAST, _SEVERAL = range(3)


class UniverseField(QWidget):
    """Which data is scanned, and the button that chooses other data."""

    folder_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._label = ShorteningLabel(self)
        self.button = QPushButton(self.tr("Choose folder…"), self)
        self.button.setAccessibleName(self.tr("Universe: choose a data folder"))
        self.button.clicked.connect(self.choose_folder)
        pair = FoldingPair(self._label, self.button, self, is_even=False)
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._label.setMinimumHeight(self.button.sizeHint().height())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(pair)
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

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder and tell ``folder_chosen``."""
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose the data folder"), self._path)
        if chosen:
            self.folder_chosen.emit(chosen)


class MatchesField(QWidget):
    """Every match of the range, or only those on the last bar or bars."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox(self)
        self.choice.setAccessibleName(self.tr("Matches"))
        self.choice.addItems(
            [self.tr("Every match in range"), self.tr("Last bar only"), self.tr("Last bars:")]
        )
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(8)
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._bars = QSpinBox(self)
        name_spin_box(self._bars, self.tr("Number of last bars"))
        self._bars.setRange(2, MOST_LAST_BARS)
        self._bars.setValue(USUAL_LAST_BARS)
        self._bars.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.choice, 1)
        layout.addWidget(self._bars)
        self.setFocusProxy(self.choice)
        self.choice.currentIndexChanged.connect(self._note_choice)
        self._bars.valueChanged.connect(self.changed)

    def last_bars(self) -> int | None:
        """Return how many last bars may match; None means every bar of the range."""
        return {_EVERY: None, _LAST: 1}.get(self.choice.currentIndex(), self._bars.value())

    def set_last_bars(self, bars: int | None) -> None:
        """Show this choice."""
        if bars is not None and bars > 1:
            self._bars.setValue(bars)
        self.choice.setCurrentIndex(_EVERY if bars is None else _LAST if bars <= 1 else _SEVERAL)

    @Slot(int)
    def _note_choice(self, index: int) -> None:
        self._bars.setVisible(index == _SEVERAL)
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
        self._of.setText(workers_text(self._cores) if number <= self._cores else self._too_many())
        self.number.setToolTip(
            self.tr("Processes that scan at once. More than the cores of this machine slow a scan down.")
        )
        self.changed.emit()

    def _too_many(self) -> str:
        return self.tr("{of}: slower").format(of=workers_text(self._cores))


class ColumnsField(QWidget):
    """The extra result columns that came with the scan; they can be seen and dropped."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: dict[str, str] = {}
        self._label = ShorteningLabel(self)
        self.drop = QToolButton(self)
        self.drop.setText("✕")
        self.drop.setAutoRaise(True)
        self.drop.setAccessibleName(self.tr("Drop the extra columns"))
        self.drop.setToolTip(self.tr("Drop the extra columns"))
        self.drop.clicked.connect(self._drop_all)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.drop)

    def columns(self) -> dict[str, str]:
        """Return the columns, name to formula."""
        return dict(self._columns)

    def set_columns(self, columns: Mapping[str, str]) -> None:
        """Hold these columns."""
        is_new = dict(columns) != self._columns
        self._columns = dict(columns)
        self._label.set_text(", ".join(self._columns))
        self._label.setToolTip("\n".join(f"{name}: {formula}" for name, formula in self._columns.items()))
        if is_new:
            self.changed.emit()

    @Slot()
    def _drop_all(self) -> None:
        self.set_columns({})


def name_spin_box(box: QSpinBox, name: str) -> None:
    """Name a number for screen readers, which meet the line inside it."""
    box.setAccessibleName(name)
    box.lineEdit().setAccessibleName(name)
