"""The part of a scan that runs in a worker process: open the data once, then one symbol after another.

Nothing here writes files, prints or starts anything; what goes back is arrays and numbers.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.remote import RemoteCandleRepository
from engine.data.snapshot import Finds, gather_finds
from engine.formula.frames import Surroundings
from engine.market.bars import Bars, FloatArray
from engine.market.timeframe import Timeframe
from engine.scan.ranking import RankTable
from engine.scan.results import PackedMatches, SymbolMatches, unpack_matches
from engine.scan.symbol_scan import TRUE, Evaluator, surroundings_of, view_symbol
from engine.scan.window import MatchWindow

if TYPE_CHECKING:
    import pandas as pd

    from engine.formula.service import CompiledScan

TASK = "engine.scan.chunk_worker:open_scan"


@dataclass(frozen=True, slots=True)
class ForeignService:
    """A formula service that the caller injected, named by import path; a single formula has no name."""

    path: str
    formulas: Mapping[str, str]
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
    ranks: Mapping[int, RankTable] = field(default_factory=dict)


class SymbolReport(NamedTuple):
    """What a worker sends back for one symbol; ``reason`` is set when it was not evaluable.

    ``finds`` are for the snapshot of the bars.
    """

    found: SymbolMatches
    bars: int
    masked: Mapping[str, int]
    reason: str | None
    finds: Finds = ()

    def __reduce__(self) -> tuple[Callable[..., SymbolReport], tuple[Any, ...]]:
        """Travel as plain numbers and bytes: a class by name within takes longer than all the rest."""
        return _arrived, (self.found.packed(), self.bars, self.masked, self.reason, self.finds)


def _arrived(packed: PackedMatches, *rest: Any) -> SymbolReport:
    return SymbolReport(unpack_matches(*packed), *rest)


def open_scan(context: ScanContext) -> Callable[[str], SymbolReport]:
    """Open the data and return the function that scans one symbol."""
    repository = open_repository(context.address)
    if isinstance(repository, HiveCandleRepository | RemoteCandleRepository):
        # On another machine the folder may be missing: that is said once, and not for each symbol.
        repository.symbols()
    take_finds = gather_finds(repository)
    formula: Evaluator = context.compiled
    if context.service is not None:
        formula = _ForeignFormula(context.service, context.compiled)
    surroundings = surroundings_of(repository, context.timeframe, context.ranks)

    def scan_symbol(symbol: str) -> SymbolReport:
        view = view_symbol(
            repository, symbol, context.timeframe, formula, context.window, surroundings=surroundings
        )
        return SymbolReport(
            found=view.matches(context.columns),
            bars=len(view.bars),
            masked=view.quality.masked,
            reason=view.why_not_evaluable(context.window, formula.history),
            finds=take_finds(),
        )

    return scan_symbol


@dataclass(frozen=True, slots=True, eq=False)
class _Evaluated:
    truth: NDArray[np.int8]
    values: Mapping[str, FloatArray]
    truths: Mapping[str, NDArray[np.int8]]


class _ForeignFormula:
    """An injected service's verdict beside our own extra columns; it knows true and false only."""

    def __init__(self, service: ForeignService, columns: Evaluator) -> None:
        module, _, name = service.path.partition(":")
        self._service = getattr(importlib.import_module(module), name)()
        self._spec = service
        self._columns = columns
        self.history = 1

    @property
    def needs_ranks(self) -> bool:
        """Whether the extra columns rank the universe."""
        return self._columns.needs_ranks

    def evaluate(self, bars: Bars, surroundings: Surroundings | None = None) -> _Evaluated:
        """Ask the service about a frame of these bars."""
        import pandas as pd  # noqa: PLC0415  half a second that only an injected service pays

        frame = pd.DataFrame({name: bars.field(name) for name in ("open", "high", "low", "close", "volume")})
        frame.insert(0, "timestamp", bars.timestamp)
        truths = {name: self._truth(formula, frame) for name, formula in sorted(self._spec.formulas.items())}
        whole = functools.reduce(np.maximum, truths.values())
        values = self._columns.evaluate(bars, surroundings).values
        return _Evaluated(whole, values, truths if "" not in truths else {})

    def _truth(self, formula: str, frame: pd.DataFrame) -> NDArray[np.int8]:
        verdict = self._service.evaluate(formula, frame, dict(self._spec.parameters))
        return np.where(np.asarray(verdict, dtype=bool), TRUE, 0).astype(np.int8)
