"""What an option is worth: Black–Scholes–Merton and a binomial tree, Greeks, implied volatility. Pure arrays.

Every function takes :class:`Terms`, broadcasts them with its other argument and returns ``float64`` of the common
shape. Prices are per share, a volatility is annual (0.2 is 20 %).

A NaN, a spot or strike that is not positive, a negative time or a negative volatility gives NaN. At expiry or without
volatility a price is the discounted intrinsic value of the forward, and Greeks are those of that payoff.

Sources: Black & Scholes (1973), Merton (1973); the tree is that of Cox, Ross & Rubinstein (1979), its last step
replaced by the European price (Broadie & Detemple 1996, "BBS") so that it converges smoothly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

TREE_STEPS = 200
HIGHEST_VOLATILITY = 10.0
FIRST_GUESS = 0.3
# A price within this of its bounds carries no volatility that could be read from it.
PRICE_TOLERANCE = 1e-8
# Two guesses this near are one.
SETTLED = 1e-12

_erfc = np.frompyfunc(math.erfc, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What is known of one option or of many: numbers or arrays that broadcast.

    ``years`` is the time to expiry, ``rate`` and ``dividend`` are continuous annual rates.
    """

    spot: ArrayLike
    strike: ArrayLike
    years: ArrayLike
    is_call: ArrayLike
    rate: ArrayLike = 0.0
    dividend: ArrayLike = 0.0

    def broadcast(self, other: ArrayLike) -> tuple[Terms, FloatArray]:
        """Return the terms and one more number of each option as arrays of one shape."""
        names = [spec.name for spec in fields(self)]
        arrays = np.broadcast_arrays(
            *(np.asarray(getattr(self, name), dtype=np.float64) for name in names),
            np.asarray(other, dtype=np.float64),
        )
        return Terms(*arrays[:-1]), arrays[-1]

    def take(self, rows: Any) -> Terms:
        """Return the options at ``rows`` of terms that are arrays."""
        return Terms(*(np.asarray(getattr(self, spec.name))[rows] for spec in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Greeks:
    """Sensitivities per share.

    Delta and gamma are to the spot, vega per 1.00 of volatility, theta per calendar day, rho per 1.00 of rate.
    """

    delta: FloatArray
    gamma: FloatArray
    vega: FloatArray
    theta: FloatArray
    rho: FloatArray


class _Parts:
    """What every formula begins with, for terms and volatilities of one shape."""

    def __init__(self, terms: Terms, volatility: ArrayLike) -> None:
        terms, volatility = terms.broadcast(volatility)
        arrays = [np.asarray(getattr(terms, spec.name)) for spec in fields(terms)]
        self.spot, self.strike, self.years, is_call, self.rate, self.dividend = arrays
        self.volatility = volatility
        self.sign = np.where(is_call != 0, 1.0, -1.0)
        self.is_valid = (self.spot > 0) & (self.strike > 0) & (self.years >= 0) & (volatility >= 0)
        self.is_valid &= np.isfinite(sum(arrays) + volatility)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            self.present_spot = self.spot * np.exp(-self.dividend * self.years)
            self.present_strike = self.strike * np.exp(-self.rate * self.years)
            self.root = np.sqrt(np.maximum(self.years, 0.0))
            self.spread = volatility * self.root
            moneyness = np.log(self.present_spot / self.present_strike)
            # Without spread the ratio is plus or minus infinity: in or out of the money for certain.
            self.d1 = np.where(moneyness == 0, 0.0, moneyness / self.spread) + self.spread / 2
        self.in_spot = normal_cdf(self.sign * self.d1)
        self.in_strike = normal_cdf(self.sign * (self.d1 - self.spread))


def price(terms: Terms, volatility: ArrayLike) -> FloatArray:
    """Return the European price."""
    of = _Parts(terms, volatility)
    value = of.sign * (of.present_spot * of.in_spot - of.present_strike * of.in_strike)
    return np.where(of.is_valid, np.maximum(value, 0.0), np.nan)


def greeks(terms: Terms, volatility: ArrayLike) -> Greeks:
    """Return the European sensitivities."""
    of = _Parts(terms, volatility)
    density = np.where(np.isfinite(of.d1), np.exp(-np.square(of.d1) / 2) / math.sqrt(2 * math.pi), 0.0)
    carry = np.exp(-of.dividend * of.years)
    with np.errstate(divide="ignore", invalid="ignore"):
        gamma = np.where(of.spread > 0, carry * density / (of.spot * of.spread), 0.0)
        decay = np.where(of.root > 0, of.present_spot * density * of.volatility / (2 * of.root), 0.0)
    in_spot = of.sign * of.present_spot * of.in_spot
    in_strike = of.sign * of.present_strike * of.in_strike
    sensitivities = (
        of.sign * carry * of.in_spot,
        gamma,
        of.present_spot * density * of.root,
        (of.dividend * in_spot - of.rate * in_strike - decay) / 365.0,
        of.years * in_strike,
    )
    return Greeks(*(np.where(of.is_valid, value, np.nan) for value in sensitivities))


def implied_volatility(terms: Terms, premium: ArrayLike) -> FloatArray:
    """Return the volatility at which the European price is ``premium``.

    NaN where there is none: the premium is unknown, not above the discounted intrinsic value, not below the present
    value of the spot (call) or strike (put), the option has expired, or 1,000 % would not be enough.
    """
    terms, premium = terms.broadcast(premium)
    floor = price(terms, 0.0)
    ceiling = price(terms, HIGHEST_VOLATILITY)
    has_one = (
        (np.asarray(terms.years) > 0)
        & (premium > floor + PRICE_TOLERANCE)
        & (premium < ceiling - PRICE_TOLERANCE)
    )
    found = np.full(premium.shape, np.nan)
    found[has_one] = _solve(terms.take(has_one), premium[has_one])
    return found


def _solve(terms: Terms, premium: FloatArray) -> FloatArray:
    """Return the volatility of each premium, known to lie in the bracket: Newton's step, or half the bracket."""
    found = np.full(premium.shape, np.nan)
    low, high = np.zeros(premium.shape), np.full(premium.shape, HIGHEST_VOLATILITY)
    guess = np.full(premium.shape, FIRST_GUESS)
    unsettled = np.arange(len(premium))
    while len(unsettled):
        part, now = terms.take(unsettled), guess[unsettled]
        error = price(part, now) - premium[unsettled]
        high[unsettled] = np.where(error > 0, now, high[unsettled])
        low[unsettled] = np.where(error > 0, low[unsettled], now)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = now - error / greeks(part, now).vega
        bottom, top = low[unsettled], high[unsettled]
        # Newton may leave the bracket where the price hardly moves; halving always ends.
        following = np.where((step > bottom) & (step < top), step, (bottom + top) / 2)
        guess[unsettled] = following
        settled = (np.abs(following - now) <= SETTLED * (1 + now)) | (top - bottom <= SETTLED)
        found[unsettled[settled]] = following[settled]
        unsettled = unsettled[~settled]
    return found


def american_price(terms: Terms, volatility: ArrayLike, steps: int = TREE_STEPS) -> FloatArray:
    """Return the price with the right to exercise early, by a binomial tree of ``steps`` steps.

    Never below the European price nor below what exercising now pays.
    """
    of = _Parts(terms, volatility)
    terms, volatility = terms.broadcast(volatility)
    tree = np.full(volatility.shape, np.nan)
    for row in np.ndindex(volatility.shape):
        if of.is_valid[row] and of.spread[row] > 0:
            tree[row] = _tree(terms.take(row), float(volatility[row]), steps)
    exercised = np.maximum(of.sign * (of.spot - of.strike), 0.0)
    floor = np.maximum(price(terms, volatility), exercised)
    return np.where(of.is_valid, np.fmax(tree, floor), np.nan)


def normal_cdf(x: ArrayLike) -> FloatArray:
    """Return the standard normal distribution at ``x``, to the last bits of the C library's ``erfc``."""
    return np.asarray(_erfc(np.asarray(x, dtype=np.float64) / -math.sqrt(2)), dtype=np.float64) / 2


def _tree(terms: Terms, volatility: float, steps: int) -> float:
    """Walk one tree backwards from the step before the last, where the European price stands in for it.

    NaN where the drift outruns the tree: volatility is too small to matter.
    """
    numbers = [float(np.asarray(getattr(terms, spec.name))) for spec in fields(terms)]
    spot, strike, years, is_call, rate, dividend = numbers
    step, sign = years / steps, 1.0 if is_call else -1.0
    up = math.exp(volatility * math.sqrt(step))
    chance = (math.exp((rate - dividend) * step) - 1 / up) / (up - 1 / up)
    if not 0 < chance < 1:
        return math.nan
    discount = math.exp(-rate * step)
    spots = spot * up ** np.arange(1 - steps, steps, 2, dtype=np.float64)
    values = price(Terms(spots, strike, step, is_call, rate, dividend), volatility)
    values = np.maximum(values, sign * (spots - strike))
    while len(values) > 1:
        values = discount * (chance * values[1:] + (1 - chance) * values[:-1])
        spots = spots[:-1] * up
        values = np.maximum(values, sign * (spots - strike))
    return float(values[0])
