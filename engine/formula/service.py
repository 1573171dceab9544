"""The door to the language: check a text for the editor, compile a scan, evaluate a formula over a frame.

Here: :class:`FormulaService`, and the names that others import from one place. Parsing and checking load the parser; a
:class:`~engine.formula.compiled.CompiledScan`, once made, does not need it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import FormulaError, Problem
from engine.formula import across
from engine.formula.check import NO_VALUES, CheckResult, check
from engine.formula.compiled import CompiledScan, Evaluation
from engine.formula.compiler import compile_scan, compile_scans
from engine.formula.formula import Formula as NamedFormula
from engine.formula.frame_bars import bars_of_frame
from engine.formula.frames import Surroundings
from engine.formula.scene import alone
from engine.formula.series import Display, SeriesInfo
from engine.formula.tree import Call, walk
from engine.market.bars import Bars
from engine.market.session import stored_timeframe
from engine.market.timeframe import Timeframe

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CheckResult",
    "CompiledScan",
    "Display",
    "Evaluation",
    "FormulaService",
    "SeriesInfo",
    "check",
    "compile_scan",
    "compile_scans",
]

_SERVICE_REMEMBERS = 64


class FormulaService:
    """Evaluates formulas over frames; keeps the last compiled ones."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, tuple[tuple[str, float | str], ...]], CompiledScan] = {}

    def evaluate(
        self,
        formula: str | NamedFormula,
        df: pd.DataFrame,
        parameters: Mapping[str, float | str] | None = None,
    ) -> pd.Series[bool]:
        """Return where the formula is true; unknown counts as false.

        ``df`` has columns open, high, low, close and volume in any case, oldest row first, and keeps its index; the
        parts of the date are read from a column ``timestamp`` or ``date``, else from the index. Raises FormulaError,
        also for ``sym``, ``csrank`` and ``detector``, which one frame cannot answer, and DataError when a column that
        the formula reads is not there.
        """
        import pandas as pd  # noqa: PLC0415  half a second that workers, who never see a frame, must not pay

        given: Mapping[str, float | str] = parameters or NO_VALUES
        if isinstance(formula, NamedFormula):
            given = {**formula.parameters, **given}
        compiled = self._compile(str(formula), given)
        bars = bars_of_frame(df, compiled.fields)
        truth = compiled.evaluate(bars, Surroundings(timeframe=_length_of(bars))).truth
        return pd.Series(truth == 2, index=df.index, name="match", dtype=bool)

    def _compile(self, formula: str, parameters: Mapping[str, float | str]) -> CompiledScan:
        key = (formula, tuple(sorted(parameters.items())))
        if key not in self._compiled:
            compiled = compile_scan(formula, {}, parameters)
            if compiled.symbols or compiled.rank_passes or compiled.detectors:
                raise FormulaError(formula, _beyond_one_frame(formula))
            if len(self._compiled) >= _SERVICE_REMEMBERS:
                self._compiled.pop(next(iter(self._compiled)))
            self._compiled[key] = compiled
        return self._compiled[key]


def _length_of(bars: Bars) -> Timeframe:
    """Return how long a frame's bars are, as far as it has times."""
    return Timeframe.DAY if np.isnat(bars.timestamp).any() else stored_timeframe(bars)


def _beyond_one_frame(text: str) -> tuple[Problem, ...]:
    """Point at every call that needs more than one symbol."""
    from engine.formula.parser import parse  # noqa: PLC0415  a tenth of a second that workers must not pay

    formula = parse(text).formula
    assert formula is not None
    roots = [*(line.expression for line in formula.lines), formula.final]
    calls = [node for root in roots for node in walk(root) if isinstance(node, Call)]
    return tuple(
        Problem(call.span.start, call.span.end, alone(call.function).problems[0].message)
        for call in calls
        if call.function in across.NAMES - {"tf"}
    )
