"""How the height of the chart is shared by its panels. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from gui.chart.data import Place

SHARES: dict[Place, float] = {"volume": 0.14, "own": 0.17}
PRICE_AT_LEAST = 0.42
SEPARATOR = 1


def panel_heights(height: int, places: Sequence[Place]) -> tuple[int, ...]:
    """Return the height of each panel in whole pixels; with the separators between them they fill ``height``.

    The price has what the others leave, but never less than ``PRICE_AT_LEAST`` of it.
    """
    height -= SEPARATOR * (len(places) - 1)
    wanted = sum(SHARES[place] for place in places if place != "price")
    shrink = min(1.0, (1 - PRICE_AT_LEAST) / wanted) if wanted else 1.0
    heights = [0 if place == "price" else int(height * SHARES[place] * shrink) for place in places]
    rest = max(0, height - sum(heights))
    return tuple(rest if place == "price" else own for place, own in zip(places, heights, strict=True))
