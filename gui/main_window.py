"""The main window: docks, menus, tool bar, status bar and remembered geometry. No logic and no data.

The panels are built by ``app`` and passed in; the chart is the centre, the form stands left, the tables below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal, TypeAlias

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QIcon
from PySide6.QtWidgets import (
    QDockWidget,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QTabWidget,
    QToolBar,
    QWidget,
)

from gui.actions import ACTIONS, MENUS, ActionSpec, WindowKeysFirst
from gui.dock_title import DockTitle
from gui.remembered import Remembered

# Raised whenever docks are added or renamed: a layout saved by another version is not restored.
LAYOUT_VERSION = 5
DEFAULT_SIZE = QSize(1440, 900)
FORM_WIDTH = 330
TABLE_HEIGHT = 310
RUNS_HEIGHT = 170
# On a lower screen the recent runs stand behind the form instead of below it.
ROOM_FOR_RUNS = 800
MESSAGE_MILLISECONDS = 8000
LIST_SHARE = 0.5
_LEFT = ("form", "runs")
_BUTTONS_OF_PANELS = frozenset({"live"})
_DETAILS = ("why", "evidence", "options", "problems", "log")

Arrangement: TypeAlias = Literal["chart_first", "list_first"]
ARRANGEMENTS: tuple[Arrangement, ...] = ("chart_first", "list_first")


@dataclass(frozen=True, slots=True)
class Panels:
    """The widgets that fill the window."""

    form: QWidget
    runs: QWidget
    chart: QWidget
    results: QWidget
    why: QWidget
    evidence: QWidget
    options: QWidget
    problems: QWidget
    log: QWidget
    progress: QWidget


class MainWindow(QMainWindow):
    """Places the panels; ``closing`` comes once, before the window goes.

    ``panel_came_to_front`` names the dock that can be seen from now on.
    """

    closing = Signal()
    panel_came_to_front = Signal(str)

    def __init__(self, panels: Panels, actions: dict[str, QAction], remembered: Remembered) -> None:
        super().__init__()
        self._actions = actions
        self._remembered = remembered
        self._panels = panels
        kept = remembered.arrangement()
        self._arrangement: Arrangement = "list_first" if kept == "list_first" else "chart_first"
        self.setWindowTitle(self.tr("Candlewick (read-only)") if remembered.is_read_only else "Candlewick")
        self.setObjectName("main_window")
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
        )
        for area in (Qt.DockWidgetArea.BottomDockWidgetArea, Qt.DockWidgetArea.LeftDockWidgetArea):
            self.setTabPosition(area, QTabWidget.TabPosition.North)
        self.setCentralWidget(panels.chart)
        self._titles: list[DockTitle] = []
        self._icons_to_come: list[Callable[[], None]] = []
        self._docks = {
            "form": self._dock("form", self.tr("Scan job"), panels.form),
            "runs": self._dock("runs", self.tr("Recent runs"), panels.runs),
            "results": self._dock("results", self.tr("Results"), panels.results),
            "why": self._dock("why", self.tr("Why matched"), panels.why),
            "evidence": self._dock("evidence", self.tr("Evidence"), panels.evidence),
            "options": self._dock("options", self.tr("Options"), panels.options),
            "problems": self._dock("problems", self.tr("Problems"), panels.problems),
            "log": self._dock("log", self.tr("Log"), panels.log),
        }
        self._fill_menus()
        self._tool_bar = self._make_tool_bar()
        self._data_label = QLabel(self)
        self._data_label.setAccessibleName(self.tr("Data in use"))
        self._data_label.setContentsMargins(8, 0, 8, 0)
        self.statusBar().addWidget(panels.progress, 1)
        if remembered.is_read_only:
            self.statusBar().addPermanentWidget(self._read_only_label())
        self.statusBar().addPermanentWidget(self._data_label)
        for action in actions.values():
            self.addAction(action)
        keys_first = WindowKeysFirst(actions, self)
        for kind in (QLineEdit, QPlainTextEdit):
            for text_field in self.findChildren(kind):
                text_field.installEventFilter(keys_first)
        self.resize(DEFAULT_SIZE.boundedTo(self.screen().availableSize()))
        self.arrange()
        self._restore()

    @property
    def arrangement(self) -> Arrangement:
        """How the panels stand by default."""
        return self._arrangement

    def choose_arrangement(self, arrangement: Arrangement) -> None:
        """Put the panels where this arrangement has them, and remember it."""
        self._arrangement = arrangement
        self._remembered.keep_arrangement(arrangement)
        self.arrange()

    @Slot()
    def arrange(self) -> None:
        """Put every dock where it stands by default."""
        left = Qt.DockWidgetArea.LeftDockWidgetArea
        self.setCorner(Qt.Corner.BottomLeftCorner, left)
        for dock in self._docks.values():
            dock.setFloating(False)
            # Out first: a dock that stands in tabs already would stay among them.
            self.removeDockWidget(dock)
        if self._arrangement == "list_first":
            self._put_list_first()
        else:
            self._put_chart_first()
        for dock in self._docks.values():
            dock.show()
        self._docks["results"].raise_()

    def _put_chart_first(self) -> None:
        """Put form and runs at the left, the tables as tabs below the chart."""
        left, bottom = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        for name, dock in self._docks.items():
            self.addDockWidget(left if name in _LEFT else bottom, dock)
        self._stack(("results", *_DETAILS))
        self._place_runs()
        self.resizeDocks([self._docks["form"]], [FORM_WIDTH], Qt.Orientation.Horizontal)
        self.resizeDocks([self._docks["results"]], [TABLE_HEIGHT], Qt.Orientation.Vertical)

    def _put_list_first(self) -> None:
        """Put the list at the left with form and runs as its tabs, the details below it, and the chart beside them."""
        left = Qt.DockWidgetArea.LeftDockWidgetArea
        for dock in self._docks.values():
            self.addDockWidget(left, dock)
        self.splitDockWidget(self._docks["results"], self._docks["why"], Qt.Orientation.Vertical)
        self._stack(("results", *_LEFT))
        self._stack(_DETAILS)
        self._docks["why"].raise_()
        width = round(self.width() * LIST_SHARE)
        self.resizeDocks([self._docks["results"]], [width], Qt.Orientation.Horizontal)
        height = round(self.height() * LIST_SHARE)
        heights = [height, self.height() - height]
        self.resizeDocks([self._docks["results"], self._docks["why"]], heights, Qt.Orientation.Vertical)

    def _stack(self, names: Sequence[str]) -> None:
        """Make the docks tabs of one place, in this order."""
        for name, following in pairwise(names):
            self.tabifyDockWidget(self._docks[name], self._docks[following])

    def _place_runs(self) -> None:
        form, runs = self._docks["form"], self._docks["runs"]
        if self.screen().availableSize().height() < ROOM_FOR_RUNS:
            self.tabifyDockWidget(form, runs)
            form.raise_()
        else:
            self.splitDockWidget(form, runs, Qt.Orientation.Vertical)
            self.resizeDocks([runs], [RUNS_HEIGHT], Qt.Orientation.Vertical)

    def raise_panel(self, name: str) -> None:
        """Bring a dock to the front."""
        dock = self._docks[name]
        dock.show()
        dock.raise_()

    def set_panel_title(self, name: str, title: str) -> None:
        """Change a dock's title and tab."""
        self._docks[name].setWindowTitle(title)

    def panel_title(self, name: str) -> str:
        """Return what a dock's title and tab say."""
        return self._docks[name].windowTitle()

    @Slot(str)
    def show_data(self, sentence: str) -> None:
        """Say at the right of the status bar which data is in use."""
        self._data_label.setText(sentence)

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Show a passing message."""
        self.statusBar().showMessage(sentence, MESSAGE_MILLISECONDS)

    @Slot(str)
    def tell_problem(self, sentence: str) -> None:
        """Show a message that stays until something else happens."""
        self.statusBar().showMessage(f"⚠ {sentence}")

    def show_in_status(self, widget: QWidget) -> None:
        """Give a widget its place at the right of the status bar, where messages do not cover it."""
        # The progress stands before all permanent ones, and counts.
        self.statusBar().insertPermanentWidget(1, widget)

    @Slot()
    def clear_message(self) -> None:
        """Let the progress be seen again."""
        self.statusBar().clearMessage()

    def set_icons(self, icon: Callable[[str], QIcon]) -> None:
        """Take all icons anew, after a change of theme; those of the menus are drawn when one is opened."""
        with_icons = [spec for spec in ACTIONS if spec.icon]
        at_once = [spec for spec in with_icons if spec.button or spec.id in _BUTTONS_OF_PANELS]
        self._icons_to_come = [
            partial(self._set_icon, spec, icon) for spec in with_icons if spec not in at_once
        ]
        for spec in at_once:
            self._set_icon(spec, icon)
        for title in self._titles:
            title.set_icons(icon("float"), icon("close"))

    def draw_icons(self) -> Iterator[None]:
        """Draw the icons of the menus, one at each step."""
        while self._icons_to_come:
            self._icons_to_come.pop()()
            yield

    def _set_icon(self, spec: ActionSpec, icon: Callable[[str], QIcon]) -> None:
        self._actions[spec.id].setIcon(icon(spec.icon))

    @Slot()
    def _draw_icons_now(self) -> None:
        for _ in self.draw_icons():
            pass

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab go on to the next widget that can be seen: Qt's own gets lost behind other panels."""
        focused: QWidget | None = self.focusWidget()
        here = focused if focused is not None else self
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        follow = QWidget.nextInFocusChain if forward else QWidget.previousInFocusChain
        widget = follow(here)
        while widget is not None and widget is not here:
            if self._takes_tab(widget):
                widget.setFocus(reason)
                return True
            widget = follow(widget)
        return False

    def _takes_tab(self, widget: QWidget) -> bool:
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        # What hands its focus on comes by itself, if it is there to be seen.
        if not takes or widget.focusProxy() is not None or not (widget.isVisible() and widget.isEnabled()):
            return False
        docks = [dock for dock in self._docks.values() if dock.isAncestorOf(widget)]
        return widget.window() is self and not any(dock.visibleRegion().isEmpty() for dock in docks)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout and let everything be stopped."""
        self._remembered.keep_bytes("geometry", self.saveGeometry())
        self._remembered.keep_bytes("layout", self.saveState(LAYOUT_VERSION))
        self.closing.emit()
        super().closeEvent(event)

    def _read_only_label(self) -> QLabel:
        """Return the line that says why nothing is kept."""
        label = QLabel(self.tr("Read-only: another window has these settings open"), self)
        label.setAccessibleName(self.tr("Read-only"))
        label.setToolTip(
            self.tr(
                "Scans and exports work as usual. Layout, marks, watch lists and runs are not kept: "
                "close the other window and open this one again for that."
            )
        )
        return label

    def _dock(self, name: str, title: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock_{name}")
        dock.setWidget(panel)
        dock.visibilityChanged.connect(partial(self._note_visibility, name))
        if name in _LEFT:
            self._titles.append(DockTitle(dock))
            dock.setTitleBarWidget(self._titles[-1])
        else:
            # The tab names the panel already; a title bar would say it twice and cost a row of the table.
            dock.setTitleBarWidget(QWidget(dock))
        return dock

    def _note_visibility(self, name: str, is_visible: bool) -> None:
        if is_visible:
            self.panel_came_to_front.emit(name)

    def _fill_menus(self) -> None:
        menus: dict[str, QMenu] = {name: self.menuBar().addMenu(self.tr(name)) for name in MENUS}
        for each in menus.values():
            each.aboutToShow.connect(self._draw_icons_now)
        within: dict[str, QMenu] = {}
        for spec in ACTIONS:
            if spec.after_line:
                menus[spec.menu].addSeparator()
            menu = menus[spec.menu]
            if spec.submenu and spec.submenu not in within:
                title = QCoreApplication.translate("actions", spec.submenu)
                within[spec.submenu] = menu.addMenu(title)
            within.get(spec.submenu, menu).addAction(self._actions[spec.id])
        panels = self.tr("&Panels")
        submenu = QMenu(panels, menus["&View"])
        for dock in self._docks.values():
            submenu.addAction(dock.toggleViewAction())
        menus["&View"].insertMenu(self._actions["reset_layout"], submenu)

    def _make_tool_bar(self) -> QToolBar:
        bar = QToolBar(self.tr("Tool bar"), self)
        bar.setObjectName("tool_bar")
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setIconSize(QSize(18, 18))
        bar.setMovable(False)
        first = [spec for spec in ACTIONS if spec.button and spec.menu == "&Scan"]
        rest = [spec for spec in ACTIONS if spec.button and spec.menu != "&Scan"]
        for spec in first:
            bar.addAction(self._actions[spec.id])
        menu = first[0].menu
        for spec in rest:
            if spec.menu != menu or spec.after_line:
                bar.addSeparator()
            menu = spec.menu
            bar.addAction(self._actions[spec.id])
        self.addToolBar(bar)
        return bar

    def _restore(self) -> None:
        geometry, layout = (self._remembered.bytes_of(key) for key in ("geometry", "layout"))
        if geometry is not None:
            self.restoreGeometry(geometry)
        if layout is not None:
            self.restoreState(layout, LAYOUT_VERSION)
