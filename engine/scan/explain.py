"""Why a symbol matches on a day or not, and what keeps the rest of the universe from matching.

Here: :func:`explain` for one symbol and :func:`why_not` for all, through a backend. Not here: how a formula is taken
apart (``engine.formula.explain``), or how a person is shown it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from engine.data.opening import open_repository
from engine.data.repository import CandleRepository
from engine.data.series import load_bars
from engine.errors import DataError, JobError, UnknownNameError
from engine.execution.backend import Backend, Item, Status, Task
from engine.execution.inline import InlineBackend
from engine.formula.explain import Explainer, Reading, compile_explanation
from engine.formula.frames import why_not_within
from engine.market.bars import Bars
from engine.market.resample import period_numbers
from engine.market.timeframe import Timeframe
from engine.scan.ranking import RankStore, RankTable
from engine.scan.symbol_scan import surroundings_of
from engine.scan.universe_ranks import rank_universe

TASK = "engine.scan.explain:open_conditions"
CHUNK = 20

NO_PARAMETERS: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class SymbolExplanation:
    """A formula on one symbol's bar."""

    symbol: str
    day: date
    reading: Reading


@dataclass(frozen=True, slots=True)
class ConditionCount:
    """How many symbols one condition keeps from matching: among others, and all by itself."""

    text: str
    failing: int
    only_failing: int


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The universe on one day: matches + fail_one + fail_more + unknown + without_bar + unreadable is its size."""

    day: date
    symbols: int
    matches: int
    fail_one: int
    fail_more: int
    unknown: int
    without_bar: int
    unreadable: int
    conditions: tuple[ConditionCount, ...]


@dataclass(frozen=True, slots=True)
class _Context:
    address: str
    explainer: Explainer
    timeframe: Timeframe
    day: date
    ranks: Mapping[int, RankTable]


def explain(
    repository: CandleRepository,
    formula: str,
    symbol: str,
    day: date | None = None,
    *,
    timeframe: str = "1d",
    parameters: Mapping[str, float] = NO_PARAMETERS,
    symbols: Sequence[str] | None = None,
    backend: Backend | None = None,
) -> SymbolExplanation:
    """Explain the formula on the symbol's bar of that day, or on its last one.

    Of intraday bars a ``datetime`` means the bar in which it falls, a day the last bar of that day. Ranks are those
    among ``symbols`` (None: all), worked out by ``backend`` or else in this process. Raises FormulaError,
    UnknownNameError for the symbol, and DataError when there is no bar on that day.
    """
    explainer, length = _prepared(repository, formula, timeframe, parameters)
    if symbol not in (known := repository.symbols()):
        raise UnknownNameError("symbol", symbol, known)
    bars, _ = load_bars(repository, symbol, length)
    row = _row(bars, day, length)
    if row is None:
        raise DataError(repository.address, _no_bar(bars, day, length))
    universe = sorted(known if symbols is None else symbols)
    with RankStore() as store:
        where = backend or InlineBackend()
        rank_universe(explainer, repository.address, length, universe, backend=where, store=store)
        reading = explainer.over(bars, surroundings_of(repository, length, store.tables)).at(row)
    when = bars.timestamp[row]
    return SymbolExplanation(
        symbol, (when if length.is_intraday else when.astype("datetime64[D]")).item(), reading
    )


def why_not(
    repository: CandleRepository,
    formula: str,
    day: date,
    backend: Backend | None = None,
    *,
    symbols: Sequence[str] | None = None,
    timeframe: str = "1d",
    parameters: Mapping[str, float] = NO_PARAMETERS,
    progress: Callable[[int, int], object] | None = None,
) -> WhyNot:
    """Count over the universe which conditions of the outermost ``and`` fail on that day.

    Without a ``backend`` in this process; what ``progress`` raises ends the counting.
    """
    explainer, length = _prepared(repository, formula, timeframe, parameters)
    where = backend or InlineBackend()
    universe = sorted(repository.symbols() if symbols is None else symbols)
    seen: list[tuple[bool | None, ...] | None] = []
    with RankStore() as store:
        failed = rank_universe(explainer, repository.address, length, universe, backend=where, store=store)
        unreadable = len(failed)
        context = _Context(repository.address, explainer, length, day, dict(store.tables))
        items = [Item(symbol, symbol) for symbol in universe if symbol not in failed]
        for outcome in where.run(Task(TASK, context), items, chunk=CHUNK):
            if outcome is None:
                continue
            if outcome.status is Status.OK:
                seen.append(outcome.value)
            else:
                unreadable += 1
            if progress is not None:
                progress(len(seen) + unreadable, len(universe))
    texts = [part.text for part in explainer.conditions]
    return _counted(day, texts, seen, unreadable)


def open_conditions(context: _Context) -> Callable[[str], tuple[bool | None, ...] | None]:
    """Open the data and return the function that gives one symbol's conditions on the day, None without a bar."""
    repository = open_repository(context.address)
    surroundings = surroundings_of(repository, context.timeframe, context.ranks)

    def conditions_of(symbol: str) -> tuple[bool | None, ...] | None:
        bars, _ = load_bars(repository, symbol, context.timeframe)
        row = _row(bars, context.day, context.timeframe)
        return None if row is None else context.explainer.over(bars, surroundings).truths_at(row)

    return conditions_of


def _prepared(
    repository: CandleRepository, formula: str, timeframe: str, parameters: Mapping[str, float]
) -> tuple[Explainer, Timeframe]:
    explainer, length = compile_explanation(formula, parameters), Timeframe.parse(timeframe)
    for plan in explainer.plans:
        if (sentence := why_not_within(plan.timeframes, length)) is not None:
            raise JobError((("timeframe", sentence),))
        for name in plan.symbols:
            if name not in (known := repository.symbols()):
                raise UnknownNameError("symbol", name, known)
    return explainer, length


def _row(bars: Bars, day: date | None, timeframe: Timeframe) -> int | None:
    """Return the number of the bar of that day (week, month …), of the last one for None; None without a bar."""
    if not len(bars):
        return None
    if day is None:
        return len(bars) - 1
    if timeframe.is_intraday and not isinstance(day, datetime):
        days = bars.timestamp.astype("datetime64[D]")
        row = int(np.searchsorted(days, np.datetime64(day, "D"), side="right")) - 1
        return row if row >= 0 and days[row] == np.datetime64(day, "D") else None
    wanted = period_numbers(np.array([day], dtype="datetime64[us]"), timeframe)[0]
    periods = period_numbers(bars.timestamp, timeframe)
    row = int(np.searchsorted(periods, wanted))
    return row if row < len(bars) and periods[row] == wanted else None


def _no_bar(bars: Bars, day: date | None, timeframe: Timeframe) -> str:
    if not len(bars):
        return f"{bars.symbol} has no usable bars."
    asked = str(day)
    place = int(np.searchsorted(bars.timestamp, np.datetime64(day, "us")))
    if 0 < place < len(bars):
        before, after = (timeframe.moment_text(bars.timestamp[row]) for row in (place - 1, place))
        return f"{bars.symbol} has no bar on {asked}: choose {before} before it or {after} after."
    first, last = (timeframe.moment_text(bars.timestamp[row]) for row in (0, -1))
    return f"{bars.symbol} has no bar on {asked}: its data run from {first} to {last}."


def _counted(
    day: date, texts: Sequence[str], seen: Sequence[tuple[bool | None, ...] | None], unreadable: int
) -> WhyNot:
    kinds: Counter[str] = Counter()
    failing, alone = [0] * len(texts), [0] * len(texts)
    for truths in seen:
        if truths is None:
            kinds["without_bar"] += 1
            continue
        wrong = [number for number, truth in enumerate(truths) if truth is False]
        for number in wrong:
            failing[number] += 1
        if len(wrong) == 1 and None not in truths:
            alone[wrong[0]] += 1
            kinds["fail_one"] += 1
        elif wrong:
            kinds["fail_more"] += 1
        else:
            kinds["unknown" if None in truths else "matches"] += 1
    counts = tuple(ConditionCount(*row) for row in zip(texts, failing, alone, strict=True))
    return WhyNot(
        day=day,
        symbols=len(seen) + unreadable,
        matches=kinds["matches"],
        fail_one=kinds["fail_one"],
        fail_more=kinds["fail_more"],
        unknown=kinds["unknown"],
        without_bar=kinds["without_bar"],
        unreadable=unreadable,
        conditions=counts,
    )
