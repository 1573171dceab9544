"""The part of a scan that runs in a worker process: open the data once, then one symbol after another.

Nothing here writes files, prints or starts anything; what goes back is arrays and numbers.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.data.opening import open_repository
from engine.market.bars import Bars, FloatArray
from engine.market.timeframe import Timeframe
from engine.scan.results import SymbolMatches
from engine.scan.symbol_scan import TRUE, Evaluator, view_symbol
from engine.scan.window import MatchWindow

if TYPE_CHECKING:
    from engine.formula.service import CompiledScan

TASK = "engine.scan.chunk_worker:open_scan"


@dataclass(frozen=True, slots=True)
class ForeignService:
    """A formula service that the caller injected, named by import path."""

    path: str
    formula: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScanContext:
    """All that a worker needs to know about a run."""

    address: str
    compiled: CompiledScan
    columns: tuple[str, ...]
    timeframe: Timeframe
    window: MatchWindow
    service: ForeignService | None = None


@dataclass(frozen=True, slots=True)
class SymbolReport:
    """What a worker sends back for one symbol; ``reason`` is set when it was not evaluable."""

    found: SymbolMatches
    bars: int
    masked: Mapping[str, int]
    reason: str | None


def open_scan(context: ScanContext) -> Callable[[str], SymbolReport]:
    """Open the data and return the function that scans one symbol."""
    repository = open_repository(context.address)
    formula: Evaluator = context.compiled
    if context.service is not None:
        formula = _ForeignFormula(context.service, context.compiled)

    def scan_symbol(symbol: str) -> SymbolReport:
        view = view_symbol(repository, symbol, context.timeframe, formula, context.window)
        return SymbolReport(
            found=view.matches(context.columns),
            bars=len(view.bars),
            masked=view.quality.masked,
            reason=view.why_not_evaluable(context.window, formula.history),
        )

    return scan_symbol


@dataclass(frozen=True, slots=True, eq=False)
class _Evaluated:
    truth: NDArray[np.int8]
    values: Mapping[str, FloatArray]


class _ForeignFormula:
    """An injected service's verdict beside our own extra columns; it knows true and false only."""

    def __init__(self, service: ForeignService, columns: Evaluator) -> None:
        module, _, name = service.path.partition(":")
        self._service = getattr(importlib.import_module(module), name)()
        self._spec = service
        self._columns = columns
        self.history = 1

    def evaluate(self, bars: Bars) -> _Evaluated:
        """Ask the service about a frame of these bars."""
        import pandas as pd  # noqa: PLC0415  half a second that only an injected service pays

        frame = pd.DataFrame({name: bars.field(name) for name in ("open", "high", "low", "close", "volume")})
        frame.insert(0, "timestamp", bars.timestamp)
        verdict = self._service.evaluate(self._spec.formula, frame, dict(self._spec.parameters))
        truth = np.where(np.asarray(verdict, dtype=bool), TRUE, 0).astype(np.int8)
        return _Evaluated(truth, self._columns.evaluate(bars).values)
