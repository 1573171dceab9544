"""The standard work: the bars B, the scan S1, and what else is measured over them.

Here: how B is made from its seed, and the formulas in Candlewick's language. Each peer says S1 in its own way.
Only the standard library is imported at the top: the peers' interpreters import this module too.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SYMBOLS, DAYS, SEED = 2_500, 2_520, 7
QUICK_SYMBOLS = 100
S1 = "close > sma(close,200) and cross_above(rsi(close,14),30) and volume > 1.5*sma(volume,20)"
# Indicator values that stand beside every match.
COLUMNS = {"average": "sma(close,200)", "strength": "rsi(close,14)", "usual_volume": "sma(volume,20)"}
# The same scan with other numbers: ten averages, ten crosses of one RSI.
HUNDRED = {
    f"{length} and {level}": S1.replace(",200)", f",{length})").replace(",30)", f",{level})")
    for length in range(110, 210, 10)
    for level in range(21, 31)
}
_MADE = "made"


def bars_folder(cache: Path, symbols: int) -> Path:
    """Return the Hive folder of so many symbols, making it if it is not there; it never changes afterwards."""
    folder = cache / f"bars-{symbols}x{DAYS}-seed{SEED}"
    if not (folder / _MADE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        _make(folder, symbols)
        (folder / _MADE).touch()
    return folder / "bars"


def symbol_files(bars: Path) -> dict[str, Path]:
    """Return each symbol's file, sorted by symbol."""
    with os.scandir(bars) as entries:
        folders = sorted(entry.name for entry in entries)
    return {name.removeprefix("symbol="): bars / name / "bars.parquet" for name in folders}


def _make(folder: Path, count: int) -> None:
    """Write ``count`` symbols that all have the same days, so that wide frames have no gaps to disagree about."""
    from engine.data.parquet import write_bars
    from engine.data.synthetic_market import names

    for number, symbol in enumerate(names(count)):
        target = folder / "bars" / f"symbol={symbol}"
        target.mkdir(parents=True)
        write_bars(_bars(symbol, number), target / "bars.parquet")


def _bars(symbol: str, number: int):
    import numpy as np

    from engine.market.bars import Bars

    random = np.random.default_rng((SEED, number))
    days = np.busday_offset("2017-01-02", np.arange(DAYS)).astype("datetime64[us]")
    drift, volatility = random.normal(0.0003, 0.0003), random.uniform(0.008, 0.025)
    returns = drift + volatility * 0.75 * random.standard_t(5, DAYS)
    close = np.round(random.lognormal(4.0, 0.5) * np.exp(np.cumsum(returns)) + 1.0, 2)
    before = np.concatenate((close[:1], close[:-1]))
    opened = np.round(before * np.exp(random.normal(0.0, 0.3 * volatility, DAYS)), 2)
    reach = 0.5 * volatility * random.standard_exponential((2, DAYS))
    high = np.maximum(np.round(np.maximum(opened, close) * (1 + reach[0]), 2), np.maximum(opened, close))
    low = np.minimum(np.round(np.minimum(opened, close) * (1 - reach[1]), 2), np.minimum(opened, close))
    busy = np.exp(0.35 * random.standard_normal(DAYS) + 12 * np.abs(returns))
    volume = np.maximum(100.0, np.round(random.lognormal(13.0, 1.0) * busy, -2))
    return Bars(symbol, days, opened, high, low, close, volume)
