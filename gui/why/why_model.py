"""The conditions as a Qt model: a tree whose shape is the formula's, so that only its cells change from bar to bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from gui.theme.tables import header_text
from gui.why.state import COLUMNS, Row

Index = QModelIndex | QPersistentModelIndex
MARK_COLUMN = 1


@dataclass(frozen=True, slots=True)
class _Node:
    row: Row
    parent: int
    place: int
    inner: tuple[int, ...]


class WhyModel(QAbstractItemModel):
    """Shows one tree, or nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: list[_Node] = []
        self._top: tuple[int, ...] = ()
        self._colours: dict[bool | None, QColor] = {}

    def set_colours(self, holds: QColor, fails: QColor, unknown: QColor) -> None:
        """Take the colours of the marks."""
        self._colours = {True: holds, False: fails, None: unknown}
        self._redraw()

    def show(self, rows: tuple[Row, ...]) -> bool:
        """Replace the rows; True when the tree has another shape than before."""
        nodes: list[_Node] = []
        top = _add(nodes, rows, -1)
        is_new = [_shape(node) for node in nodes] != [_shape(node) for node in self._nodes]
        if is_new:
            self.beginResetModel()
        self._nodes, self._top = nodes, top
        if is_new:
            self.endResetModel()
        else:
            self._redraw()
        return is_new

    def row(self, index: Index) -> Row | None:
        """Return what a line shows."""
        return self._nodes[index.internalId()].row if index.isValid() else None

    def _redraw(self) -> None:
        last = len(COLUMNS) - 1
        for children in (self._top, *(node.inner for node in self._nodes)):
            if children:
                first = self.createIndex(0, 0, children[0])
                self.dataChanged.emit(first, self.createIndex(len(children) - 1, last, children[-1]))

    def _children(self, parent: Index | None) -> tuple[int, ...]:
        if parent is None or not parent.isValid():
            return self._top
        return self._nodes[parent.internalId()].inner if parent.column() == 0 else ()

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        """Return the place of a cell."""
        children = self._children(parent)
        if not (0 <= row < len(children) and 0 <= column < len(COLUMNS)):
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def parent(self, index: Index | None = None) -> Any:
        """Return the line above; without an index, the owner, as every QObject does."""
        if index is None:
            return super().parent()
        if not index.isValid():
            return QModelIndex()
        above = self._nodes[index.internalId()].parent
        return QModelIndex() if above < 0 else self.createIndex(self._nodes[above].place, 0, above)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many lines stand below one."""
        return len(self._children(parent))

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: ARG002  Qt's signature
        """Return the number of columns."""
        return len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, colour and alignment, the whole text as a tip, or the screen reader's words."""
        row = self.row(index)
        if row is None:
            return None
        column, found = index.column(), None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                found = row.cells[column]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.ForegroundRole if column == MARK_COLUMN and row.is_condition:
                return self._colours.get(row.truth)
            case Qt.ItemDataRole.ToolTipRole if column == 0:
                found = row.cells[0]
            case Qt.ItemDataRole.AccessibleTextRole:
                found = (
                    row.spoken(self.tr)
                    if column == 0
                    else f"{self.tr(COLUMNS[column].title)} {row.cells[column]}"
                )
        return found

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title and, as its tip, what it means."""
        is_column = orientation == Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS)
        if is_column and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return header_text(self, COLUMNS, section, orientation, role)


def _alignment(column: int) -> Qt.AlignmentFlag:
    sides = {0: Qt.AlignmentFlag.AlignLeft, MARK_COLUMN: Qt.AlignmentFlag.AlignHCenter}
    return sides.get(column, Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter


def _add(nodes: list[_Node], rows: tuple[Row, ...], parent: int) -> tuple[int, ...]:
    places = []
    for place, row in enumerate(rows):
        number = len(nodes)
        nodes.append(_Node(row, parent, place, ()))
        nodes[number] = _Node(row, parent, place, _add(nodes, row.rows, number))
        places.append(number)
    return tuple(places)


def _shape(node: _Node) -> tuple[str, int, int]:
    return node.row.cells[0], node.parent, node.place
