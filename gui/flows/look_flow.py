"""How the window looks: theme, candle colours and arrangement of panels, as the user chooses and is remembered.

A theme is handed to every panel that paints with colours of its own.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QColor

from engine.settings import Settings
from gui.flows.handlers import Handlers
from gui.flows.window_parts import WindowParts
from gui.formula_editor.colours import DARK, LIGHT
from gui.main_window import ARRANGEMENTS
from gui.remembered import Remembered
from gui.scan_form.look import FormLook
from gui.theme.colours import PAIRS, PairName
from gui.theme.switch import ThemeSwitch
from gui.theme.theme import Theme, ThemeChoice


class LookFlow(QObject):
    """Joins the theme's switch with the panels; what is chosen counts until ``settings`` ask for something else."""

    def __init__(
        self,
        parts: WindowParts,
        switch: ThemeSwitch,
        remembered: Remembered,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._parts = parts
        self._switch = switch
        self._remembered = remembered
        self._settings = settings
        parts.actions[f"theme_{switch.choice}"].setChecked(True)
        parts.actions[f"candles_{switch.pair}"].setChecked(True)
        parts.actions[f"layout_{parts.window.arrangement}"].setChecked(True)
        switch.changed.connect(self.set_theme)
        self.set_theme(switch.theme)

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        choices: tuple[ThemeChoice, ...] = ("system", "light", "dark")
        handlers: Handlers = {f"theme_{choice}": partial(self.choose, choice) for choice in choices}
        handlers |= {f"candles_{pair}": partial(self.choose_pair, pair) for pair in PAIRS}
        window = self._parts.window
        handlers |= {f"layout_{each}": partial(window.choose_arrangement, each) for each in ARRANGEMENTS}
        return handlers

    def choose(self, choice: ThemeChoice) -> None:
        """Change to system, light or dark, and remember it."""
        self._switch.choose(choice)
        self._remembered.keep_theme(choice, self._settings.theme)

    def choose_pair(self, pair: PairName) -> None:
        """Change the colours of rising and falling bars, and remember them."""
        self._switch.choose_pair(pair)
        self._remembered.keep_pair(pair, self._settings.candle_colours)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Give every panel its colours and icons."""
        parts, icon = self._parts, self._switch.icon
        chart, interface = theme.chart, theme.interface
        parts.chart.set_theme(theme)
        parts.editor.set_colours(DARK if theme.is_dark else LIGHT)
        parts.form.set_look(FormLook(interface.error, icon("run"), icon("cancel"), icon("folder")))
        parts.results.set_problem_colour(QColor(interface.error))
        parts.results.looks.set_colours(QColor(chart.up), QColor(chart.down))
        parts.evidence.set_colours(*map(QColor, (chart.up, chart.down, chart.muted, chart.text)))
        parts.why.set_colours(*map(QColor, (interface.positive, interface.error, interface.muted)))
        parts.log.set_colours(QColor(interface.warning), QColor(interface.error))
        parts.progress.set_cancel_icon(icon("cancel"))
        parts.window.set_icons(icon)
