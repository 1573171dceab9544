"""A universe that is held open, and asked one formula after another while it is typed.

1. :meth:`LiveScan.open` takes the bars of a job's universe out of the snapshot, where a scan has put them. It builds
   none: without one it says so (:class:`~engine.errors.NotLiveError`).
2. :meth:`LiveScan.answer` compiles the formula, numbers its terms (``terms``) and goes through the blocks of symbols
   (``blocks``). Terms that an earlier text had keep their arrays (``store``); the rest is computed (``values``).
3. Where all symbols are compared, that comes first (``ranks``).
4. A ``Tally`` counts, and collects the newest matches.

One thread does it all: TA-Lib does not let go of Python's lock, and two threads took longer than one. The results are
those of :class:`~engine.scan.processing.ProcessingEngine` for the same job and bars, to the bit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from engine.data.repository import CandleRepository
from engine.data.series import load_bars
from engine.data.snapshot_ready import ReadyBars, read_ready
from engine.data.snapshot_source import source_of
from engine.errors import DataError, NotLiveError
from engine.formula.frames import Surroundings
from engine.market.bars import Bars
from engine.market.timeframe import Timeframe
from engine.market.universe import choose_symbols
from engine.scan.job import ProcessingJob
from engine.scan.live.answer import LiveAnswer
from engine.scan.live.blocks import Block, blocks_of
from engine.scan.live.question import ask
from engine.scan.live.ranks import LiveRanks
from engine.scan.live.store import ArrayStore
from engine.scan.live.tally import Counts, Tally
from engine.scan.live.terms import TermTable
from engine.scan.live.values import BlockValues

MEMORY = 1_000_000_000
SHOWN = 2_000
# A few symbols that the snapshot lacks are read from the source: one in fifty, but twenty of a small universe.
_FEW, _FEW_OF = 20, 50
_TERMS_AT_MOST = 20_000


class _Key(NamedTuple):
    """Which bars a job looks at."""

    symbols: tuple[str, ...] | None
    timeframe: str


class LiveScan:
    """The bars of one universe in one timeframe, with what was computed over them; for one thread at a time.

    ``memory`` limits the arrays that are kept from text to text, in bytes, to which the present ranks come on top;
    ``shown`` limits the rows of an answer's table.
    """

    def __init__(
        self,
        repository: CandleRepository,
        job: ProcessingJob,
        ready: ReadyBars | None = None,
        *,
        memory: int = MEMORY,
        shown: int = SHOWN,
        look_up: Callable[[], None] = lambda: None,
    ) -> None:
        """Read the bars of the job's universe; ``ready`` goes with it and is let go by :meth:`close`."""
        self._repository = repository
        self._ready = ready
        self._shown = shown
        self._key = _Key(job.symbols, job.timeframe)
        self._timeframe = Timeframe.parse(job.timeframe)
        self._terms = TermTable()
        self._counts: Counts = {}
        self._others: dict[str, Bars] = {}
        self._universe = 0
        self._blocks = tuple(blocks_of(self._read(job, look_up)))
        self._store = ArrayStore(memory, sum(block.whole.size for block in self._blocks))
        self._ranks = LiveRanks(self._blocks, self._timeframe)

    @classmethod
    def open(
        cls,
        repository: CandleRepository,
        job: ProcessingJob,
        *,
        memory: int = MEMORY,
        shown: int = SHOWN,
        look_up: Callable[[], None] = lambda: None,
    ) -> LiveScan:
        """Open what the snapshot has of the job's universe.

        ``look_up`` is called now and then; what it raises ends the reading. Raises NotLiveError where bars would have
        to be read and cleaned first, JobError for symbols that are not there, DataError where none can be listed.
        """
        symbols = sorted(choose_symbols(job.symbols, repository.symbols()))
        source = source_of(repository)
        if source is None:
            sentence = "Live mode reads the snapshot of a scan, and bars like these have none: press Run."
            raise NotLiveError(sentence, is_cold=True)
        ready = read_ready(source, symbols)
        if ready is None or len(ready.missing) > max(_FEW, len(symbols) // _FEW_OF):
            if ready is not None:
                ready.release()
            raise NotLiveError("The bars do not lie ready yet: run the scan once to warm up.", is_cold=True)
        try:
            return cls(ready.repository, job, ready, memory=memory, shown=shown, look_up=look_up)
        except BaseException:
            ready.release()
            raise

    def fits(self, job: ProcessingJob) -> bool:
        """Tell whether a job looks at the bars that are open."""
        return self._key == _Key(job.symbols, job.timeframe)

    @property
    def memory(self) -> int:
        """How many bytes of arrays are kept."""
        return self._store.size

    def close(self) -> None:
        """Let the snapshot's files go, and all arrays; may be called twice."""
        self._store.clear()
        self._ranks = LiveRanks((), self._timeframe)
        self._blocks = ()
        if self._ready is not None:
            self._ready.release()

    def answer(self, job: ProcessingJob, look_up: Callable[[], None] = lambda: None) -> LiveAnswer:
        """Answer a job whose bars are open; what ``look_up`` raises ends it, and what was computed is kept.

        Raises FormulaError or JobError for what is wrong with the job, NotLiveError for what only a scan can answer.
        """
        began = time.perf_counter()
        if len(self._terms) > _TERMS_AT_MOST:
            self._terms = TermTable()
            self._store.clear()
            self._ranks.keep_only(())
            self._counts.clear()
        question = ask(job, self._terms, self._repository)
        needed = question.needs(self._terms)
        self._store.begin(needed)
        around = Surroundings(self._bars_of, self._timeframe)
        tally = Tally(question, self._universe, self._shown, self._counts)

        def values_of(block: Block) -> BlockValues:
            look_up()
            return BlockValues(block, self._terms, self._store, around, look_up, ranks=self._ranks.of(block))

        with np.errstate(all="ignore"):
            self._rank(sorted({number for number, _ in needed}), values_of, look_up)
            for block in self._blocks:
                tally.add(block, values_of(block))
            # Columns are computed in those blocks that have rows in the table.
            for number, hits in tally.hits().items():
                block, rows = self._blocks[number], tally.rows_of(hits)
                values = values_of(block)
                tally.fill(
                    block, hits, [values.numbers(term, question.window)[rows] for term in question.series]
                )
        return tally.answer(time.perf_counter() - began)

    def _rank(
        self, needed: list[int], values_of: Callable[[Block], BlockValues], look_up: Callable[[], None]
    ) -> None:
        """Compare all symbols wherever these terms do; a rank of ranks comes after them."""
        ranks = [number for number in needed if self._terms[number].is_rank]
        self._ranks.keep_only(ranks)
        for number in ranks:
            compared = self._terms[number].inputs[0]
            on_all_bars = (values_of(block).numbers(compared, None) for block in self._blocks)
            self._ranks.work_out(number, on_all_bars, look_up)

    def _read(self, job: ProcessingJob, look_up: Callable[[], None]) -> list[Bars]:
        symbols = sorted(choose_symbols(job.symbols, self._repository.symbols()))
        self._universe = len(symbols)
        found: list[Bars] = []
        for symbol in symbols:
            look_up()
            try:
                found.append(load_bars(self._repository, symbol, self._timeframe)[0])
            except DataError:
                continue  # it has no match in a scan either, which says why
        return found

    def _bars_of(self, symbol: str) -> Bars:
        if symbol not in self._others:
            self._others[symbol] = load_bars(self._repository, symbol, self._timeframe)[0]
        return self._others[symbol]
