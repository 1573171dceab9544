"""Everything that the window can be told to do, as data: menus, tool bar, shortcuts and the cheat sheet come from it.

Here: the list and how it becomes ``QAction``s. Not here: what an action does; ``app`` connects each by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QIcon, QKeyEvent, QKeySequence

Menu: TypeAlias = Literal["&File", "&View", "&Scan", "R&esults", "&Chart", "&Help"]
Needs: TypeAlias = Literal["nothing", "idle", "running", "rows", "result"]

MENUS: tuple[Menu, ...] = ("&File", "&View", "&Scan", "R&esults", "&Chart", "&Help")


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing to do.

    ``needs`` says when it is available: always, while no scan runs, while one can be cancelled, when the table
    has rows, when there is a result to export. ``button`` is its word on the tool bar, if it is there; of the
    actions with one ``group`` exactly one is ticked; ``has_tick`` is one that is on or off by itself. ``submenu`` is
    the title of the menu within the menu that it stands in, if any.
    """

    id: str
    text: str
    menu: Menu
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: Needs = "nothing"
    button: str = ""
    after_line: bool = False
    group: str = ""
    has_tick: bool = False
    submenu: str = ""


CANDLES = "&Candle colours"
ARRANGEMENT = "L&ayout"

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_data", "Open &data…", "&File", ("Ctrl+O",), "folder", "idle", "Open data"),
    ActionSpec("open_demo", "Use the de&mo universe", "&File", (), "database", "idle"),
    ActionSpec("data_quality", "Data qualit&y…", "&File", ("Ctrl+Shift+D",), "check"),
    ActionSpec(
        "open_scan", "Open &scan…", "&File", ("Ctrl+Shift+O",), "open", "idle", "Open scan", after_line=True
    ),
    ActionSpec("save_scan", "S&ave scan as…", "&File", ("Ctrl+S",), "save", "nothing", "Save scan"),
    ActionSpec(
        "export", "&Export matches…", "&File", ("Ctrl+E",), "export", "result", "Export", after_line=True
    ),
    ActionSpec("export_visible", "Export &visible rows…", "&File", ("Ctrl+Shift+E",), "export", "result"),
    ActionSpec("quit", "&Quit", "&File", ("Ctrl+Q",), "close", after_line=True),
    ActionSpec("run", "&Run scan", "&Scan", ("F5", "Ctrl+Return"), "run", "idle", "Run"),
    ActionSpec("cancel", "&Cancel scan", "&Scan", ("Shift+F5",), "cancel", "running", "Cancel"),
    ActionSpec(
        "live", "&Live matches while typing", "&Scan", ("F7",), "live", after_line=True, has_tick=True
    ),
    ActionSpec("focus_formula", "Go to &formula", "&Scan", ("Ctrl+1",), "formula", after_line=True),
    ActionSpec("focus_runs", "Recent run&s", "&Scan", ("Ctrl+6",), "history"),
    ActionSpec("next_problem", "&Next formula problem", "&Scan", ("F8",), "warning"),
    ActionSpec("focus_results", "Go to r&esults", "R&esults", ("Ctrl+2",), "table"),
    ActionSpec("filter", "&Filter…", "R&esults", ("Ctrl+F",), "filter"),
    ActionSpec("add_column", "Add a col&umn by formula…", "R&esults", ("Ctrl+L",), "add"),
    ActionSpec("columns", "&Columns…", "R&esults", ("Ctrl+Shift+L",), "columns"),
    ActionSpec(
        "previous_match", "&Previous match", "R&esults", ("Ctrl+Up",), "previous", "rows", after_line=True
    ),
    ActionSpec("next_match", "&Next match", "R&esults", ("Ctrl+Down",), "next", "rows"),
    ActionSpec("watch", "On or off the wa&tch list", "R&esults", (), "star", "rows", after_line=True),
    ActionSpec("choose_watch_list", "Choose watch &list…", "R&esults", (), "star_filled"),
    ActionSpec("focus_why", "&Why matched, why not", "R&esults", ("Ctrl+7",), "why", after_line=True),
    ActionSpec("focus_evidence", "Go to e&vidence", "R&esults", ("Ctrl+5",), "chart"),
    ActionSpec("focus_options", "Go to &options", "R&esults", ("Ctrl+8",), "formula"),
    ActionSpec("measure", "&Measure what came after", "R&esults", ("F6",), "refresh", "result"),
    ActionSpec("focus_chart", "Go to &chart", "&Chart", ("Ctrl+3",), "chart"),
    ActionSpec("find_symbol", "&Go to symbol…", "&Chart", ("Ctrl+G",), "search"),
    ActionSpec("previous_signal", "&Previous signal of the symbol", "&Chart", (), "previous", "rows"),
    ActionSpec("next_signal", "&Next signal of the symbol", "&Chart", (), "next", "rows"),
    ActionSpec("show_forward", "&Forward windows", "&Chart", (), "forward", after_line=True, has_tick=True),
    ActionSpec("show_contract", "&Option strikes", "&Chart", (), "strikes", has_tick=True),
    ActionSpec("auto_scale", "&Auto-scale", "&Chart", (), "auto_scale", after_line=True, has_tick=True),
    ActionSpec("log_scale", "&Log scale", "&Chart", (), "log_scale", has_tick=True),
    ActionSpec(
        "save_picture", "&Save chart picture…", "&Chart", ("Ctrl+Shift+P",), "picture", after_line=True
    ),
    ActionSpec("copy_picture", "Cop&y chart picture", "&Chart", (), "copy"),
    ActionSpec("palette", "&Find a command…", "&View", ("Ctrl+K",), "search"),
    ActionSpec("focus_problems", "Go to p&roblems", "&View", ("Ctrl+4",), "warning"),
    ActionSpec("theme_system", "Follow the &system", "&View", (), "settings", after_line=True, group="theme"),
    ActionSpec("theme_light", "&Light", "&View", (), "sun", group="theme"),
    ActionSpec("theme_dark", "&Dark", "&View", (), "moon", group="theme"),
    ActionSpec(
        "candles_blue_orange", "&Blue up, orange down", "&View", (), "chart", group="candles", submenu=CANDLES
    ),
    ActionSpec(
        "candles_green_red", "&Green up, red down", "&View", (), "chart", group="candles", submenu=CANDLES
    ),
    ActionSpec(
        "candles_red_green", "&Red up, green down", "&View", (), "chart", group="candles", submenu=CANDLES
    ),
    ActionSpec(
        "layout_chart_first",
        "&Chart first, tables below",
        "&View",
        (),
        "layout",
        after_line=True,
        group="layout",
        submenu=ARRANGEMENT,
    ),
    ActionSpec(
        "layout_list_first",
        "&List first, chart at the right",
        "&View",
        (),
        "layout",
        group="layout",
        submenu=ARRANGEMENT,
    ),
    ActionSpec("reset_layout", "Reset la&yout", "&View", (), "refresh"),
    ActionSpec("shortcuts", "&Keyboard shortcuts", "&Help", ("F1",), "keyboard", "nothing", "Keys"),
    ActionSpec("about", "&About Candlewick", "&Help", (), "info"),
)


def plain_text(text: str) -> str:
    """Return a menu's text without its ampersand and its dots."""
    return text.replace("&", "").rstrip("…")


def build_actions(parent: QObject, icon: Callable[[str], QIcon]) -> dict[str, QAction]:
    """Return one action per entry, by id, with its shortcuts shown in its tool tip."""
    actions = {spec.id: _build(spec, parent, icon) for spec in ACTIONS}
    groups: dict[str, QActionGroup] = {}
    for spec in ACTIONS:
        if spec.group:
            group = groups.setdefault(spec.group, QActionGroup(parent))
            group.addAction(actions[spec.id])
    return actions


def _build(spec: ActionSpec, parent: QObject, icon: Callable[[str], QIcon]) -> QAction:
    text = QCoreApplication.translate("actions", spec.text)
    action = QAction(icon(spec.icon), text, parent) if spec.icon else QAction(text, parent)
    action.setObjectName(spec.id)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    action.setCheckable(spec.has_tick or bool(spec.group))
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    if spec.button:
        action.setIconText(QCoreApplication.translate("actions", spec.button))
    plain = plain_text(text)
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{plain} ({keys})" if keys else plain)
    return action


def enable_actions(
    actions: Mapping[str, QAction], *, is_idle: bool, can_cancel: bool, has_rows: bool, has_result: bool
) -> None:
    """Make each action available or not; the scan and its table alone decide."""
    met = {
        "nothing": True,
        "idle": is_idle,
        "running": can_cancel,
        "rows": has_rows,
        "result": has_result and is_idle,
    }
    for spec in ACTIONS:
        actions[spec.id].setEnabled(met[spec.needs])


class WindowKeysFirst(QObject):
    """Keeps text fields from taking keys that mean something in the whole window.

    On X11 Qt's fields claim Ctrl+E for the end of the line before any action hears of it. Install it on a field.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QObject | None = None) -> None:
        super().__init__(parent)
        keys = {keys for action in actions.values() for keys in action.shortcuts()}
        self._keys = {each for each in keys if each.toString().startswith("Ctrl+")}

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hide the question whether the field wants the key."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if QKeySequence(event.keyCombination()) not in self._keys:
            return False
        event.ignore()
        return True
