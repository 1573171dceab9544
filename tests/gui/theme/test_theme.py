"""Themes are applied to the application, and the desktop's wish is read."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette

from gui.theme.theme import apply_theme, make_theme, system_scheme


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_the_chosen_theme_becomes_the_applications_palette(qapp, choice):
    theme = apply_theme(qapp, choice)
    assert theme.scheme == choice
    assert theme.is_dark == (choice == "dark")
    assert qapp.style().name().lower() == "fusion"
    assert qapp.palette().color(QPalette.ColorRole.Base) == QColor(theme.interface.surface)


def test_system_follows_what_the_desktop_says(qapp):
    assert apply_theme(qapp, "system").scheme == system_scheme(qapp)


def test_the_pair_of_price_colours_is_the_users_choice(qapp):
    default, classic = make_theme("dark"), make_theme("dark", "green_red")
    assert default.chart.up != classic.chart.up
    assert default.interface == classic.interface
