"""Moving about in the window: which panel is in front and has the keys, and what the menus tick."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from gui.flows.handlers import Handler, Handlers
from gui.flows.window_parts import WindowParts
from gui.help import show_about, show_name, show_shortcuts


class ViewFlow(QObject):
    """Brings panels to the front, opens the help, keeps ticks and titles true."""

    def __init__(self, parts: WindowParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        parts.chart.scale_changed.connect(self._show_scale)
        parts.problems.count_changed.connect(self._show_problem_count)
        parts.editor.help_requested.connect(self.explain)
        parts.window.panel_came_to_front.connect(self._look)
        self._looks: dict[str, Handler] = {}
        for key, go in (("N", parts.chart.next_signal), ("P", parts.chart.previous_signal)):
            shortcut = QShortcut(QKeySequence(key), parts.results.view)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(go)
        self._show_scale(parts.chart.state.auto_scale, parts.chart.state.log_scale)

    def when_in_front(self, panel: str, look: Handler) -> None:
        """Call this each time that panel can be seen from now on."""
        self._looks[panel] = look

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        parts = self._parts
        return {
            "focus_formula": partial(self._focus, "form", parts.editor),
            "focus_runs": partial(self._focus, "runs", parts.runs),
            "focus_results": partial(self._focus, "results", parts.results),
            "focus_why": partial(self._focus, "why", parts.why),
            "focus_evidence": partial(self._focus, "evidence", parts.evidence),
            "focus_options": partial(self._focus, "options", parts.options),
            "focus_problems": partial(self._focus, "problems", parts.problems),
            "focus_chart": parts.chart.setFocus,
            "filter": self._focus_filter,
            "reset_layout": parts.window.arrange,
            "shortcuts": partial(show_shortcuts, parts.window),
            "about": partial(show_about, parts.window),
            "quit": parts.window.close,
        }

    @Slot(str)
    def explain(self, word: str) -> None:
        """Tell about a name of the formula language, or about the keys where it is none."""
        if not show_name(self._parts.window, word):
            show_shortcuts(self._parts.window)

    @Slot(str)
    def _look(self, panel: str) -> None:
        if panel in self._looks:
            self._looks[panel]()

    def _focus(self, panel: str, widget: QWidget) -> None:
        self._parts.window.raise_panel(panel)
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus_filter(self) -> None:
        self._parts.window.raise_panel("results")
        self._parts.results.focus_filter()

    @Slot(bool, bool)
    def _show_scale(self, fits: bool, is_log: bool) -> None:
        self._parts.actions["auto_scale"].setChecked(fits)
        self._parts.actions["log_scale"].setChecked(is_log)

    @Slot(int)
    def _show_problem_count(self, count: int) -> None:
        title = self.tr("Problems") if count == 0 else self.tr("Problems ({n})").format(n=f"{count:,}")
        self._parts.window.set_panel_title("problems", title)
