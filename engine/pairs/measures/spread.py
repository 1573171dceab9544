"""Beta-hedged spread: how far the first symbol has moved away from the second.

Over the window's common bars the log close of a is regressed on that of b, with a constant (ordinary least
squares). ``beta`` is the slope: hold beta in b, in money, against one in a. ``spread`` is the residual on the last
common bar, in log points (0.01 is about one percent); ``zscore`` is the spread over the standard deviation of
all residuals of the window (population), in standard deviations. Positive: a is dear against b.

Unknown when b does not move, or when nothing but rounding is left of a after the regression, as with two listings
of one price. Source: Gatev, Goetzmann, Rouwenhorst (2006), with a regression in place of their equal weights.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.market.bars import FloatArray
from engine.pairs.measures.base import NOISE, Column, Measure, Values, centred, measures, squares


def spread(left: FloatArray, right: FloatArray) -> Values:
    """Return ``beta``, ``spread`` and ``zscore``: one product of matrices for all pairs."""
    ours, theirs = centred(left), centred(right)
    beta = (ours @ theirs.T) / squares(theirs)[None, :]
    last = ours[:, -1:] - beta * theirs[None, :, -1]
    whole = squares(ours)[:, None]
    left_over = whole - beta**2 * squares(theirs)[None, :]
    known = left_over > NOISE * whole
    deviation = np.sqrt(np.where(known, left_over, np.nan) / left.shape[1])
    return {"beta": beta, "spread": np.where(known, last, np.nan), "zscore": last / deviation}


def _strength(values: Mapping[str, FloatArray]) -> FloatArray:
    return np.abs(values["zscore"])


measures.add(
    "spread",
    Measure(
        name="spread",
        help="z-score of the beta-hedged spread of log closes",
        window=252,
        least_bars=10,
        molecule_pairs=8000,
        columns=(Column("beta"), Column("spread"), Column("zscore")),
        compute=spread,
        strength=_strength,
    ),
)
