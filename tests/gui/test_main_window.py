from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLabel, QLineEdit, QMenu, QToolBar, QWidget

from gui.actions import ACTIONS, MENUS, build_actions
from gui.main_window import MainWindow, Panels


@pytest.fixture
def make(qtbot, remembered):
    owner = QObject()

    def build() -> MainWindow:
        panels = Panels(
            form=QLineEdit(),
            runs=QLabel("runs"),
            chart=QWidget(),
            results=QLabel("results"),
            why=QLabel("why"),
            evidence=QLabel("evidence"),
            options=QLabel("options"),
            problems=QLabel("problems"),
            log=QLabel("log"),
            progress=QLabel(),
        )
        made = MainWindow(panels, build_actions(owner, lambda _name: QIcon()), remembered)
        qtbot.addWidget(made)
        made.show()
        return made

    yield build
    owner.deleteLater()


@pytest.fixture
def window(make) -> MainWindow:
    return make()


def docks(window: MainWindow) -> dict[str, QDockWidget]:
    return {dock.objectName().removeprefix("dock_"): dock for dock in window.findChildren(QDockWidget)}


def test_every_action_stands_in_its_menu_in_order(window):
    shown = {
        menu.title(): [action.objectName() for action in menu.actions() if action.objectName()]
        for menu in window.menuBar().findChildren(QMenu)
    }
    for menu in MENUS:
        assert shown[menu] == [spec.id for spec in ACTIONS if spec.menu == menu and not spec.submenu]
    for submenu in {spec.submenu for spec in ACTIONS if spec.submenu}:
        assert shown[submenu] == [spec.id for spec in ACTIONS if spec.submenu == submenu]


def test_the_tool_bar_begins_with_run_and_has_every_button(window):
    (bar,) = window.findChildren(QToolBar)
    shown = [action.objectName() for action in bar.actions() if action.objectName()]
    assert shown[:2] == ["run", "cancel"]
    assert sorted(shown) == sorted(spec.id for spec in ACTIONS if spec.button)


def test_the_icons_of_buttons_are_there_at_once_and_the_menus_own_when_one_is_opened(window):
    pixmap = QPixmap(8, 8)
    pixmap.fill(Qt.GlobalColor.red)
    window.set_icons(lambda _name: QIcon(pixmap))
    assert not window._actions["run"].icon().isNull()
    assert not window._actions["live"].icon().isNull()
    assert window._actions["quit"].icon().isNull()
    assert list(window.draw_icons())
    assert not window._actions["quit"].icon().isNull()


def test_the_tables_are_tabs_and_results_is_in_front(window):
    parts = docks(window)
    assert window.tabifiedDockWidgets(parts["results"])
    assert not parts["results"].visibleRegion().isEmpty()
    assert parts["problems"].visibleRegion().isEmpty()


def test_a_panel_can_be_raised_and_renamed(qtbot, window):
    window.raise_panel("problems")
    qtbot.waitUntil(lambda: not docks(window)["problems"].visibleRegion().isEmpty())
    window.set_panel_title("problems", "Problems (3)")
    assert window.panel_title("problems") == "Problems (3)"


def test_a_closed_panel_comes_back_when_it_is_raised(qtbot, window):
    docks(window)["form"].close()
    window.raise_panel("form")
    assert docks(window)["form"].isVisible()


def test_reset_brings_every_panel_back_to_its_place(qtbot, window):
    parts = docks(window)
    parts["form"].setFloating(True)
    parts["log"].close()
    window.arrange()
    assert not parts["form"].isFloating()
    assert not parts["log"].isHidden()
    assert len(window.tabifiedDockWidgets(parts["results"])) == 5


def test_the_list_can_stand_at_the_left_of_the_chart(qtbot, window):
    window.resize(1400, 900)
    window.choose_arrangement("list_first")
    parts = docks(window)
    left = Qt.DockWidgetArea.LeftDockWidgetArea
    assert {window.dockWidgetArea(dock) for dock in parts.values()} == {left}
    assert set(window.tabifiedDockWidgets(parts["results"])) == {parts["form"], parts["runs"]}
    assert len(window.tabifiedDockWidgets(parts["why"])) == 4
    qtbot.waitUntil(lambda: not parts["results"].visibleRegion().isEmpty())
    assert not parts["why"].visibleRegion().isEmpty()
    assert parts["results"].geometry().right() < window.centralWidget().geometry().left()


def test_the_chosen_arrangement_is_the_one_that_a_reset_goes_back_to(make):
    first = make()
    assert first.arrangement == "chart_first"
    first.choose_arrangement("list_first")
    first.close()
    second = make()
    assert second.arrangement == "list_first"
    docks(second)["why"].setFloating(True)
    second.arrange()
    left = Qt.DockWidgetArea.LeftDockWidgetArea
    assert not docks(second)["why"].isFloating()
    assert second.dockWidgetArea(docks(second)["why"]) == left
    second.choose_arrangement("chart_first")
    bottom = Qt.DockWidgetArea.BottomDockWidgetArea
    assert second.dockWidgetArea(docks(second)["why"]) == bottom
    assert len(second.tabifiedDockWidgets(docks(second)["results"])) == 5


def test_size_and_places_come_back_in_the_next_window(make, remembered):
    first = make()
    first.resize(700, 620)
    docks(first)["log"].close()
    first.close()
    second = make()
    assert second.size() == QSize(700, 620)
    assert docks(second)["log"].isHidden()


def test_a_layout_that_cannot_be_read_is_left_out(make, remembered):
    remembered._store.setValue("geometry", "nonsense")
    remembered._store.setValue("layout", b"\x01\x02")
    assert make().isVisible()


def test_the_window_never_asks_for_more_than_the_screen_has(window):
    room = window.screen().availableSize()
    assert window.width() <= room.width() and window.height() <= room.height()


def test_tab_passes_by_what_cannot_be_seen(qtbot, window):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    parts = docks(window)
    field, behind, without_table = parts["form"].widget(), QLineEdit(), QWidget()
    parts["why"].setWidget(behind)
    hidden = QLineEdit(without_table)
    without_table.setFocusProxy(hidden)
    hidden.hide()
    parts["results"].setWidget(without_table)
    centre = QLineEdit()
    window.setCentralWidget(centre)
    window.raise_panel("results")
    qtbot.waitUntil(lambda: not without_table.visibleRegion().isEmpty() and centre.isVisible())
    field.setFocus()
    met = []
    while not met or (met[-1] is not field and len(met) < 20):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        met.append(window.focusWidget())
    assert met[-1] is field, "round the window"
    assert centre in met
    assert behind not in met and hidden not in met
    QTest.keyClick(field, Qt.Key.Key_Backtab)
    assert window.focusWidget() is met[-2]


def test_closing_is_told(qtbot, window):
    with qtbot.waitSignal(window.closing):
        window.close()


def test_a_message_goes_when_a_scan_begins(window):
    window.tell_problem("It cannot be written.")
    assert window.statusBar().currentMessage() == "⚠ It cannot be written."
    window.clear_message()
    assert window.statusBar().currentMessage() == ""


def test_a_panel_that_comes_to_the_front_is_told(qtbot, window):
    with qtbot.waitSignal(window.panel_came_to_front, check_params_cb=lambda name: name == "evidence"):
        window.raise_panel("evidence")
