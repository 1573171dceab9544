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
    """Write bars and chains; the same arguments give the same bytes. What is refused is :func:`write_demo`'s.

    ``progress`` hears how many symbols have bars, and goes on hearing it while their chains are made; what it raises
    ends the writing.
    """
    report = write_demo(path, symbols, years, seed, progress)
    underlyings = [Underlying(each.symbol, each.close, each.volatility) for each in report.standings]

    def go_on(_done: int, _total: int) -> None:
        if progress is not None:
            progress(report.symbols, report.symbols)

    chains = report.path / CHAINS_FILE
    write_demo_chains(chains, underlyings, LAST_DAY, seed=seed, label=label_of(seed), progress=go_on)
    return report
