"""Events as arrays, checked on the way in from a detector.

Here: :class:`Events`, and :func:`collect`, which refuses what is no event. Not here: tables of them (``engine.scan``).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DetectorError
from engine.market.bars import FloatArray

_TRIPLES = "must return triples (bar, event, score)"


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """One detector's events over one symbol's bars, by bar and then by name; arrays of one length.

    ``bar`` counts the symbol's bars from 0, ``kind`` is an event's place in ``names``, which are sorted.
    """

    names: tuple[str, ...]
    bar: NDArray[np.int64]
    kind: NDArray[np.int32]
    score: FloatArray

    def __len__(self) -> int:
        return len(self.bar)

    def on_bars(self, size: int, event: str | None = None) -> NDArray[np.bool_]:
        """Return for each of ``size`` bars whether there is an event on it, of that name if one is given."""
        marks = np.zeros(size, dtype=np.bool_)
        chosen = self.bar if event is None else self.bar[self.kind == self.names.index(event)]
        marks[chosen] = True
        return marks

    def triples(self) -> list[tuple[int, str, float]]:
        """Return the events as (bar, event, score)."""
        names = [self.names[kind] for kind in self.kind.tolist()]
        return list(zip(self.bar.tolist(), names, self.score.tolist(), strict=True))


def collect(detector: str, names: Sequence[str], found: Iterable[Any], size: int) -> Events:
    """Return what a detector found over ``size`` bars as events.

    Raises DetectorError for anything but triples of a bar of the series, one of ``names`` and a finite score, each bar
    and name once. The order in which they come does not matter.
    """
    ordered = tuple(sorted(names))
    code = {name: number for number, name in enumerate(ordered)}
    scores: dict[tuple[int, int], float] = {}
    for each in _iterated(detector, found):
        bar, event, score = _triple(detector, each)
        if event not in code:
            said = f"reported an event {event!r:.60}, and declares only {', '.join(ordered)}"
            raise DetectorError(detector, f"The detector {detector} {said}.")
        if not 0 <= bar < size:
            said = f"reported {event} on bar {bar}, but there are {size:,} bars, counted from 0"
            raise DetectorError(detector, f"The detector {detector} {said}.")
        if not math.isfinite(score):
            said = f"reported {event} on bar {bar} with the score {score}, which is no finite number"
            raise DetectorError(detector, f"The detector {detector} {said}.")
        place = (bar, code[event])
        if place in scores:
            raise DetectorError(detector, f"The detector {detector} reported {event} on bar {bar} twice.")
        scores[place] = score
    places = sorted(scores)
    return Events(
        ordered,
        np.array([bar for bar, _ in places], dtype=np.int64),
        np.array([kind for _, kind in places], dtype=np.int32),
        np.array([scores[place] for place in places], dtype=np.float64),
    )


def _iterated(detector: str, found: Any) -> Iterable[Any]:
    if isinstance(found, str | bytes | dict) or not isinstance(found, Iterable):
        sentence = f"The detector {detector} {_TRIPLES}, not {type(found).__name__}."
        raise DetectorError(detector, sentence)
    return found


def _triple(detector: str, each: Any) -> tuple[int, str, float]:
    if not isinstance(each, tuple | list) or len(each) != 3:
        sentence = f"The detector {detector} {_TRIPLES}, not {each!r:.60}."
        raise DetectorError(detector, sentence)
    bar, event, score = each
    try:
        if isinstance(bar, bool | np.bool_):
            raise TypeError
        # Text and other things that happen to become numbers are no scores.
        if isinstance(score, str | bytes):
            raise TypeError
        return operator.index(bar), str(event), float(score)
    except (TypeError, ValueError, OverflowError):
        sentence = f"The detector {detector} {_TRIPLES} of whole number, text and number, not {each!r:.60}."
        raise DetectorError(detector, sentence) from None
