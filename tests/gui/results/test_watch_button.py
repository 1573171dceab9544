from __future__ import annotations

import pytest

from gui.results.watch_button import WatchListButton


@pytest.fixture
def button(qtbot) -> WatchListButton:
    made = WatchListButton()
    qtbot.addWidget(made)
    made.offer(("Energy", "Banks & co"), "Energy")
    return made


def entries(button) -> dict[str, bool]:
    return {action.text(): action.isChecked() for action in button.menu_of_lists().actions() if action.text()}


def test_it_shows_the_current_list_and_offers_the_others(button):
    assert button.text() == "★ Energy ▾"
    assert button.accessibleName() == "Watch list: Energy"
    assert entries(button) == {"Energy": True, "Banks && co": False, "&New list…": False}


def test_a_long_name_is_cut_and_stands_in_the_tip(button):
    name = "Everything that I have looked at in November"
    button.offer((), name)
    assert button.text().endswith("… ▾")
    assert name in button.toolTip()
    assert name in entries(button)


def test_a_list_is_chosen_by_its_name_and_a_new_one_asked_for(qtbot, button):
    actions = button.menu_of_lists().actions()
    with qtbot.waitSignal(button.chosen) as told:
        actions[1].trigger()
    assert told.args == ["Banks & co"]
    with qtbot.waitSignal(button.new_requested):
        actions[-1].trigger()


def test_a_click_opens_the_menu_below_the_button(button):
    button.show()
    button.click()
    menu = button.menu_of_lists()
    assert menu.isVisible()
    menu.close()
