"""How panels share the height."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.chart.panel_heights import PRICE_AT_LEAST, panel_heights


@given(st.integers(120, 3000), st.booleans(), st.integers(0, 8))
def test_panels_fill_the_height_and_the_price_keeps_its_share(height, volume, own):
    places = ["price", *(["volume"] if volume else []), *["own"] * own]
    heights = panel_heights(height, places)
    assert sum(heights) + len(places) - 1 == height
    assert heights[0] >= int(PRICE_AT_LEAST * (height - len(places) + 1))
    assert len(set(heights[len(places) - own :])) <= 1


@pytest.mark.parametrize("height", [0, 5])
def test_no_room_is_no_fault(height):
    assert min(panel_heights(height, ["price", "volume", "own"])) >= 0
