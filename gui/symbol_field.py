"""A line in which one types a symbol: completed from the universe, and never sure of its case.

Here: the field, and :func:`find_symbol`, which finds what was meant. Not here: what happens with the symbol.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from engine.errors import closest
from gui.wording import Translate, as_written

_SHOWN = 12


class SymbolField(QLineEdit):
    """``chosen`` carries a symbol of the universe, ``refused`` a sentence, ``left`` says that Esc was pressed."""

    chosen = Signal(str)
    refused = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbols: tuple[str, ...] = ()
        self._model = QStringListModel(self)
        completer = QCompleter(self._model, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(_SHOWN)
        if (popup := completer.popup()) is not None:
            popup.setAccessibleName(self.tr("Symbols that begin like this"))
            popup.installEventFilter(self)
        completer.activated.connect(self._take)
        self.setCompleter(completer)
        self.setClearButtonEnabled(True)

    def offer(self) -> None:
        """Open the list of what begins like the text, as typing does."""
        completer = self.completer()
        completer.setCompletionPrefix(self.text())
        if self.text() and completer.completionCount():
            completer.complete()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let one Esc close the list and leave the field."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() == QEvent.Type.KeyPress and isinstance(watched, QWidget):
            watched.hide()
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def set_symbols(self, symbols: Sequence[str]) -> None:
        """Offer these symbols from now on."""
        self._symbols = tuple(symbols)
        self._model.setStringList(list(self._symbols))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the symbol, Esc leaves; the rest is typing."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _take(self, typed: str) -> None:
        found = find_symbol(typed, self._symbols)
        if found is not None:
            self.setText(found)
            self.chosen.emit(found)
        elif typed.strip():
            self.refused.emit(refusal(typed.strip(), self._symbols, self.tr))


def find_symbol(typed: str, symbols: Sequence[str]) -> str | None:
    """Return the symbol as it is called, whatever the case it was typed in; or the only one that begins so."""
    wanted = typed.strip()
    if not wanted or wanted in symbols:
        return wanted or None
    folded = wanted.casefold()
    alike = [symbol for symbol in symbols if symbol.casefold() == folded]
    found = alike or [symbol for symbol in symbols if symbol.casefold().startswith(folded)]
    return found[0] if len(found) == 1 else None


def refusal(typed: str, symbols: Sequence[str], tr: Translate = as_written) -> str:
    """Return the sentence that says why nothing was found, and what may have been meant."""
    if not symbols:
        return tr("There is no symbol '{typed}': no data is open yet.").format(typed=typed)
    several = [symbol for symbol in symbols if symbol.casefold().startswith(typed.casefold())]
    if several:
        told = tr("{n} symbols begin with '{typed}': type more of it.")
        return told.format(n=f"{len(several):,}", typed=typed)
    near = closest(typed.upper(), symbols) or closest(typed, symbols)
    if near:
        told = tr("There is no symbol '{typed}' in the data. Did you mean '{near}'?")
        return told.format(typed=typed, near=near)
    return tr("There is no symbol '{typed}' in the data.").format(typed=typed)
