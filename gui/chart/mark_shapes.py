"""The shapes that tell kinds of signals apart: each as a letter for the legend and as corners to paint. No Qt.

Corners are shares of a mark's width and height, from its tip at (0, 0) down to 1; every shape has its tip at the bar.
"""

from __future__ import annotations

from dataclasses import dataclass

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape; x runs from -0.5 to 0.5 around the bar, y down from the tip."""

    letter: str
    corners: Corners


TRIANGLE = Shape("▲", ((0.0, 0.0), (0.5, 1.0), (-0.5, 1.0)))
SHAPES: tuple[Shape, ...] = (
    TRIANGLE,
    Shape("◆", ((0.0, 0.0), (0.5, 0.5), (0.0, 1.0), (-0.5, 0.5))),
    Shape("■", ((-0.42, 0.1), (0.42, 0.1), (0.42, 0.95), (-0.42, 0.95))),
    Shape("▼", ((-0.5, 0.05), (0.5, 0.05), (0.0, 1.0))),
    Shape(
        "✚",
        (
            *((-0.16, 0.0), (0.16, 0.0), (0.16, 0.34), (0.5, 0.34), (0.5, 0.66), (0.16, 0.66)),
            *((0.16, 1.0), (-0.16, 1.0), (-0.16, 0.66), (-0.5, 0.66), (-0.5, 0.34), (-0.16, 0.34)),
        ),
    ),
    Shape("⬢", ((0.0, 0.0), (0.45, 0.25), (0.45, 0.75), (0.0, 1.0), (-0.45, 0.75), (-0.45, 0.25))),
)


def shape_of(kind: int) -> Shape:
    """Return the shape of a kind by its number; with many kinds they begin again."""
    return SHAPES[kind % len(SHAPES)]
