"""The palette leaves nothing to the platform."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette

from gui.theme.colours import INTERFACE
from gui.theme.palette import palette


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_role_has_a_colour_of_ours(scheme):
    made = palette(INTERFACE[scheme])
    for role in QPalette.ColorRole:
        if role not in (QPalette.ColorRole.NoRole, QPalette.ColorRole.NColorRoles):
            assert made.isBrushSet(QPalette.ColorGroup.Active, role), role


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_disabled_text_is_quieter_than_text(scheme):
    colours = INTERFACE[scheme]
    made = palette(colours)
    assert made.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == QColor(colours.disabled)
    assert made.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text) == QColor(colours.text)
