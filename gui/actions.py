"""Everything that the window can be told to do, as data: menus, tool bar, shortcuts and the cheat sheet come from it.

Here: the list and how it becomes ``QAction``s. Not here: what an action does; ``app`` connects each by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence

Menu: TypeAlias = Literal["&File", "&View", "&Scan", "&Results", "&Chart", "&Help"]
Needs: TypeAlias = Literal["nothing", "idle", "running", "matches"]

MENUS: tuple[Menu, ...] = ("&File", "&View", "&Scan", "&Results", "&Chart", "&Help")


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing to do; ``needs`` says when it is available, ``button`` is its word on the tool bar, if it is there."""

    id: str
    text: str
    menu: Menu
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: Needs = "nothing"
    button: str = ""
    after_line: bool = False


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_data", "Open &data folder…", "&File", ("Ctrl+O",), "folder", "idle", "Open data"),
    ActionSpec("open_demo", "Use the de&mo universe", "&File", (), "database", "idle"),
    ActionSpec(
        "open_scan", "Open &scan…", "&File", ("Ctrl+Shift+O",), "open", "idle", "Open scan", after_line=True
    ),
    ActionSpec("save_scan", "&Save scan as…", "&File", ("Ctrl+S",), "save", "nothing", "Save scan"),
    ActionSpec(
        "export", "&Export matches…", "&File", ("Ctrl+E",), "export", "matches", "Export", after_line=True
    ),
    ActionSpec("export_visible", "Export &visible rows…", "&File", ("Ctrl+Shift+E",), "export", "matches"),
    ActionSpec("quit", "&Quit", "&File", ("Ctrl+Q",), "close", after_line=True),
    ActionSpec("run", "&Run scan", "&Scan", ("F5", "Ctrl+Return"), "run", "idle", "Run"),
    ActionSpec("cancel", "&Cancel scan", "&Scan", ("Shift+F5",), "cancel", "running", "Cancel"),
    ActionSpec("focus_formula", "Go to &formula", "&Scan", ("Ctrl+1",), "formula", after_line=True),
    ActionSpec("next_problem", "&Next formula problem", "&Scan", ("F8",), "warning"),
    ActionSpec("focus_results", "Go to r&esults", "&Results", ("Ctrl+2",), "table"),
    ActionSpec("filter", "&Filter…", "&Results", ("Ctrl+F",), "filter"),
    ActionSpec(
        "previous_match", "&Previous match", "&Results", ("Ctrl+Up",), "previous", "matches", after_line=True
    ),
    ActionSpec("next_match", "&Next match", "&Results", ("Ctrl+Down",), "next", "matches"),
    ActionSpec("focus_chart", "Go to &chart", "&Chart", ("Ctrl+3",), "chart"),
    ActionSpec("previous_signal", "&Previous signal of the symbol", "&Chart", (), "previous", "matches"),
    ActionSpec("next_signal", "&Next signal of the symbol", "&Chart", (), "next", "matches"),
    ActionSpec("auto_scale", "&Auto-scale", "&Chart", (), "auto_scale", after_line=True),
    ActionSpec("log_scale", "&Log scale", "&Chart", (), "log_scale"),
    ActionSpec("focus_problems", "Go to &problems", "&View", ("Ctrl+4",), "warning"),
    ActionSpec("theme_system", "Follow the &system", "&View", (), "settings", after_line=True),
    ActionSpec("theme_light", "&Light", "&View", (), "sun"),
    ActionSpec("theme_dark", "&Dark", "&View", (), "moon"),
    ActionSpec("reset_layout", "&Reset layout", "&View", (), "refresh", after_line=True),
    ActionSpec("shortcuts", "&Keyboard shortcuts", "&Help", ("F1",), "keyboard", "nothing", "Keys"),
    ActionSpec("about", "&About Candlewick", "&Help", (), "info"),
)


def build_actions(parent: QObject, icon: Callable[[str], QIcon]) -> dict[str, QAction]:
    """Return one action per entry, by id, with its shortcuts shown in its tool tip."""
    return {spec.id: _build(spec, parent, icon) for spec in ACTIONS}


def _build(spec: ActionSpec, parent: QObject, icon: Callable[[str], QIcon]) -> QAction:
    text = QCoreApplication.translate("actions", spec.text)
    action = QAction(icon(spec.icon), text, parent) if spec.icon else QAction(text, parent)
    action.setObjectName(spec.id)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    if spec.button:
        action.setIconText(QCoreApplication.translate("actions", spec.button))
    plain = text.replace("&", "").rstrip("…")
    action.setToolTip(f"{plain} ({spec.keys[0]})" if spec.keys else plain)
    action.setStatusTip(plain)
    return action


def enable_actions(
    actions: Mapping[str, QAction], *, is_idle: bool, can_cancel: bool, has_matches: bool
) -> None:
    """Make each action available or not; the state of the scan alone decides."""
    met = {"nothing": True, "idle": is_idle, "running": can_cancel, "matches": has_matches}
    for spec in ACTIONS:
        actions[spec.id].setEnabled(met[spec.needs])
