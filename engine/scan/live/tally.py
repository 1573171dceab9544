"""Counts over blocks, and the newest matches among them.

A *hit* is a match as one number: its row times how many formulas there are, plus the formula's place among them; of
one formula it is the row.

Not here: the truths that are counted (``values``).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.indicators.kernels import FALSE, TRUE, UNKNOWN
from engine.market.bars import BoolArray, FloatArray
from engine.scan.live.answer import ConditionCount, LiveAnswer
from engine.scan.live.blocks import Block, Extent, Rows
from engine.scan.live.question import Condition, Question
from engine.scan.live.store import Wanted
from engine.scan.live.values import BlockValues
from engine.scan.results import SymbolMatches, matches_table, no_matches

Truth: TypeAlias = NDArray[np.int8]
# Passing bars, and symbols whose last bar passes: by block, of a condition's term on a window.
Counts: TypeAlias = dict[Wanted, dict[int, tuple[int, int]]]


class Tally:
    """What is known of the answer so far; ``shown`` limits the rows of its table.

    ``counts`` are those of conditions, block by block, which stay from question to question.
    """

    def __init__(self, question: Question, universe: int, shown: int, counts: Counts) -> None:
        self._question = question
        self._universe = universe
        self._shown = shown
        self._total = self._matching = self._bars = self._symbols = self._decided = 0
        self._counts = counts
        self._only_failing: list[list[str]] = [[] for _ in question.conditions]
        self._newest: list[tuple[int, Rows]] = []
        self._collected = 0
        # No match before this moment can be among those that are shown.
        self._since: np.datetime64 | None = None
        self._moments: dict[int, NDArray[np.datetime64]] = {}
        self._pieces: list[tuple[str, SymbolMatches]] = []

    def add(self, block: Block, values: BlockValues) -> None:
        """Count a block."""
        question = self._question
        extent = block.extent(question.window)
        truths = [values.truth(term, question.window) for term in question.truths]
        self._bars += extent.size
        self._symbols += len(block.bars)
        self._decided += _decided(truths, extent)
        matches = [truth == TRUE for truth in truths]
        found = sum(int(np.count_nonzero(each)) for each in matches)
        self._total += found
        if found:
            begins = extent.starts[extent.with_rows]
            any_of_them = matches[0] if len(matches) == 1 else np.logical_or.reduce(matches)
            self._matching += int(np.count_nonzero(np.logical_or.reduceat(any_of_them, begins)))
            self._collect(block, matches)
        self._count(question.conditions, block, values, extent)
        # Of several formulas nobody asks which one alone a symbol fails: a match of any of them is one.
        if not question.formulas:
            self._find_nearly(block, values, extent)

    def hits(self) -> dict[int, Rows]:
        """Return the hits of each block, by its number, that are shown; after the last block."""
        self._drop_older()
        return {number: hits for number, hits in self._newest if len(hits)}

    def rows_of(self, hits: Rows) -> Rows:
        """Return the row of each hit."""
        return hits // len(self._question.truths)

    def fill(self, block: Block, hits: Rows, columns: list[FloatArray]) -> None:
        """Take the columns' values at the rows of a block's hits, block after block."""
        window = self._question.window
        extent = block.extent(window)
        rows = self.rows_of(hits)
        formulas = (hits % len(self._question.truths)).astype(np.int32)
        numbers = extent.symbols_of(rows)
        bounds = np.flatnonzero(np.diff(numbers)) + 1
        begins, ends = [0, *bounds.tolist()], [*bounds.tolist(), len(rows)]
        for begin, end in zip(begins, ends, strict=True):
            number = int(numbers[begin])
            bars = block.bars[number]
            bar = rows[begin:end] - extent.starts[number] + extent.slices[number].start
            found = SymbolMatches(
                bar=bar,
                timestamp=bars.timestamp[bar],
                close=bars.close[bar],
                values=tuple(values[begin:end] for values in columns),
                formula=formulas[begin:end] if self._question.formulas else None,
            )
            self._pieces.append((bars.symbol, found))

    def answer(self, seconds: float) -> LiveAnswer:
        """Return the answer, once every block is counted and filled."""
        columns = self._question.columns
        pieces = self._pieces or [("", no_matches(len(columns)))]
        return LiveAnswer(
            matches=matches_table(pieces, columns, self._question.formulas),
            total=self._total,
            matching_symbols=self._matching,
            bars=self._bars,
            symbols=self._symbols,
            universe=self._universe,
            without_answer=self._universe - self._decided,
            conditions=tuple(
                self._condition(each, tuple(names))
                for each, names in zip(self._question.conditions, self._only_failing, strict=True)
            ),
            seconds=seconds,
        )

    # ------------------------------------------------------------------------------------------- conditions

    def _count(
        self, conditions: tuple[Condition, ...], block: Block, values: BlockValues, extent: Extent
    ) -> None:
        for condition in conditions:
            key = condition.term, self._question.window
            counted = self._counts.setdefault(key, {})
            if block.number not in counted:
                truth = values.truth(condition.term, self._question.window)
                last = np.count_nonzero(truth[extent.last] == TRUE)
                counted[block.number] = int(np.count_nonzero(truth == TRUE)), int(last)
            self._count(condition.parts, block, values, extent)

    def _find_nearly(self, block: Block, values: BlockValues, extent: Extent) -> None:
        """Note whose last bar fails exactly one condition, and is known in all."""
        window = self._question.window
        last = np.array(
            [values.truth(each.term, window)[extent.last] for each in self._question.conditions], np.int8
        )
        fails = last == FALSE
        nearly = np.flatnonzero((fails.sum(axis=0) == 1) & ~(last == UNKNOWN).any(axis=0))
        for column, which in zip(nearly.tolist(), fails[:, nearly].argmax(axis=0).tolist(), strict=True):
            self._only_failing[which].append(block.bars[extent.with_rows[column]].symbol)

    def _condition(self, condition: Condition, only_failing: tuple[str, ...] = ()) -> ConditionCount:
        counted = self._counts.get((condition.term, self._question.window), {}).values()
        bars, symbols = (sum(each) for each in zip((0, 0), *counted, strict=True))
        parts = tuple(map(self._condition, condition.parts))
        return ConditionCount(condition.text, bars, symbols, only_failing, parts)

    # ------------------------------------------------------------------------------------------- matches

    def _collect(self, block: Block, matches: list[BoolArray]) -> None:
        moments = block.moments(self._question.window)
        if self._since is not None:
            recent = moments >= self._since
            matches = [each & recent for each in matches]
        hits: Rows = np.flatnonzero(matches[0] if len(matches) == 1 else np.stack(matches, axis=1))
        moments = moments[self.rows_of(hits)]
        self._newest.append((block.number, hits))
        self._moments[block.number] = moments
        self._collected += len(hits)
        if self._collected > 4 * self._shown:
            self._drop_older()

    def _drop_older(self) -> None:
        """Keep so many of the newest as are shown; of one moment's those that come first in the universe."""
        if self._collected <= self._shown:
            return
        moments = np.concatenate([self._moments[number] for number, _ in self._newest])
        at = len(moments) - self._shown
        self._since = since = np.partition(moments, at)[at]
        room = self._shown - int(np.count_nonzero(moments > since))
        kept: list[tuple[int, Rows]] = []
        for number, hits in self._newest:
            mine = self._moments[number]
            of_since = np.flatnonzero(mine == since)[:room]
            room -= len(of_since)
            stay = mine > since
            stay[of_since] = True
            kept.append((number, hits[stay]))
            self._moments[number] = mine[stay]
        self._newest = kept
        self._collected = self._shown


def _decided(truths: list[Truth], extent: Extent) -> int:
    """Return for how many symbols any row is known, of any formula."""
    is_known = np.logical_or.reduce([truth[extent.last] != UNKNOWN for truth in truths])
    known = int(np.count_nonzero(is_known))
    for number in extent.with_rows[~is_known].tolist():
        place = extent.places[number]
        known += any(bool((truth[place] != UNKNOWN).any()) for truth in truths)
    return known
