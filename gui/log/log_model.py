"""The log's lines as a Qt model of four columns: time, level, source, text.

The level is a word and a colour, never a colour alone. Not here: keeping lines (``ring``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from gui.log.ring import LogLine, LogRing
from gui.theme.tables import plain_header

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class LevelColours:
    """Colours of warnings and errors; other lines keep the palette's, debug lines the dim one."""

    warning: QColor
    error: QColor
    dim: QColor


class LogModel(QAbstractTableModel):
    """The shown lines of a ``LogRing``; new ones at the end, old ones fall out at the front."""

    def __init__(self, colours: LevelColours, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ring = LogRing()
        self._shown: list[LogLine] = []
        self._colours = colours
        self._titles = (self.tr("Time"), self.tr("Level"), self.tr("Source"), self.tr("Message"))

    @property
    def lines(self) -> list[LogLine]:
        """The shown lines, oldest first."""
        return self._shown

    def extend(self, lines: Iterable[LogLine]) -> None:
        """Add lines at the end."""
        change = self._ring.extend(lines)
        if change.gone:
            self.beginRemoveRows(QModelIndex(), 0, change.gone - 1)
            del self._shown[: change.gone]
            self.endRemoveRows()
        if change.new:
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(change.new) - 1)
            self._shown.extend(change.new)
            self.endInsertRows()

    def set_level(self, level: int) -> None:
        """Show only lines of at least this level."""
        self.beginResetModel()
        self._ring.set_level(level)
        self._shown = self._ring.shown()
        self.endResetModel()

    def clear(self) -> None:
        """Forget all lines."""
        self.beginResetModel()
        self._ring.clear()
        self._shown = []
        self.endResetModel()

    def set_colours(self, colours: LevelColours) -> None:
        """Take the colours of another theme."""
        self._colours = colours
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, 3))

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of shown lines."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return four."""
        return 0 if parent is not None and parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the cell's text, or the level's colour."""
        if not index.isValid():
            return None
        line = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (line.time, line.level_name, line.source, line.text)[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(line.level)
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 3:
            return line.text
        return None

    def _colour(self, level: int) -> QColor | None:
        if level >= logging.ERROR:
            return self._colours.error
        if level >= logging.WARNING:
            return self._colours.warning
        return self._colours.dim if level < logging.INFO else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the column's title."""
        return plain_header(self._titles, section, orientation, role)
