"""One symbol through the scan: bars, formula, matches. The same path serves the workers and the chart.

1. :func:`engine.data.series.load_bars` gives the clean bars in the job's timeframe.
2. The compiled formula turns them into a truth value per bar and the values of every series.
3. The window cuts out the bars that may match; those that are *true* are the matches (:func:`find_matches`).
4. A symbol whose formula is unknown on every bar of the window is *not evaluable*, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.data.repository import CandleRepository
from engine.data.series import load_bars
from engine.errors import ProcessingEngineError
from engine.formula.frames import Surroundings
from engine.market.bars import Bars, FloatArray
from engine.market.quality import QualityReport
from engine.market.timeframe import Timeframe
from engine.scan.ranking import RankTable
from engine.scan.results import SymbolMatches
from engine.scan.window import MatchWindow

TRUE = 2
UNKNOWN = 1


class SymbolEvaluation(Protocol):
    """What a compiled formula says about one symbol's bars."""

    @property
    def truth(self) -> NDArray[np.int8]:
        """0 false, 1 unknown, 2 true, per bar."""
        ...

    @property
    def values(self) -> Mapping[str, FloatArray]:
        """Every series by name, NaN where unknown."""
        ...

    @property
    def truths(self) -> Mapping[str, NDArray[np.int8]]:
        """The truth of each of several formulas by name, in order; empty where there is one."""
        ...


class Evaluator(Protocol):
    """A formula that is ready to run."""

    @property
    def history(self) -> int:
        """How many bars the formula needs before it can be known."""
        ...

    @property
    def needs_ranks(self) -> bool:
        """Whether the whole universe must be ranked before one symbol can be evaluated."""
        ...

    def evaluate(self, bars: Bars, surroundings: Surroundings | None = None) -> SymbolEvaluation:
        """Evaluate over all bars."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SymbolView:
    """One symbol as the scan sees it."""

    bars: Bars
    quality: QualityReport
    evaluation: SymbolEvaluation
    window: slice

    @property
    def matching_bars(self) -> NDArray[np.int64]:
        """The bar numbers on which the formula is true, inside the window."""
        return self._true_bars(self.evaluation.truth)

    def _true_bars(self, truth: NDArray[np.int8]) -> NDArray[np.int64]:
        inside: NDArray[np.int64] = np.flatnonzero(truth[self.window] == TRUE).astype(np.int64)
        return inside + np.int64(self.window.start)

    def matches(self, names: tuple[str, ...]) -> SymbolMatches:
        """Cut the matching bars out of the series of these names; of several formulas, each has rows of its own."""
        truths = list(self.evaluation.truths.values())
        bars = [self._true_bars(truth) for truth in truths] or [self.matching_bars]
        bar = np.concatenate(bars)
        which = np.repeat(np.arange(len(bars)), [len(each) for each in bars])
        order = np.lexsort((which, bar))
        bar = bar[order]
        return SymbolMatches(
            bar=bar,
            timestamp=self.bars.timestamp[bar],
            close=self.bars.close[bar],
            values=tuple(self.evaluation.values[name][bar] for name in names),
            formula=which[order].astype(np.int32) if truths else None,
        )

    def why_not_evaluable(self, window: MatchWindow, history: int) -> str | None:
        """Return the reason why no bar could be decided, or None when at least one could."""
        truth = self.evaluation.truth[self.window]
        for each in self.evaluation.truths.values() or [self.evaluation.truth]:
            if bool(np.any(each[self.window] != UNKNOWN)):
                return None
        if len(self.bars) == 0:
            return f"No usable bars: {_rows_in_words(self.quality)}."
        if len(truth) == 0:
            first, last = (str(self.bars.timestamp[i].astype("datetime64[D]")) for i in (0, -1))
            return f"No bars {window.describe()}: the data runs from {first} to {last}."
        if self.window.stop < history:
            return f"Needs {history:,} bars of history, has {self.window.stop:,}."
        return (
            "The formula is unknown on every bar of the range: an input is missing or a value is undefined."
        )


def surroundings_of(
    repository: CandleRepository, timeframe: Timeframe, ranks: Mapping[int, RankTable] | None = None
) -> Surroundings:
    """Return what formulas see beyond one symbol: the repository's other symbols, and the ranks of this run."""
    known = ranks or {}
    return Surroundings(
        lambda symbol: load_bars(repository, symbol, timeframe)[0],
        timeframe,
        (lambda number, bars: known[number].of(bars)) if known else None,
    )


def view_symbol(
    repository: CandleRepository,
    symbol: str,
    timeframe: Timeframe,
    formula: Evaluator,
    window: MatchWindow,
    *,
    surroundings: Surroundings | None = None,
) -> SymbolView:
    """Load and evaluate one symbol; raises DataError when its bars cannot be read.

    ``surroundings`` are those of the run; without them other symbols are read from the repository, and a formula with
    ``csrank`` is a ProcessingEngineError: one symbol by itself has no rank.
    """
    around = surroundings or surroundings_of(repository, timeframe)
    if formula.needs_ranks and around.rank is None:
        sentence = (
            f"{symbol} by itself has no rank: csrank compares all symbols of a scan. Its values at the matches are in "
            "the result."
        )
        raise ProcessingEngineError(sentence)
    bars, quality = load_bars(repository, symbol, timeframe)
    return SymbolView(bars, quality, formula.evaluate(bars, around), window.rows(bars.timestamp))


def _rows_in_words(quality: QualityReport) -> str:
    if quality.rows == 0:
        return "the file holds no rows"
    if quality.masked_total == quality.rows:
        return f"all {quality.rows:,} rows are broken"
    return "no bar of this timeframe is complete yet"
