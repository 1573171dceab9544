"""What an option chain is: all contracts of one ticker at one moment, as arrays.

Here: the frozen container, how to slice it, and the quality pass that every provider's rows go through.
Where rows come from is in ``providers``; what a contract is worth in ``pricing``.

A quote that is wrong in itself (no strike, expired, listed twice, another ticker's) is left out and counted. A quote
that is merely bad (crossed, no bid, no open interest) stays: rules reject it, with a reason that the user can read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

EXCHANGE = ZoneInfo("America/New_York")
CLOSE = time(16, 0)
DAYS_PER_YEAR = 365.0
SECONDS_PER_YEAR = DAYS_PER_YEAR * 86_400

# An implied volatility at or under this is a vendor's way of writing "unknown" (Yahoo: 1e-5).
NO_VOLATILITY = 1e-3

NUMBERS = ("strike", "bid", "ask", "last", "volume", "open_interest", "implied_volatility")


@dataclass(frozen=True, slots=True, eq=False)
class OptionChain:
    """The contracts of one ticker; all arrays have one length n, sorted by expiration, strike, calls first.

    ``as_of`` is the moment of the quotes in UTC, ``spot`` the underlying's price then. ``symbol`` is the contract's
    own name (text), ``expiration`` a day, ``is_call`` true for calls; prices are per share, NaN where the source
    has no value; ``implied_volatility`` is the vendor's, annual, NaN where it has none.
    """

    ticker: str
    as_of: datetime
    spot: float
    symbol: NDArray[np.object_]
    expiration: NDArray[np.datetime64]
    is_call: BoolArray
    strike: FloatArray
    bid: FloatArray
    ask: FloatArray
    last: FloatArray
    volume: FloatArray
    open_interest: FloatArray
    implied_volatility: FloatArray

    def __len__(self) -> int:
        return len(self.strike)

    @property
    def mid(self) -> FloatArray:
        """The middle of bid and ask; NaN without both."""
        return (self.bid + self.ask) / 2

    @property
    def spread_percent(self) -> FloatArray:
        """The spread in percent of the middle; NaN without a positive middle."""
        mid = self.mid
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(mid > 0, 100 * (self.ask - self.bid) / mid, np.nan)

    @property
    def expirations(self) -> tuple[date, ...]:
        """The days on which contracts expire, in order."""
        return tuple(np.unique(self.expiration).astype("datetime64[D]").astype(object))

    def days_to(self, expiration: date) -> int:
        """Return calendar days from the quotes' day on the exchange to an expiration."""
        return (expiration - self.as_of.astimezone(EXCHANGE).date()).days

    def years(self) -> FloatArray:
        """Return the time to each contract's last close in years of 365 days, never below zero; shape n."""
        days, of_row = np.unique(self.expiration, return_inverse=True)
        left = [years_between(self.as_of, day) for day in days.astype("datetime64[D]").astype(object)]
        return np.asarray(left, dtype=np.float64)[of_row]

    def take(self, rows: slice | BoolArray | NDArray[np.intp]) -> OptionChain:
        """Return the contracts at ``rows``."""
        arrays = {name: getattr(self, name)[rows] for name in ARRAYS}
        return replace(self, **arrays)

    def at(self, expiration: date) -> OptionChain:
        """Return the contracts of one expiration."""
        return self.take(self.expiration == np.datetime64(expiration, "D"))


ARRAYS = tuple(spec.name for spec in fields(OptionChain) if spec.name not in ("ticker", "as_of", "spot"))


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What the quality pass left out, by reason, and what it kept although it looks bad."""

    rows: int
    left_out: Mapping[str, int]
    crossed: int

    @property
    def kept(self) -> int:
        """How many contracts are in the chain."""
        return self.rows - sum(self.left_out.values())


def years_between(as_of: datetime, expiration: date) -> float:
    """Return years of 365 days from a moment to the exchange's close on an expiration, never below zero."""
    end = datetime.combine(expiration, CLOSE, tzinfo=EXCHANGE)
    return max(0.0, (end - as_of).total_seconds()) / SECONDS_PER_YEAR


def clean_chain(
    ticker: str, as_of: datetime, spot: float, columns: Mapping[str, Any]
) -> tuple[OptionChain, ChainReport]:
    """Make a chain of a provider's columns, leaving out what is wrong in itself.

    ``columns`` are named as the fields of :class:`OptionChain`, with texts ``right`` (call or put) for ``is_call``.
    ``strike``, ``expiration`` and ``right`` must be there; a missing number column is unknown throughout; ``ticker``
    may say whose each row is.
    """
    count = len(columns["strike"])
    numbers = {name: _numbers(columns.get(name), count) for name in NUMBERS}
    expiration = np.asarray(columns["expiration"], dtype="datetime64[D]")
    is_call = np.asarray(columns["right"], dtype=object) == "call"
    symbol = np.asarray(columns["symbol"] if "symbol" in columns else [""] * count, dtype=object)
    volatility = numbers["implied_volatility"]
    numbers["implied_volatility"] = np.where(volatility > NO_VOLATILITY, volatility, np.nan)
    for quote in ("bid", "ask", "last"):
        numbers[quote] = np.where(numbers[quote] >= 0, numbers[quote], np.nan)

    arrays = {"symbol": symbol, "expiration": expiration, "is_call": is_call, **numbers}
    is_wrong = np.zeros(count, dtype=np.bool_)
    left_out: dict[str, int] = {}
    for reason, faulty in _faults(ticker, as_of, columns, arrays).items():
        left_out[reason] = int(np.count_nonzero(faulty & ~is_wrong))
        is_wrong |= faulty
    order = np.lexsort((~is_call, numbers["strike"], expiration))
    rows = order[~is_wrong[order]]
    chain = OptionChain(ticker, as_of, float(spot), **{name: arrays[name][rows] for name in ARRAYS})
    crossed = int(np.count_nonzero(chain.bid > chain.ask))
    return chain, ChainReport(count, {reason: n for reason, n in left_out.items() if n}, crossed)


def _faults(
    ticker: str, as_of: datetime, columns: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> dict[str, BoolArray]:
    """Return, by reason, which rows cannot be contracts of this chain."""
    strike, expiration = arrays["strike"], arrays["expiration"]
    today = np.datetime64(as_of.astimezone(EXCHANGE).date(), "D")
    owners = np.asarray(columns.get("ticker", [ticker] * len(strike)), dtype=object)
    is_first = np.zeros(len(strike), dtype=np.bool_)
    keys = np.rec.fromarrays([expiration, arrays["is_call"], strike])
    is_first[np.unique(keys, return_index=True)[1]] = True
    return {
        "another ticker's": owners != ticker,
        "neither call nor put": ~np.isin(np.asarray(columns["right"], dtype=object), ("call", "put")),
        "no strike": ~(np.isfinite(strike) & (strike > 0)),
        "no expiration": np.isnat(expiration),
        "expired": expiration < today,
        "listed twice": ~is_first,
    }


def _numbers(values: Any, count: int) -> FloatArray:
    """Return a column as numbers; infinities are as unknown as what is missing."""
    if values is None:
        return np.full(count, np.nan)
    numbers = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)
