"""Option chains that no exchange ever quoted, for the demo universe; labelled as such, in the plain layout.

Quotes stand around the Black–Scholes price of a smile that leans to the downside; far strikes and cheap underlyings
have wider markets and less open interest, as real ones do. The same market and seed give the same file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.atomic import atomic_path
from engine.market.bars import BoolArray, FloatArray
from engine.options.pricing import Terms, price

RATE = 0.037
# Calendar days to expiry, always to a Friday where the last day is one.
DAYS_TO_EXPIRY = (7, 28, 49, 91)
# Strikes on each side of the price, and how far the outermost is, in standard deviations of the price by expiry.
_STRIKES_A_SIDE = 10
_REACH = 2.2
_CLOSE_UTC = time(21, 0)
_STEPS = np.array([0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0])


@dataclass(frozen=True, slots=True)
class Underlying:
    """What a chain is made from: the last price and the volatility per year."""

    ticker: str
    spot: float
    volatility: float


def write_demo_chains(
    path: Path,
    underlyings: Sequence[Underlying],
    day: date,
    *,
    seed: int,
    label: str,
    progress: Callable[[int, int], object] | None = None,
) -> int:
    """Write the chains of that day's close as Parquet and return their rows; ``label`` travels in the file.

    Without an underlying there is nothing to write, and no file. ``progress`` hears how many underlyings have theirs;
    what it raises ends the writing, and no file is left.
    """
    if not underlyings:
        path.unlink(missing_ok=True)
        return 0
    generator = np.random.default_rng(seed)
    parts = []
    for number, each in enumerate(underlyings, start=1):
        parts.append(_chain(each, generator))
        if progress is not None:
            progress(number, len(underlyings))
    lengths = [len(part["strike"]) for part in parts]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    as_of = datetime.combine(day, _CLOSE_UTC)
    ticker = np.repeat([each.ticker for each in underlyings], lengths)
    expiration = np.datetime64(day) + columns.pop("days").astype("timedelta64[D]")
    table = pa.table(
        {
            "ticker": pa.array(ticker, pa.string()),
            "as_of": pa.array([as_of] * len(ticker), pa.timestamp("us", "UTC")),
            "spot": np.repeat([each.spot for each in underlyings], lengths),
            "expiration": pa.array(expiration, pa.date32()),
            "right": pa.array(np.where(columns.pop("is_call"), "call", "put"), pa.string()),
            **columns,
        }
    ).replace_schema_metadata({"candlewick.origin": label})
    with atomic_path(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")
    return int(table.num_rows)


def _chain(underlying: Underlying, generator: np.random.Generator) -> dict[str, FloatArray | BoolArray]:
    """Return all contracts of one underlying, calls and puts of each strike one after the other."""
    strike, days = _strikes(underlying)
    strike, days = np.repeat(strike, 2), np.repeat(days, 2)
    is_call = np.arange(len(strike)) % 2 == 0
    years = days / 365.0
    distance = np.log(strike / underlying.spot) / (underlying.volatility * np.sqrt(years))
    smile = underlying.volatility * (1.06 - 0.05 * distance + 0.018 * np.square(distance))
    fair = price(Terms(underlying.spot, strike, years, is_call, rate=RATE), smile)
    half = np.maximum(0.01, fair * generator.uniform(0.008, 0.03, len(fair)) * (1 + 0.5 * np.abs(distance)))
    interest = generator.lognormal(6.6 - 0.6 * np.square(distance), 0.7)
    return {
        "days": days,
        "is_call": is_call,
        "strike": strike,
        "bid": np.round(np.maximum(fair - half, 0.0), 2),
        "ask": np.round(fair + half, 2) + 0.01,
        "volume": np.floor(interest * generator.uniform(0.0, 0.4, len(fair))),
        "open_interest": np.floor(interest),
        "implied_volatility": smile,
    }


def _strikes(underlying: Underlying) -> tuple[FloatArray, FloatArray]:
    """Return strikes and days to expiry, by expiry and strike; strikes are round numbers about the price."""
    strikes, days = [], []
    for wait in DAYS_TO_EXPIRY:
        reach = underlying.spot * underlying.volatility * np.sqrt(wait / 365.0) * _REACH
        step = _STEPS[min(int(np.searchsorted(_STEPS, reach / _STRIKES_A_SIDE)), len(_STEPS) - 1)]
        middle = np.round(underlying.spot / step)
        listed = step * (middle + np.arange(-_STRIKES_A_SIDE, _STRIKES_A_SIDE + 1))
        listed = listed[listed > 0]
        strikes.append(listed)
        days.append(np.full(len(listed), float(wait)))
    return np.concatenate(strikes), np.concatenate(days)
