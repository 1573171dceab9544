from __future__ import annotations

from dataclasses import asdict

import pytest

from gui.formula_editor.colours import DARK, LIGHT
from gui.theme.colours import INTERFACE, contrast


@pytest.mark.parametrize(("colours", "scheme"), [(LIGHT, "light"), (DARK, "dark")], ids=["light", "dark"])
def test_every_colour_can_be_read_on_its_ground(colours, scheme):
    grounds = (INTERFACE[scheme].surface, INTERFACE[scheme].window)
    too_weak = {
        name: colour
        for name, colour in asdict(colours).items()
        for ground in grounds
        if contrast(colour, ground) < 4.5
    }
    assert too_weak == {}
