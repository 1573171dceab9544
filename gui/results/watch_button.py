"""The button that shows the current watch list and chooses another: a small menu, no dialog but for a new name.

Not here: the lists (``engine.data.kept_lists``) and what is on them (``flows.marks_flow``).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

_LETTERS = 14


class WatchListButton(QToolButton):
    """``chosen`` carries a list's name, ``new_requested`` asks for a new one."""

    chosen = Signal(str)
    new_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._current = ""
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        # Not the button's own menu: its arrow would look unlike that of the columns beside it.
        self._menu = QMenu(self.tr("Watch lists"), self)
        self.clicked.connect(self._pop_up)
        self.offer((), "")

    def offer(self, names: Sequence[str], current: str) -> None:
        """Show the current list and offer these."""
        self._names = tuple(dict.fromkeys(name for name in (*names, current) if name))
        self._current = current
        letter = self.fontMetrics().averageCharWidth()
        shown = self.fontMetrics().elidedText(current, Qt.TextElideMode.ElideRight, _LETTERS * letter)
        self.setText(f"★ {shown} ▾" if shown else "★ ▾")
        words = self.tr("Watch list: {name}").format(name=current or self.tr("none"))
        self.setAccessibleName(words)
        self.setToolTip(
            words + "\n" + self.tr("W adds the current symbol or takes it off; click for another list")
        )

    def menu_of_lists(self) -> QMenu:
        """Return the menu, filled anew."""
        self._menu.clear()
        group = QActionGroup(self._menu)
        for name in self._names:
            action = self._menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name == self._current)
            action.setActionGroup(group)
            action.triggered.connect(lambda _ticked=False, name=name: self.chosen.emit(name))
        self._menu.addSeparator()
        self._menu.addAction(self.tr("&New list…")).triggered.connect(self.new_requested)
        return self._menu

    @Slot()
    def _pop_up(self) -> None:
        self.menu_of_lists().popup(self.mapToGlobal(self.rect().bottomLeft()))
