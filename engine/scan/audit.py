"""The bias certificate: a match could have been seen on its day and does not depend on where the data begin.

For sampled matches the formula is computed again,

1. with the data cut off after the match: every part of the formula must be the same, exactly (:func:`_look_ahead`);
2. with a history that begins as late as the stated warm-up allows: every number must be the same to a relative
   millionth, and every condition that is not that close to its threshold (:func:`_late_start`). Functions that never
   forget where the data began are exempt by name.

The report names the first counter-example of each. What other symbols say (``sym``) is cut in the same way, and for
ranks (``csrank``) the data of the whole universe are (``rank_cuts``).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.data.repository import CandleRepository
from engine.data.series import load_bars
from engine.errors import DataError, ProcessingEngineError
from engine.formula.explain import Explained, Explainer, Part, compile_explanation, parts_of
from engine.formula.frames import Surroundings
from engine.formula.warmup import WarmUp, warm_ups
from engine.indicators.kernels import TRUE
from engine.market.bars import Bars, TimeArray
from engine.market.timeframe import Timeframe
from engine.scan.rank_cuts import CutUniverse
from engine.scan.symbol_scan import surroundings_of

TOLERANCE = 1e-6
PER_SYMBOL = 3

NO_PARAMETERS: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Half:
    """One of the two checks: on how many matches it was made, and the first counter-example, if any."""

    checked: int
    counter_example: str | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing spoke against it."""
        return self.counter_example is None


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The certificate: ``warm_up`` bars are left out of the second half; ``exempt`` functions are not part of it."""

    formula: str
    matches: int
    symbols: int
    warm_up: int
    exempt: tuple[str, ...]
    look_ahead: Half
    late_start: Half

    @property
    def passed(self) -> bool:
        """Whether both halves passed."""
        return self.look_ahead.passed and self.late_start.passed


@dataclass(slots=True)
class _Auditor:
    """One audit under way."""

    explainer: Explainer
    around: Surroundings
    warm: tuple[WarmUp, ...]
    bars_needed: int
    universe: CutUniverse | None = None
    early: list[str | None] = field(default_factory=list)
    late: list[str | None] = field(default_factory=list)

    def check(self, bars: Bars, whole: Explained, row: int) -> None:
        self.early.append(_look_ahead(self, bars, whole, row))
        if row >= self.bars_needed + 1:
            self.late.append(_late_start(self, bars, whole, row))

    def again(self, bars: Bars, first: int, last: int) -> Explained:
        """Compute the parts over some of the bars, with other symbols cut to the same days."""
        begin, end = bars.timestamp[first], bars.timestamp[last]

        def rows(other: Bars) -> slice:
            """Return the rows of the same days; where these are few, as many as the warm-up takes."""
            between = _between(other.timestamp, begin if first else None, end)
            return slice(max(0, min(between.start, between.stop - 1 - self.bars_needed)), between.stop)

        def cut(symbol: str) -> Bars:
            other = self.around.bars_of(symbol)
            return other.take(rows(other))

        if self.universe is not None:
            around = self.universe.left_with(rows, TOLERANCE if first else None)
        else:
            around = Surroundings(cut, self.around.timeframe, detected=self.around.detected)
        return self.explainer.over(bars.take(slice(first, last + 1)), around)


def audit(
    repository: CandleRepository,
    formula: str,
    *,
    samples: int = 20,
    seed: int = 0,
    timeframe: str = "1d",
    parameters: Mapping[str, float] = NO_PARAMETERS,
    progress: Callable[[int, int], object] | None = None,
) -> AuditReport:
    """Audit a formula on up to ``samples`` of its matches; the same ones for the same data and ``seed``.

    Raises FormulaError, and ProcessingEngineError when the formula cannot be audited or matches nowhere.
    """
    explainer, length = compile_explanation(formula, parameters), Timeframe.parse(timeframe)
    warm = warm_ups(explainer.plan, length, explainer.rank_passes)
    around = surroundings_of(repository, length)
    universe = None
    if explainer.rank_passes:
        universe = CutUniverse(explainer, dict(_readable(repository, length)), around)
        around = universe.whole
    auditor = _Auditor(explainer, around, warm, max(each.bars for each in warm), universe)
    symbols = set()
    for bars, whole, row in _sampled(repository, explainer, around, samples, np.random.default_rng(seed)):
        symbols.add(bars.symbol)
        auditor.check(bars, whole, row)
        if progress is not None:
            progress(len(auditor.early), samples)
    if not symbols:
        sentence = "The formula is true on no bar of these data, so there is nothing to check: loosen it."
        raise ProcessingEngineError(sentence)
    return AuditReport(
        formula=explainer.canonical,
        matches=len(auditor.early),
        symbols=len(symbols),
        warm_up=auditor.bars_needed,
        exempt=tuple(sorted(frozenset[str]().union(*(each.exempt for each in warm)))),
        look_ahead=_half(auditor.early),
        late_start=_half(auditor.late),
    )


def _readable(repository: CandleRepository, timeframe: Timeframe) -> Iterator[tuple[str, Bars]]:
    for symbol in repository.symbols():
        with contextlib.suppress(DataError):
            yield symbol, load_bars(repository, symbol, timeframe)[0]


def _sampled(
    repository: CandleRepository,
    explainer: Explainer,
    around: Surroundings,
    samples: int,
    random: np.random.Generator,
) -> Iterator[tuple[Bars, Explained, int]]:
    """Yield matches of symbols in random order, a few of each; symbols that cannot be read are passed over."""
    found = 0
    for symbol in random.permutation(repository.symbols()):
        try:
            bars, _ = load_bars(repository, str(symbol), around.timeframe)
        except DataError:
            continue
        whole = explainer.over(bars, around)
        rows = np.flatnonzero(whole.truth_of(explainer.root) == TRUE)
        for row in random.permutation(rows)[: min(PER_SYMBOL, samples - found)]:
            found += 1
            yield bars, whole, int(row)
        if found >= samples:
            return


def _look_ahead(auditor: _Auditor, bars: Bars, whole: Explained, row: int) -> str | None:
    """Return what changes when the data end with the match, or None."""
    cut = auditor.again(bars, 0, row)
    for part in parts_of(auditor.explainer.root):
        before, after = _said(cut, part, row), _said(whole, part, row)
        if before != after and not (math.isnan(before) and math.isnan(after)):
            return (
                f"{_place(auditor, bars, row)}: {part.text} is {_shown(part, after)}, "
                f"but with the data cut on that day {_shown(part, before)}"
            )
    return None


def _late_start(auditor: _Auditor, bars: Bars, whole: Explained, row: int) -> str | None:
    """Return what changes when the data begin only the warm-up before the match, or None."""
    first = row - auditor.bars_needed
    cut = auditor.again(bars, first, row)
    undecided: set[Part] = set()
    for part in parts_of(auditor.explainer.root):
        if auditor.warm[part.result].exempt or undecided.intersection(part.parts):
            undecided.add(part)
            continue
        before, after = _said(cut, part, row - first), _said(whole, part, row)
        if part.kind == "number":
            same = _close(before, after, _size(whole, part.result, row))
        else:
            same = before == after
            if not same and _is_tie(whole, part, row):
                undecided.add(part)
                continue
        if not same:
            return (
                f"{_place(auditor, bars, row)}: {part.text} is {_shown(part, after)}, "
                f"but {_shown(part, before)} when the data begin on {_day(auditor, bars, first)}, "
                f"{auditor.bars_needed:,} bars earlier"
            )
    return None


def _said(explained: Explained, part: Part, row: int) -> float:
    if part.kind == "number":
        return float(explained.numbers(part.result)[row])
    return float(explained.truth_of(part)[row])


def _size(explained: Explained, result: int, row: int) -> float:
    """Return the size of a series up to a bar: what a small difference is small beside."""
    past = np.abs(explained.numbers(result)[: row + 1])
    known = past[~np.isnan(past)]
    return float(np.median(known)) if len(known) else 0.0


def _close(one: float, other: float, size: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return one == other or abs(one - other) <= TOLERANCE * max(abs(one), abs(other), size)


def _is_tie(explained: Explained, part: Part, row: int) -> bool:
    """Tell whether the two sides of a comparison are as close as two computations of one number may be."""
    if part.sides is None:
        return False
    left, right = (float(explained.numbers(side)[row]) for side in part.sides)
    return _close(left, right, _size(explained, part.sides[0], row))


def _between(timestamp: TimeArray, begin: np.datetime64 | None, end: np.datetime64) -> slice:
    first = 0 if begin is None else int(np.searchsorted(timestamp, begin))
    return slice(first, int(np.searchsorted(timestamp, end, side="right")))


def _half(findings: list[str | None]) -> Half:
    return Half(len(findings), next((each for each in findings if each is not None), None))


def _place(auditor: _Auditor, bars: Bars, row: int) -> str:
    return f"{bars.symbol} on {_day(auditor, bars, row)}"


def _day(auditor: _Auditor, bars: Bars, row: int) -> str:
    return auditor.around.timeframe.moment_text(bars.timestamp[row])


def _shown(part: Part, value: float) -> str:
    if part.kind == "truth":
        return ("false", "unknown", "true")[int(value)]
    return "unknown" if math.isnan(value) else f"{value:.10g}"
