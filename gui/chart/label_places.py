"""Where short labels go, so that none covers another. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 1.0


@dataclass(frozen=True, slots=True)
class Box:
    """A label's left edge, top, width and height in pixels."""

    left: float
    top: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )


def spread(wanted: Sequence[Box], room: Box) -> tuple[Box, ...]:
    """Return the labels inside ``room``, each as near to where it wants to be as those before it allow.

    One that has no free place stays where it wants to be.
    """
    placed: list[Box] = []
    for box in wanted:
        inside = _inside(box, room)
        placed.append(next((each for each in _tries(inside, room) if not _meets_any(each, placed)), inside))
    return tuple(placed)


def _tries(box: Box, room: Box) -> Sequence[Box]:
    step = box.height + GAP
    rows = max(1, int(room.height / step))
    offsets = [0.0]
    for row in range(1, rows + 1):
        offsets += [-row * step, row * step]
    shifted = [Box(box.left, box.top + offset, box.width, box.height) for offset in offsets]
    return [
        each for each in shifted if room.top <= each.top and each.top + each.height <= room.top + room.height
    ]


def _inside(box: Box, room: Box) -> Box:
    left = max(room.left, min(box.left, room.left + room.width - box.width))
    top = max(room.top, min(box.top, room.top + room.height - box.height))
    return Box(left, top, box.width, box.height)


def _meets_any(box: Box, others: Sequence[Box]) -> bool:
    return any(box.meets(other) for other in others)
