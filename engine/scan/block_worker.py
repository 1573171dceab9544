"""Symbols scanned together: what one symbol costs beside its evaluation is paid once for all of them.

A *block* is some dozens of symbols whose bars lie ready, and a formula of our own functions: milliseconds of work. It
travels as one item and comes back as one record, in which every symbol has its status, its time and its matches. A
symbol that raises is only named there; so is nothing else to be told about a block whose worker has died or hung. Who
asked for the block then asks for its symbols one by one (:mod:`engine.scan.blocks`), where each is given its limit and
its blame.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.data.snapshot import Finds
from engine.execution.backend import Outcome, Status
from engine.market.bars import FloatArray, TimeArray
from engine.scan import chunk_worker
from engine.scan.chunk_worker import ScanContext, SymbolReport
from engine.scan.results import SymbolMatches, no_matches

TASK = "engine.scan.block_worker:open_blocks"

Block: TypeAlias = tuple[str, ...]


class BlockReport(NamedTuple):
    """What became of a block's symbols, in their order.

    ``lengths`` says how many matches each has; their rows follow one another in the arrays below, oldest first.
    ``bars`` is how many bars a symbol has, -1 for one that raised; ``reasons`` (not evaluable) and ``masked`` (rows
    left out of the bars) are by number of symbol, for those that have any.
    """

    bars: list[int]
    seconds: list[float]
    lengths: list[int]
    reasons: Mapping[int, str]
    masked: Mapping[int, Mapping[str, int]]
    finds: Finds
    bar: NDArray[np.int64]
    timestamp: TimeArray
    close: FloatArray
    values: tuple[FloatArray, ...]
    formula: NDArray[np.int32] | None


def open_blocks(context: ScanContext) -> Callable[[Block], BlockReport]:
    """Open the data and return the function that scans one block."""
    scan_symbol = chunk_worker.open_scan(context)
    columns = len(context.columns)

    def scan_block(symbols: Block) -> BlockReport:
        reports: list[SymbolReport | None] = []
        seconds = []
        began = time.perf_counter()
        for symbol in symbols:
            try:
                reports.append(scan_symbol(symbol))
            except Exception:  # noqa: BLE001  told by the scan of this symbol alone
                reports.append(None)
            ended = time.perf_counter()
            seconds.append(ended - began)
            began = ended
        return _gathered(reports, seconds, columns)

    return scan_block


def outcomes_of(symbols: Block, report: BlockReport) -> Iterator[Outcome]:
    """Yield the outcome of every symbol that did not raise, as if it had been scanned by itself."""
    stop = 0
    nothing = no_matches(len(report.values))
    formula, finds = report.formula, report.finds
    for number, symbol in enumerate(symbols):
        bars = report.bars[number]
        if bars < 0:
            continue
        start, stop = stop, stop + report.lengths[number]
        found = nothing
        if stop > start or formula is not None:
            found = SymbolMatches(
                report.bar[start:stop],
                report.timestamp[start:stop],
                report.close[start:stop],
                tuple([values[start:stop] for values in report.values]),
                None if formula is None else formula[start:stop],
            )
        alone = SymbolReport(found, bars, report.masked.get(number, {}), report.reasons.get(number), finds)
        finds = ()
        yield Outcome(symbol, number, Status.OK, alone, seconds=report.seconds[number])


def raised(symbols: Block, report: BlockReport) -> list[str]:
    """Return the symbols that raised."""
    return [symbol for symbol, bars in zip(symbols, report.bars, strict=True) if bars < 0]


def _gathered(reports: Sequence[SymbolReport | None], seconds: list[float], columns: int) -> BlockReport:
    done = [(number, report) for number, report in enumerate(reports) if report is not None]
    some = [report.found for _, report in done if len(report.found)]
    with_formula = [report.found.formula for _, report in done if report.found.formula is not None]
    return BlockReport(
        bars=[-1 if report is None else report.bars for report in reports],
        seconds=seconds,
        lengths=[0 if report is None else len(report.found) for report in reports],
        reasons={number: report.reason for number, report in done if report.reason is not None},
        masked={number: report.masked for number, report in done if report.masked},
        finds=tuple(find for _, report in done for find in report.finds),
        bar=_joined([found.bar for found in some], "int64"),
        timestamp=_joined([found.timestamp for found in some], "datetime64[us]"),
        close=_joined([found.close for found in some], "float64"),
        values=tuple(
            [_joined([found.values[place] for found in some], "float64") for place in range(columns)]
        ),
        formula=_joined(with_formula, "int32") if with_formula else None,
    )


def _joined(arrays: Sequence[NDArray[Any]], dtype: str) -> NDArray[Any]:
    whole: NDArray[Any] = np.concatenate(arrays) if arrays else np.empty(0, dtype=dtype)
    whole.setflags(write=False)
    return whole
