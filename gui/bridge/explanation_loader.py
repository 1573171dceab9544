"""Says why the bar that the user looks at matches or not, off the window's thread; only the newest request counts.

1. :meth:`ExplanationLoader.open` takes a scan; its formulas are taken apart with the first request, in the thread.
2. A symbol's conditions are computed over all its bars once and kept, so that another bar of it is only read off.
3. While one answer is on its way, of all further requests only the last one waits.

Not here: the chart's own lines (``chart_loader``), whose thread this shares.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from threading import Event

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from engine.data.opening import open_repository
from engine.data.repository import CandleRepository
from engine.data.series import load_bars
from engine.errors import DataError
from engine.formula.explain import Explained, Explainer, compile_explanation
from engine.market.bars import Bars
from engine.market.timeframe import Timeframe
from engine.scan.symbol_scan import surroundings_of
from engine.scan.universe_ranks import RankReader, read_ranks
from gui.bridge.background import BackgroundWork
from gui.bridge.scan_bridge import ScanRequest
from gui.why.state import Explanation
from gui.wording import Translate, as_written

_KEPT = 8


@dataclass(frozen=True, slots=True)
class _Formula:
    name: str
    explainer: Explainer
    ranks: RankReader | None


@dataclass(frozen=True, slots=True)
class _Computed:
    bars: Bars
    formulas: tuple[tuple[str, Explained], ...]


@dataclass(frozen=True, slots=True)
class ExplanationSource:
    """A scan whose formulas have been taken apart, and the symbols computed last; used in one thread only."""

    repository: CandleRepository
    timeframe: Timeframe
    formulas: tuple[_Formula, ...]
    _kept: OrderedDict[str, _Computed] = field(default_factory=OrderedDict)
    tr: Translate = as_written

    @classmethod
    def of(
        cls, request: ScanRequest, stopping: Event | None = None, tr: Translate = as_written
    ) -> ExplanationSource:
        """Open the request's data and take its formulas apart; ranks the universe where they ask for that."""
        job = request.job
        repository, timeframe = open_repository(request.address), Timeframe.parse(job.timeframe)

        def taken_apart(name: str, text: str) -> _Formula:
            explainer, ranks = compile_explanation(text, job.parameters), None
            if explainer.rank_passes:
                ranks = read_ranks(
                    explainer,
                    repository,
                    timeframe,
                    job.symbols,
                    snapshot_limit_gb=request.snapshot_limit_gb,
                    cancel=stopping,
                )
            return _Formula(name, explainer, ranks)

        texts = job.formulas or ({"": job.formula} if job.formula else {})
        return cls(repository, timeframe, tuple(taken_apart(*each) for each in texts.items()), tr=tr)

    def read(self, symbol: str, bars: Bars | None, bar: int | None) -> Explanation:
        """Return what the formulas say on a bar; without ``bars`` the symbol's are read, None means its last bar."""
        computed = self._kept.get(symbol)
        if computed is None or (bars is not None and computed.bars is not bars):
            computed = self._compute(symbol, bars)
        self._kept.move_to_end(symbol)
        last = len(computed.bars) - 1
        number = last if bar is None else bar
        return Explanation(
            symbol=symbol,
            moment=self.timeframe.moment_text(computed.bars.timestamp[number]),
            is_last=number == last,
            formulas=tuple((name, each.conditions_at(number)) for name, each in computed.formulas),
        )

    def _compute(self, symbol: str, bars: Bars | None) -> _Computed:
        if bars is None:
            bars, _ = load_bars(self.repository, symbol, self.timeframe)
        if not len(bars):
            sentence = self.tr("{symbol} has no usable bars in this timeframe.").format(symbol=symbol)
            raise DataError(self.repository.address, sentence)
        around = surroundings_of(self.repository, self.timeframe)
        results = []
        for formula in self.formulas:
            around.rank = formula.ranks
            results.append((formula.name, formula.explainer.over(bars, around)))
        self._kept[symbol] = computed = _Computed(bars, tuple(results))
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return computed


@dataclass(frozen=True, slots=True)
class _Wish:
    symbol: str
    bars: Bars | None
    bar: int | None


class ExplanationLoader(QObject):
    """``explained`` carries an ``Explanation``, ``failed`` the symbol and the sentence."""

    explained = Signal(object)
    failed = Signal(str, str)

    def __init__(self, background: BackgroundWork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._source: Callable[[], ExplanationSource] | None = None
        self._ticket = 0
        self._asked: _Wish | None = None
        self._next: _Wish | None = None
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def open(self, request: ScanRequest) -> None:
        """From now on explain this scan's formulas."""
        self.forget()
        # The source holds no loader, which must not end in the thread.
        tr = partial(QCoreApplication.translate, "ExplanationLoader")
        self._source = cache(partial(ExplanationSource.of, request, self._background.stopping, tr))

    def request(self, symbol: str, bars: Bars | None = None, bar: int | None = None) -> None:
        """Explain a bar of the symbol; without ``bars`` its last one, as the data have it."""
        wish = _Wish(symbol, bars, bar)
        if self._asked is None:
            self._submit(wish)
        else:
            self._next = wish

    def forget(self) -> None:
        """Drop what was asked for and has not come yet."""
        self._asked = self._next = None
        self._ticket = 0

    def _submit(self, wish: _Wish) -> None:
        if self._source is None:
            return
        source = self._source
        self._asked, self._next = wish, None
        self._ticket = self._background.submit(
            lambda: source().read(
                wish.symbol, wish.bars, wish.bar
            )  # in the thread, with the source's opening
        )

    def _take_next(self) -> None:
        self._asked, wish = None, self._next
        if wish is not None:
            self._submit(wish)

    @Slot(int, object)
    def _on_done(self, ticket: int, found: object) -> None:
        if ticket != self._ticket or not isinstance(found, Explanation):
            return
        # An answer about another symbol than the one that waits would flicker.
        if self._next is None or self._next.symbol == found.symbol:
            self.explained.emit(found)
        self._take_next()

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket != self._ticket or self._asked is None:
            return
        symbol, waits = self._asked.symbol, self._next is not None
        if not waits:
            self.failed.emit(symbol, str(error))
        self._take_next()
