"""Engle–Granger cointegration: whether a combination of two symbols comes back to a mean.

1. The log close of one symbol is regressed on that of the other, with a constant.
2. The residuals are tested for a unit root (augmented Dickey–Fuller, no constant). The number of lagged
   differences, at most ``12 (n / 100)^¼``, is chosen by Akaike's criterion.
3. Both directions are tested, and the one with the lower statistic is told: ``dependent`` is its left-hand symbol,
   ``beta`` its slope, ``lags`` the differences used.
4. ``pvalue`` is MacKinnon's (1994) for two series with a constant. Small: the residuals hardly wander. It does not
   know that the better of two directions, and the best of many pairs, was picked: that is for the reader to mind.

The statistic and the p-value of either direction are those of ``statsmodels.tsa.stattools.coint``, computed for
many pairs at a time. Unknown when one does not move, or when the two are nearly collinear (R² above 1 − 1.5e-6),
where the test means nothing. Source: Engle, Granger (1987).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import FloatArray
from engine.pairs.measures.base import Column, Measure, Values, centred, measures, squares

# As in statsmodels: above this R² the residuals are rounding.
COLLINEAR = 100 * math.sqrt(float(np.finfo(np.float64).eps))
# Pairs whose lagged differences stand in memory at a time.
BATCH = 64


def cointegration(left: FloatArray, right: FloatArray) -> Values:
    """Return ``dependent`` (0 or 1), ``beta``, ``statistic``, ``pvalue`` and ``lags``."""
    ours, theirs = centred(left), centred(right)
    shape = (len(left), len(right))
    values = {column.name: np.full(shape, np.nan) for column in COLUMNS}
    own, other = squares(ours), squares(theirs)
    for row in range(shape[0]):
        products = theirs @ ours[row]
        with np.errstate(invalid="ignore"):
            known = np.flatnonzero(products**2 / (own[row] * other) < 1 - COLLINEAR)
        for start in range(0, len(known), BATCH):
            some = known[start : start + BATCH]
            found = _both_ways(ours[row], theirs[some], products[some], own[row], other[some])
            for name, column in found.items():
                values[name][row, some] = column
    return values


def dickey_fuller(series: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return the statistic of the augmented Dickey–Fuller test without constant, and the lags, for each row.

    ``series`` has shape (k, n). The number of lags has the lowest Akaike criterion, all numbers being tried on
    the same bars; the statistic then uses every bar that this number leaves.
    """
    most = most_lags(series.shape[1])
    rest = _triangle(series, most, level_last=False)[:, :, -1] ** 2
    # Residual sum of squares with the first 1, 2, … of the regressors: what the others would still explain.
    sums = np.cumsum(rest[:, ::-1], axis=1)[:, ::-1][:, 1:]
    count = series.shape[1] - 1 - most
    criterion = count * np.log(sums) + 2.0 * np.arange(1, most + 2)
    lags = np.argmin(criterion, axis=1)
    statistic = np.empty(len(series))
    for number in np.unique(lags):
        chosen = lags == number
        statistic[chosen] = _level_statistic(series[chosen], int(number))
    return statistic, lags


def most_lags(bars: int) -> int:
    """Return the most lagged differences that are tried on so many bars (Schwert 1989)."""
    return min(bars // 2 - 1, math.ceil(12.0 * math.pow(bars / 100.0, 0.25)))


def _both_ways(
    ours: FloatArray, theirs: FloatArray, products: FloatArray, own: float, other: FloatArray
) -> Values:
    """Test the first symbol against each of the others, either way round."""
    forth, back = products / other, products / own
    with np.errstate(divide="ignore", invalid="ignore"):
        ours_left, ours_lags = dickey_fuller(ours - forth[:, None] * theirs)
        theirs_left, theirs_lags = dickey_fuller(theirs - back[:, None] * ours)
    swapped = theirs_left < ours_left
    statistic = np.where(swapped, theirs_left, ours_left)
    return {
        "dependent": np.where(np.isnan(statistic), np.nan, swapped),
        "beta": np.where(swapped, back, forth),
        "statistic": statistic,
        "pvalue": _p_values(statistic),
        "lags": np.where(swapped, theirs_lags, ours_lags).astype(np.float64),
    }


def _p_values(statistics: FloatArray) -> FloatArray:
    from statsmodels.tsa.adfvalues import mackinnonp  # noqa: PLC0415  an extra that only this measure needs

    known = np.isfinite(statistics)
    values = np.full(len(statistics), np.nan)
    values[known] = [mackinnonp(float(each), regression="c", N=2) for each in statistics[known]]
    return values


def _level_statistic(series: FloatArray, lags: int) -> FloatArray:
    """Return the t-value of the level when it is the last of the regressors."""
    triangle = _triangle(series, lags, level_last=True)
    freedom = series.shape[1] - 2 - 2 * lags
    slope = triangle[:, -2, -1] * np.sign(triangle[:, -2, -2])
    statistic: FloatArray = slope / np.abs(triangle[:, -1, -1]) * math.sqrt(freedom)
    return statistic


def _triangle(series: FloatArray, lags: int, *, level_last: bool) -> FloatArray:
    """Return R of the QR decomposition of the regressors with the explained difference as the last column."""
    steps = np.diff(series, axis=1)
    rows = steps.shape[1] - lags
    before = [steps[:, lags - lag : lags - lag + rows] for lag in range(1, lags + 1)]
    level = series[:, lags : lags + rows]
    regressors = [*before, level] if level_last else [level, *before]
    matrices = np.stack([*regressors, steps[:, lags:]], axis=2)
    return np.asarray(np.linalg.qr(matrices, mode="r"), dtype=np.float64)


def _strength(values: Mapping[str, FloatArray]) -> FloatArray:
    return -values["statistic"]


COLUMNS = (
    Column("dependent", "symbol"),
    Column("beta"),
    Column("statistic"),
    Column("pvalue"),
    Column("lags", "count"),
)
measures.add(
    "cointegration",
    Measure(
        name="cointegration",
        help="Engle–Granger test of the log closes",
        window=504,
        least_bars=50,
        molecule_pairs=250,
        columns=COLUMNS,
        compute=cointegration,
        strength=_strength,
        needs=("statsmodels",),
    ),
)
