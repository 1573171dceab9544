"""How every list of rows looks: whole rows selected, no grid, no row numbers, one height; Tab leaves it.

The results table is its own: it has more to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

_ONLY_THIS_ROW = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class TitledColumn(Protocol):
    """A column that says what it is called and what that means."""

    @property
    def title(self) -> str:
        """The text of its header."""

    @property
    def meaning(self) -> str:
        """The tip of its header."""


def header_text(
    model: QObject, columns: Sequence[TitledColumn], section: int, orientation: Qt.Orientation, role: int
) -> str | None:
    """Return a column's title or its meaning, translated for ``model``; None for any other role or place."""
    if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(columns):
        return None
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return model.tr(columns[section].title)
        case Qt.ItemDataRole.ToolTipRole:
            return model.tr(columns[section].meaning)
    return None


def plain_header(
    titles: Sequence[str], section: int, orientation: Qt.Orientation, role: int, *, at_right: bool = False
) -> str | Qt.AlignmentFlag | None:
    """Return a column's title, which is in the user's language already, or its side; None for any other role."""
    if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(titles):
        return None
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return titles[section]
        case Qt.ItemDataRole.TextAlignmentRole:
            return cell_side(at_right=at_right)
    return None


def select_only(view: QTableView, index: QModelIndex) -> None:
    """Make a row the current and only selected one; what stands in no row changes nothing.

    Qt's own ways ask which keys are held: who runs a scan by Ctrl+Enter still holds one.
    """
    if index.isValid():
        view.selectionModel().setCurrentIndex(index, _ONLY_THIS_ROW)


class SizeWatch(QObject):
    """Tells when a table's rows have got another size: one behind others gets it only once it is shown."""

    changed = Signal()

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        table.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look on."""
        if event.type() == QEvent.Type.Resize:
            self.changed.emit()
        return False


def cell_side(*, at_right: bool) -> Qt.AlignmentFlag:
    """Return where a text stands in its cell: numbers at the right, words at the left."""
    side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def as_list(table: QTableView, name: str, height: int) -> QHeaderView:
    """Make a table a list whose rows are ``height`` pixels high; return the header of its columns.

    ``name`` is what screen readers say.
    """
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(height)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setAccessibleName(QCoreApplication.translate("tables", "Column headers"))
    return header
