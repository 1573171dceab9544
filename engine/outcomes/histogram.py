"""Histograms of returns that can be laid beside each other: one range, a whole number of bins on each side of zero.

Not here: drawing (``picture``, and the window's panel).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.market.bars import FloatArray

BINS_A_SIDE = 14
# The range holds this share of the pooled returns; the outermost bins take what lies beyond.
_INSIDE = 98.0
_LEAST_REACH = 0.001


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts in bins of equal width from -reach to reach; the first and the last hold what lies beyond too."""

    reach: float
    counts: tuple[int, ...]

    @property
    def edges(self) -> tuple[float, ...]:
        """The bins' borders, one more than there are bins."""
        return tuple(np.linspace(-self.reach, self.reach, len(self.counts) + 1).tolist())

    @property
    def shares(self) -> tuple[float, ...]:
        """Each bin's share of all returns; zeros where there are none."""
        total = sum(self.counts)
        return tuple(count / total if total else 0.0 for count in self.counts)


def reach_of(samples: Iterable[FloatArray]) -> float:
    """Return how far from zero a range must go to hold nearly all returns; NaN are left out."""
    sizes = np.abs(np.concatenate([np.empty(0), *(sample.ravel() for sample in samples)]))
    sizes = sizes[~np.isnan(sizes)]
    return max(_LEAST_REACH, float(np.percentile(sizes, _INSIDE))) if len(sizes) else _LEAST_REACH


def histogram_of(values: FloatArray, reach: float) -> Histogram:
    """Count the returns in bins from -reach to reach; NaN are left out. A return of zero is in the first above it."""
    known = values[~np.isnan(values)]
    last = 2 * BINS_A_SIDE - 1
    place = np.floor(known / reach * BINS_A_SIDE) + BINS_A_SIDE
    counts = np.bincount(np.clip(place, 0, last).astype(np.int64), minlength=last + 1)
    return Histogram(reach, tuple(int(count) for count in counts))
