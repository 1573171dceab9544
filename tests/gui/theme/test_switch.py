"""Changing the theme while the window is open."""

from __future__ import annotations

import pytest

from gui.theme.switch import ThemeSwitch


@pytest.fixture
def switch(qapp):
    return ThemeSwitch(qapp, "light", parent=None)


def test_a_new_choice_is_announced_with_its_theme(switch, qtbot):
    with qtbot.waitSignal(switch.changed) as announced:
        switch.choose("dark")
    assert announced.args[0] is switch.theme
    assert switch.theme.is_dark
    assert switch.choice == "dark"


def test_choosing_what_is_already_there_announces_nothing(switch, qtbot):
    with qtbot.assertNotEmitted(switch.changed):
        switch.choose("light")


def test_another_pair_keeps_the_scheme(switch, qtbot):
    with qtbot.waitSignal(switch.changed):
        switch.choose_pair("red_green")
    assert not switch.theme.is_dark
    assert switch.pair == "red_green"


def test_the_desktop_is_followed_only_while_the_choice_is_system(switch, qtbot, qapp):
    with qtbot.assertNotEmitted(switch.changed):
        qapp.styleHints().colorSchemeChanged.emit(qapp.styleHints().colorScheme())
    switch.choose("system")
    assert switch.theme.scheme in ("light", "dark")
