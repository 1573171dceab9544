"""The one object that knows the theme in force and tells everyone when it changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from gui.theme.colours import DEFAULT_PAIR, PairName
from gui.theme.icons import icon
from gui.theme.theme import Theme, ThemeChoice, apply_theme


class ThemeSwitch(QObject):
    """Holds the user's choice, applies it, and follows the desktop while the choice is ``system``.

    ``changed`` carries the new :class:`Theme`; panels connect their ``set_theme`` to it.
    """

    changed = Signal(object)

    def __init__(
        self,
        app: QApplication,
        choice: ThemeChoice = "system",
        pair: PairName = DEFAULT_PAIR,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._choice = choice
        self._pair = pair
        self._applying = False
        self._theme = apply_theme(app, choice, pair)
        app.styleHints().colorSchemeChanged.connect(self._follow_desktop)

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._theme

    def icon(self, name: str) -> QIcon:
        """Return an icon in the theme's colours."""
        return icon(name, self._theme)

    @property
    def choice(self) -> ThemeChoice:
        """What the user chose."""
        return self._choice

    @property
    def pair(self) -> PairName:
        """The colours of rising and falling bars that the user chose."""
        return self._pair

    @Slot(str)
    def choose(self, choice: ThemeChoice) -> None:
        """Change to system, light or dark now."""
        self._choice = choice
        self._apply()

    @Slot(str)
    def choose_pair(self, pair: PairName) -> None:
        """Change the colours of rising and falling bars now."""
        self._pair = pair
        self._apply()

    @Slot()
    def _follow_desktop(self) -> None:
        # Asking the platform for a scheme reports a change too; that one is our own.
        if self._choice == "system" and not self._applying:
            self._apply()

    def _apply(self) -> None:
        self._applying = True
        try:
            theme = apply_theme(self._app, self._choice, self._pair)
        finally:
            self._applying = False
        if theme != self._theme:
            self._theme = theme
            self.changed.emit(theme)
