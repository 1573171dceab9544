"""Rolling correlation: whether two symbols move together.

Pearson's correlation of the log returns between consecutive common bars of the window, the last of which is the
pair's last common bar: n bars have n − 1 returns. Without unit, from −1 to 1. Unknown when one of the two does
not move.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.market.bars import FloatArray
from engine.pairs.measures.base import Column, Measure, Values, centred, measures, squares


def correlation(left: FloatArray, right: FloatArray) -> Values:
    """Return ``correlation``: one product of matrices for all pairs."""
    ours, theirs = centred(np.diff(left, axis=1)), centred(np.diff(right, axis=1))
    scale = np.sqrt(squares(ours)[:, None] * squares(theirs)[None, :])
    return {"correlation": np.clip((ours @ theirs.T) / scale, -1.0, 1.0)}


def _strength(values: Mapping[str, FloatArray]) -> FloatArray:
    return np.abs(values["correlation"])


measures.add(
    "correlation",
    Measure(
        name="correlation",
        help="correlation of log returns",
        window=252,
        least_bars=10,
        molecule_pairs=8000,
        columns=(Column("correlation"),),
        compute=correlation,
        strength=_strength,
    ),
)
