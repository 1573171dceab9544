"""One theme as a value, and putting it on the application.

Here: ``Theme`` (all colours of the running window), the choice system / light / dark, and ``apply_theme``.
Telling panels that the theme changed is in ``switch``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from gui.theme.colours import (
    DEFAULT_PAIR,
    INTERFACE,
    SYNTAX,
    ChartColours,
    InterfaceColours,
    PairName,
    Scheme,
    SyntaxColours,
    chart_colours,
)
from gui.theme.palette import palette

ThemeChoice: TypeAlias = Literal["system", "light", "dark"]
THEME_CHOICES: tuple[ThemeChoice, ...] = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of the running window; equal themes look equal."""

    scheme: Scheme
    interface: InterfaceColours
    chart: ChartColours
    syntax: SyntaxColours

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return self.scheme == "dark"


def make_theme(scheme: Scheme, pair: PairName = DEFAULT_PAIR) -> Theme:
    """Return the theme of that scheme without touching any application."""
    return Theme(scheme, INTERFACE[scheme], chart_colours(scheme, pair), SYNTAX[scheme])


def apply_theme(app: QApplication, choice: ThemeChoice = "system", pair: PairName = DEFAULT_PAIR) -> Theme:
    """Give the application its style and palette, at start or while it runs, and return the theme."""
    # Each change of style sends a style event to every widget: only when it is another one.
    if app.style().name().lower() != "fusion":
        app.setStyle("Fusion")
    app.styleHints().setColorScheme(_REQUESTED[choice])
    theme = make_theme(system_scheme(app) if choice == "system" else choice, pair)
    app.setPalette(palette(theme.interface))
    return theme


def system_scheme(app: QApplication) -> Scheme:
    """Return what the desktop asks for; where it does not say, what the style's own palette looks like."""
    reported = app.styleHints().colorScheme()
    if reported == Qt.ColorScheme.Dark:
        return "dark"
    if reported == Qt.ColorScheme.Light:
        return "light"
    window = app.style().standardPalette().color(QPalette.ColorRole.Window)
    return "dark" if window.lightness() < 128 else "light"


_REQUESTED: dict[ThemeChoice, Qt.ColorScheme] = {
    # Title bars and native dialogs follow this where the platform has it; "Unknown" hands the choice back.
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
