"""The badge at the right of the status bar: a mark, the last day, how many symbols are stale or broken; a button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from gui.data_quality.state import Badge, Level


class DataBadge(QToolButton):
    """Shows one ``Badge``; a click opens the list. The mark says what the colour says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = Badge("unknown", "", "")
        self._colours: dict[Level, QColor] = {}
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_nothing()

    @property
    def badge(self) -> Badge:
        """What is shown."""
        return self._badge

    def show_badge(self, badge: Badge) -> None:
        """Show this."""
        self._badge = badge
        self.setText(badge.label)
        self.setToolTip(badge.tip)
        self.setAccessibleName(self.tr("Data quality: {words}").format(words=badge.text))
        self.setAccessibleDescription(badge.tip)
        self.setVisible(True)
        self._paint()

    def show_looking(self, done: int = 0, total: int = 0) -> None:
        """Say that the data is being looked through."""
        share = f" {100 * done // total} %" if total else ""
        words = self.tr("checking data{share}").format(share=share)
        self.show_badge(Badge("unknown", words, self.tr("Every symbol's bars are being looked at.")))

    def show_nothing(self) -> None:
        """Go: there is no data."""
        self.setVisible(False)
        self.setAccessibleName(self.tr("Data quality"))

    def set_colours(self, sound: QColor, warning: QColor, error: QColor, unknown: QColor) -> None:
        """Take the theme's colours."""
        self._colours = {"sound": sound, "warning": warning, "error": error, "unknown": unknown}
        self._paint()

    def _paint(self) -> None:
        colour = self._colours.get(self._badge.level)
        if colour is not None:
            palette = self.palette()
            palette.setColor(QPalette.ColorRole.ButtonText, colour)
            self.setPalette(palette)
