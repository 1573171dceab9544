"""The why-matched panel: a tree of conditions, a verdict above it, and a field that asks about any symbol.

1. ``show_explanation`` follows the crosshair; ``show_counts`` adds how many symbols fail what.
2. ``symbol_asked`` carries a symbol that was typed, ``returned`` goes back to the chart's bar,
   ``count_requested`` and ``count_cancelled`` are the button.

Not here: computing (the bridge), the texts (``state``), and which bar is looked at (the flow).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from gui.symbol_field import SymbolField
from gui.why.state import (
    COLUMNS,
    COUNT_COLUMN,
    EMPTY_TEXT,
    Explanation,
    counts_text,
    only_this_text,
    rows_of,
    verdict,
)
from gui.why.why_model import WhyModel

if TYPE_CHECKING:
    from engine.scan.explain import WhyNot

_FIELD_LETTERS = 18
_WIDEST_CONDITION = 70
_AIR = 3


class RoomyItem(QStyledItemDelegate):
    """Rows as high as those of the tables."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the text's size with air above and below."""
        return super().sizeHint(option, index).grownBy(QMargins(0, _AIR, 0, _AIR))


class WhyPanel(QWidget):
    """Why a symbol matches on a bar, or why not."""

    symbol_asked = Signal(str)
    returned = Signal()
    count_requested = Signal()
    count_cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.explanation: Explanation | None = None
        self._counts: WhyNot | None = None
        self._is_counting = False
        self.model = WhyModel(self)
        self.tree = QTreeView(self)
        self.verdict = QLabel(self)
        self.counts = QLabel(self)
        self.empty = QLabel(self)
        self.field = SymbolField(self)
        self.back = QPushButton(self.tr("Back"), self)
        self.count = QPushButton(self)
        self._set_tree()
        self._build()
        self._connect()
        self.show_nothing()

    def _set_tree(self) -> None:
        tree = self.tree
        tree.setModel(self.model)
        tree.setAccessibleName(self.tr("Conditions"))
        tree.setAccessibleDescription(self.tr("What the formula asks for, and whether it holds on the bar."))
        tree.setUniformRowHeights(True)
        tree.setItemDelegate(RoomyItem(tree))
        tree.setAlternatingRowColors(True)
        tree.setAllColumnsShowFocus(True)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = tree.header()
        header.setAccessibleName(self.tr("Column headers"))
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)

    def _build(self) -> None:
        for label in (self.verdict, self.counts, self.empty):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.verdict.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.field.setPlaceholderText(self.tr("Why not … a symbol"))
        self.field.setAccessibleName(self.tr("Why not: type a symbol"))
        self.field.setToolTip(self.tr("Type a symbol to see which condition fails on its last bar"))
        self.field.setFixedWidth(self.fontMetrics().averageCharWidth() * _FIELD_LETTERS + 40)
        self.back.setToolTip(self.tr("Follow the bar under the crosshair again (Esc in the field)"))
        top = QHBoxLayout()
        top.addWidget(self.verdict, 1)
        top.addWidget(self.back)
        top.addWidget(self.field)
        top.addWidget(self.count)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.tree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 4)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(self._pages, 1)
        layout.addWidget(self.counts)
        self.setFocusProxy(self.field)

    def _connect(self) -> None:
        self.field.chosen.connect(self.symbol_asked)
        self.field.refused.connect(self._refuse)
        self.field.left.connect(self.follow_chart)
        self.back.clicked.connect(self.follow_chart)
        self.count.clicked.connect(self._on_count)

    @property
    def is_in_front(self) -> bool:
        """Whether it can be seen: a dock behind another's tab counts as visible for Qt."""
        return not self.visibleRegion().isEmpty()

    def set_symbols(self, symbols: Sequence[str]) -> None:
        """Complete the field from this universe."""
        self.field.set_symbols(symbols)

    def set_colours(self, holds: QColor, fails: QColor, unknown: QColor) -> None:
        """Take the theme's colours."""
        self.model.set_colours(holds, fails, unknown)

    def show_nothing(self, sentence: str = "") -> None:
        """Show no bar, but what to do about it."""
        self.explanation = self._counts = None
        self._set_counting(is_counting=False)
        self.model.show(())
        self.verdict.clear()
        self.counts.clear()
        self.counts.hide()
        self.count.setEnabled(False)
        self.empty.setText(sentence or self.tr(EMPTY_TEXT))
        self._pages.setCurrentWidget(self.empty)

    def show_explanation(self, explanation: Explanation) -> None:
        """Show what the formula says on a bar; counts of another day go."""
        old = self.explanation
        if old is None or old.moment != explanation.moment:
            self._counts = None
            self._set_counting(is_counting=False)
        self.explanation = explanation
        self.verdict.setText(verdict(explanation, self.tr))
        # Counts are those of one formula's conditions.
        self.count.setEnabled(len(explanation.formulas) == 1)
        self._pages.setCurrentWidget(self.tree)
        self._refresh()

    def show_counting(self, done: int, total: int, time_left: str = "") -> None:
        """Show how far the counting is; the button cancels it."""
        self._set_counting(is_counting=True)
        sentence = self.tr("Counting … {done} of {total} symbols")
        parts = [sentence.format(done=f"{done:,}", total=f"{total:,}")]
        if time_left:
            parts.append(self.tr("{time} left").format(time=time_left))
        self.counts.setText(" · ".join(parts))
        self.counts.show()

    def show_counts(self, counts: WhyNot) -> None:
        """Show how many symbols fail each condition on the day of the bar."""
        self._set_counting(is_counting=False)
        if self.explanation is not None:
            self._counts = counts
            self._refresh()

    def show_count_failure(self, sentence: str) -> None:
        """Say why nothing was counted."""
        self._set_counting(is_counting=False)
        self.counts.setText(sentence)
        self.counts.show()

    def set_pinned(self, is_pinned: bool) -> None:
        """Offer the way back while a symbol that was typed is shown."""
        self.back.setVisible(is_pinned)
        if not is_pinned:
            self.field.clear()

    @Slot()
    def follow_chart(self) -> None:
        """Leave the symbol that was typed."""
        self.set_pinned(False)
        self.returned.emit()

    @Slot()
    def _on_count(self) -> None:
        if self._is_counting:
            self._set_counting(is_counting=False)
            self.counts.hide()
            self.count_cancelled.emit()
        else:
            self.count_requested.emit()

    def _set_counting(self, *, is_counting: bool) -> None:
        self._is_counting = is_counting
        self.count.setText(self.tr("Cancel") if is_counting else self.tr("Count others"))
        self.count.setToolTip(
            self.tr("Stop counting")
            if is_counting
            else self.tr("Count over all symbols of the scan which conditions fail on this bar's day")
        )

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        self.verdict.setText(sentence)

    def _refresh(self) -> None:
        explanation, counts = self.explanation, self._counts
        assert explanation is not None
        if self.model.show(rows_of(explanation, counts)):
            self._open_conditions()
            self._fit_columns()
        self.tree.setColumnHidden(COUNT_COLUMN, counts is None)
        self.counts.setVisible(counts is not None or self._is_counting)
        if counts is not None:
            parts = (counts_text(counts, self.tr), only_this_text(explanation, counts, self.tr))
            self.counts.setText(" ".join(part for part in parts if part))

    def _open_conditions(self) -> None:
        """Open what is made of conditions; the numbers of a comparison stand in its own line already."""
        waiting = [self.model.index(place, 0) for place in range(self.model.rowCount())]
        while waiting:
            index = waiting.pop()
            row = self.model.row(index)
            if row is not None and row.has_conditions:
                self.tree.expand(index)
                waiting += [self.model.index(place, 0, index) for place in range(self.model.rowCount(index))]

    def _fit_columns(self) -> None:
        letter = self.fontMetrics().averageCharWidth()
        self.tree.resizeColumnToContents(0)
        header = self.tree.header()
        header.resizeSection(0, min(header.sectionSize(0) + 2 * letter, _WIDEST_CONDITION * letter))
        for column, letters in zip(range(1, len(COLUMNS)), (8, 13, 13, 24, 18), strict=True):
            header.resizeSection(column, letters * letter)
