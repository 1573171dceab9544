"""The whole demo: a folder of made-up bars, and made-up option chains of its last day beside them.

Both are labelled as synthetic. Here: putting them together. The bars are ``data.sources.synthetic``'s, the chains
``options.demo_chains``'s.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.data.sources.synthetic import SEED, DemoReport, label_of, write_demo
from engine.data.synthetic_market import LAST_DAY
from engine.options.demo_chains import Underlying, write_demo_chains

CHAINS_FILE = "option_chains.parquet"


def write_demo_universe(
    path: str | Path,
    symbols: int = 500,
    years: int = 10,
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
) -> DemoReport:
    """Write bars and chains; the same arguments give the same bytes. What is refused is :func:`write_demo`'s."""
    report = write_demo(path, symbols, years, seed, progress)
    underlyings = [Underlying(each.symbol, each.close, each.volatility) for each in report.standings]
    write_demo_chains(report.path / CHAINS_FILE, underlyings, LAST_DAY, seed=seed, label=label_of(seed))
    return report
