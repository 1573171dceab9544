"""One symbol through the scan: bars, formula, matches. The same path serves the workers and the chart.

1. :func:`engine.data.series.load_bars` gives the clean bars in the job's timeframe.
2. The compiled formula turns them into a truth value per bar and the values of every series.
3. The window cuts out the bars that may match; those that are *true* are the matches (:func:`find_matches`).
4. A symbol whose formula is unknown on every bar of the window is *not evaluable*, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

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
from engine.scan.results import SymbolMatches, no_matches
from engine.scan.window import MatchWindow

if TYPE_CHECKING:
    from engine.scan.detection import Detection

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
        inside: NDArray[np.int64] = (truth[self.window] == TRUE).nonzero()[0].astype(np.int64, copy=False)
        if self.window.start:
            inside += self.window.start
        return inside

    def matches(self, names: tuple[str, ...]) -> SymbolMatches:
        """Cut the matching bars out of the series of these names; of several formulas, each has rows of its own."""
        truths = self.evaluation.truths
        if truths:
            bar, which = _interleaved([self._true_bars(truth) for truth in truths.values()])
        else:
            bar, which = self.matching_bars, None
            if not len(bar):
                return no_matches(len(names))
        return SymbolMatches(
            bar=bar,
            timestamp=self.bars.timestamp[bar],
            close=self.bars.close[bar],
            values=tuple([self.evaluation.values[name][bar] for name in names]),
            formula=which,
        )

    def why_not_evaluable(self, window: MatchWindow, history: int) -> str | None:
        """Return the reason why no bar could be decided, or None when at least one could."""
        truth = self.evaluation.truth[self.window]
        # The last bar first: most often that is known.
        if len(truth) and truth[-1] != UNKNOWN and not self.evaluation.truths:
            return None
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


def _interleaved(bars: list[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the true bars of several formulas in order of bar and formula, and the number of the formula of each."""
    bar = np.concatenate(bars)
    which = np.repeat(np.arange(len(bars), dtype=np.int32), [len(each) for each in bars])
    order = np.lexsort((which, bar))
    return bar[order], which[order]


def surroundings_of(
    repository: CandleRepository,
    timeframe: Timeframe,
    ranks: Mapping[int, RankTable] | None = None,
    detection: Detection | None = None,
) -> Surroundings:
    """Return what formulas see beyond one symbol: the repository's other symbols, this run's ranks and detectors.

    Without a ``detection`` the shipped detectors can be asked, as they come.
    """
    known = ranks or {}
    return Surroundings(
        lambda symbol: load_bars(repository, symbol, timeframe)[0],
        timeframe,
        (lambda number, bars: known[number].of(bars)) if known else None,
        detection.truth if detection is not None else _shipped_truth(),
    )


def _shipped_truth() -> Callable[[str, str, Bars], NDArray[np.int8]]:
    """Return what asks the shipped detectors, which are loaded when the first formula does."""
    made: list[Detection] = []

    def truth(name: str, event: str, bars: Bars) -> NDArray[np.int8]:
        if not made:
            from engine.scan.detection import Detection  # noqa: PLC0415  workers of most scans need none

            made.append(Detection())
        return made[0].truth(name, event, bars)

    return truth


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
