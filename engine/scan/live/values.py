"""Terms over the long arrays of a block: each exactly as the scan computes it, symbol by symbol.

1. :class:`BlockValues` finds which terms must be computed for what is asked and not kept from an earlier text.
2. What is done to each value by itself (arithmetic, comparisons, *and*, *or*, *not*) is done once for the whole block,
   and only on the rows of the window: those operations give the same bits wherever a value stands.
3. Everything else sees one symbol after another, all of its bars, through the scan's own operations. Looking back some
   bars and crossing are done at once as well where no value is missing in between.

Not here: which terms a formula has (``question``), ranks of the universe (``ranks``), how long values are kept
(``store``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.formula.evaluator import as_numbers, as_truth, run
from engine.formula.fields import FIELDS
from engine.formula.frames import Surroundings
from engine.formula.functions import index
from engine.formula.operations import Operation, operation
from engine.indicators.gaps import has_missing, missing
from engine.indicators.kernels import TRUE, UNKNOWN
from engine.market.bars import BoolArray, FloatArray
from engine.scan.live.blocks import Block, Extent
from engine.scan.live.store import ArrayStore, Wanted
from engine.scan.live.terms import LiveTerm, TermTable
from engine.scan.window import MatchWindow

# Correctly rounded or exact, so that it does not matter how many values a call is given.
_EACH_BY_ITSELF = frozenset({"+", "-", "*", "/", ">", "<", ">=", "<=", "==", "!=", "not", "and", "or"}) | {
    "negative",
    "output",
}
_CROSSES = {"cross_above": np.greater, "cross_below": np.less}


def inputs_of(wanted: Wanted, terms: TermTable) -> list[Wanted]:
    """Return what a term needs values of, and on which rows; what goes symbol by symbol reads fields itself."""
    term = terms[wanted[0]]
    if term.alone is not None:
        return []
    if term.step.operation in _EACH_BY_ITSELF:
        return [(given, wanted[1]) for given in term.inputs]
    return [(given, None) for given in term.inputs if terms[given].step.operation != "field"]


class BlockValues:
    """The values of terms over one block for one question; ``look_up`` raises when it is to stop."""

    def __init__(
        self,
        block: Block,
        terms: TermTable,
        store: ArrayStore,
        around: Surroundings,
        look_up: Callable[[], None],
        *,
        ranks: Mapping[int, FloatArray] = MappingProxyType({}),
    ) -> None:
        """Take a block; ``ranks`` are those that are known on its bars, by term."""
        self._block = block
        self._terms = terms
        self._store = store
        self._around = around
        self._look_up = look_up
        self._values: dict[Wanted, Any] = {(number, None): values for number, values in ranks.items()}

    def truth(self, number: int, window: MatchWindow | None) -> NDArray[np.int8]:
        """Return a condition on each row of the window, None for all bars."""
        self._compute_all([(number, window)])
        return as_truth(self._value(number, window), self._block.extent(window).size)

    def numbers(self, number: int, window: MatchWindow | None) -> FloatArray:
        """Return a number on each row of the window; truths as 1, 0 and NaN."""
        self._compute_all([(number, window)])
        return as_numbers(np.asarray(self._value(number, window)), self._block.extent(window).size)

    def _compute_all(self, asked: Sequence[Wanted]) -> None:
        for wanted in self._needed(asked):
            self._look_up()
            term, window_of_it = self._terms[wanted[0]], wanted[1]
            value = self._compute(term, window_of_it)
            self._values[wanted] = value
            # One of several outputs is there already.
            if term.step.operation != "output":
                self._store.put(wanted, self._block.number, value)

    def _needed(self, asked: Sequence[Wanted]) -> list[Wanted]:
        """Return what must be computed, each after what it needs."""
        found: set[Wanted] = set()
        waiting = list(asked)
        while waiting:
            wanted = waiting.pop()
            if wanted in found or self._terms[wanted[0]].is_constant or self._has(wanted):
                continue
            found.add(wanted)
            # What is there on all bars is there on some.
            if wanted[1] is None or not self._has((wanted[0], None)):
                waiting += inputs_of(wanted, self._terms)
        return sorted(found, key=lambda each: (each[0], each[1] is not None))

    def _has(self, wanted: Wanted) -> bool:
        """Tell whether a term has values, and take them out of the store if it is there that they are."""
        if wanted not in self._values and (kept := self._store.get(wanted, self._block.number)) is not None:
            self._values[wanted] = kept
        return wanted in self._values

    def _value(self, number: int, window: MatchWindow | None) -> Any:
        term = self._terms[number]
        return term.value if term.is_constant else self._values[number, window]

    # ------------------------------------------------------------------------------------------- one term

    def _compute(self, term: LiveTerm, window: MatchWindow | None) -> Any:
        name = term.step.operation
        if window is not None and (term.number, None) in self._values:
            return _each(self._values[term.number, None], lambda each: self._block.picked(each, window))
        if name in _EACH_BY_ITSELF:
            work = operation(name, term.step.constants)
            return work(0, *[self._value(given, window) for given in term.inputs])
        if (at_once := self._at_once(term)) is not None:
            return self._block.picked(at_once, window)
        return self._by_symbol(term, self._block.extent(window))

    def _at_once(self, term: LiveTerm) -> Any:
        """Return values on all bars of what looks back a fixed number of bars; None where that is not so simple."""
        name = term.step.operation
        is_cross = name == "call" and term.step.constants[0] in _CROSSES
        if name != "ago" and not is_cross:
            return None
        unknown = self._unknown(term.inputs)
        if unknown is None:
            return None
        if is_cross:
            compare = _CROSSES[str(term.step.constants[0])]
            return _crossed(
                compare(*[self._flat(given) for given in term.inputs]), unknown, self._block.whole
            )
        return _shifted(self._flat(term.inputs[0]), int(float(term.step.constants[0])), self._block.whole)

    def _flat(self, number: int) -> Any:
        term = self._terms[number]
        if term.step.operation == "field" and not self._has((number, None)):
            self._values[number, None] = self._by_symbol(term, self._block.whole)
            self._store.put((number, None), self._block.number, self._values[number, None])
        return self._value(number, None)

    def _unknown(self, numbers: Sequence[int]) -> BoolArray | None:
        """Return where any of these is unknown; None where one is so after it was known."""
        found = np.zeros(self._block.whole.size, np.bool_)
        for number in numbers:
            value = self._flat(number)
            if value.ndim:
                found |= missing(value)
            elif value == UNKNOWN if value.dtype == np.int8 else value != value:  # noqa: PLR0124  NaN
                return None
        gaps = found[1:] > found[:-1]
        gaps[self._block.whole.starts[1:] - 1] = False
        return None if gaps.any() else found

    # ------------------------------------------------------------------------------------------- by symbol

    def _by_symbol(self, term: LiveTerm, extent: Extent) -> Any:
        results: tuple[Any, ...] = ()
        is_several = False
        for result, rows, place in zip(self._results(term), extent.slices, extent.places, strict=True):
            is_several = isinstance(result, tuple)
            parts = result if is_several else (result,)
            if not results:
                results = tuple(self._blank(term, number, extent, part) for number, part in enumerate(parts))
            for whole, part in zip(results, parts, strict=True):
                whole[place] = part[rows]
        return results if is_several else results[0]

    def _blank(self, term: LiveTerm, output: int, extent: Extent, like: NDArray[Any]) -> NDArray[Any]:
        if extent is not self._block.whole:
            return np.empty(extent.size, like.dtype)
        return self._store.blank((term.number, output), self._block.rows, like.dtype)

    def _results(self, term: LiveTerm) -> Iterator[Any]:
        """Yield what the term says on all bars of each symbol."""
        if term.alone is not None:
            for bars in self._block.bars:
                self._look_up()
                yield run(term.alone, bars, self._around)[0]
            return
        if term.step.operation == "field":
            read = FIELDS[str(term.step.constants[0])].read
            yield from map(read, self._block.bars)
            return
        work = self._work(term)
        inputs = [self._columns(number) for number in term.inputs]
        for bars, *values in zip(self._block.bars, *inputs, strict=True):
            self._look_up()
            yield work(len(bars), *values)

    def _columns(self, number: int) -> list[Any]:
        """Return a term's values on all bars, symbol by symbol."""
        term = self._terms[number]
        if term.is_constant:
            return [term.value] * len(self._block.bars)
        if term.step.operation == "field":
            read = FIELDS[str(term.step.constants[0])].read
            return [read(bars) for bars in self._block.bars]
        values = self._values[number, None]
        return [_each(values, lambda each, place=place: each[place]) for place in self._block.whole.places]

    def _work(self, term: LiveTerm) -> Operation:
        """Return what computes a term over one symbol's bars; a kernel by itself where no value is missing."""
        general = operation(term.step.operation, term.step.constants)
        if term.step.operation != "call":
            return general
        function = index.find(str(term.step.constants[0]))
        assert function is not None
        if not function.is_windowed or function.takes_unknown or not all(map(self._is_whole, term.inputs)):
            return general
        kernel = function.bind(tuple(float(constant) for constant in term.step.constants[1:]))
        return lambda _size, *values: kernel(*values)

    def _is_whole(self, number: int) -> bool:
        """Tell whether a term has an array in which nothing is missing."""
        term = self._terms[number]
        if term.is_constant:
            return False
        if term.step.operation == "field":
            return self._block.is_complete(str(term.step.constants[0]))
        values = self._values[number, None]
        return not isinstance(values, tuple) and not has_missing(values)


def _each(value: Any, work: Callable[..., Any]) -> Any:
    """Do something to an array, or to each of several."""
    return tuple(map(work, value)) if isinstance(value, tuple) else work(value)


def _crossed(held: BoolArray, unknown: BoolArray, extent: Extent) -> Any:
    """Return where a comparison holds and did not one bar before; unknown where either bar is."""
    truth = np.empty(extent.size, np.int8)
    truth[:1] = UNKNOWN
    np.greater(held[1:], held[:-1], out=truth[1:], casting="unsafe")
    truth *= TRUE
    truth[unknown] = UNKNOWN
    truth[1:][unknown[:-1]] = UNKNOWN
    truth[extent.starts] = UNKNOWN
    return truth


def _shifted(values: Any, bars: int, extent: Extent) -> Any:
    """Return each symbol's values some bars later."""
    result = np.empty_like(values)
    result[bars:] = values[: max(0, len(values) - bars)]
    nothing = UNKNOWN if values.dtype == np.int8 else np.nan
    for place in extent.places:
        result[place.start : min(place.start + bars, place.stop)] = nothing
    return result
