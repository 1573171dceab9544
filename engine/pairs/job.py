"""What is asked of a pair scan, and whether it makes sense: every problem at once, before any work.

Here: ``PairJob``. Not here: the measures (``engine.pairs.measures``) and the running (``engine.pairs.scanning``).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.errors import CandlewickError, JobError, UnknownNameError
from engine.market.timeframe import Timeframe
from engine.pairs.measures import Measure, measures

# A quarter of daily bars. Fewer say little, whatever the measure.
USUAL_OVERLAP = 60
# More pairs than this are not held in one table; with a top they never are.
MOST_PAIRS = 5_000_000


@dataclass(frozen=True, slots=True)
class PairJob:
    """One pair scan.

    ``window`` is how many common bars, the last ones, a pair is measured on; None is the measure's own. A pair
    with fewer than ``min_overlap`` in it is unknown; None is 60, or the window if that is shorter. ``start`` and
    ``end`` limit the bars that count, both inclusive. ``top`` keeps the strongest pairs only.

    Raises JobError, with every field at fault, for values that no data could make valid.
    """

    measure: str = "correlation"
    window: int | None = None
    symbols: tuple[str, ...] | None = None
    start: date | None = None
    end: date | None = None
    min_overlap: int | None = None
    top: int | None = None
    timeframe: str = "1d"

    def __post_init__(self) -> None:
        if problems := tuple(_problems(self)):
            raise JobError(problems)

    @property
    def chosen(self) -> Measure:
        """The measure itself."""
        return measures.get(self.measure)

    @property
    def bars(self) -> int:
        """The window in force."""
        return self.chosen.window if self.window is None else self.window

    @property
    def least_overlap(self) -> int:
        """The fewest common bars, in the window, on which a pair is measured."""
        return min(USUAL_OVERLAP, self.bars) if self.min_overlap is None else self.min_overlap

    def refuse_size(self, symbols: int) -> None:
        """Raise JobError when so many symbols make no pair, or more pairs than a table should hold."""
        pairs = symbols * (symbols - 1) // 2
        if pairs == 0:
            sentence = f"A pair needs two symbols, and {symbols} can be used: name more, or change the dates."
            raise JobError((("symbols", sentence),))
        if self.top is None and pairs > MOST_PAIRS:
            sentence = (
                f"{symbols:,} symbols make {pairs:,} pairs, more than a table should hold ({MOST_PAIRS:,}): "
                "keep only the strongest with a top, or name fewer symbols."
            )
            raise JobError((("top", sentence),))


def _problems(job: PairJob) -> Iterator[tuple[str, str]]:
    if job.start is not None and job.end is not None and job.end < job.start:
        yield (
            "date_range",
            f"The date range ends ({job.end}) before it starts ({job.start}): swap the two dates.",
        )
    try:
        Timeframe.parse(job.timeframe)
    except CandlewickError as error:
        yield "timeframe", str(error)
    if job.top is not None and job.top < 1:
        yield "top", f"The number of strongest pairs must be 1 or more, not {job.top}."
    try:
        measure = measures.get(job.measure)
    except UnknownNameError as error:
        yield "measure", str(error)
        return
    yield from _limits(job, measure)
    for package in measure.needs:
        if importlib.util.find_spec(package) is None:
            sentence = (
                f"{measure.name.capitalize()} needs the package {package}: pip install 'candlewick[pairs]'."
            )
            yield "measure", sentence


def _limits(job: PairJob, measure: Measure) -> Iterator[tuple[str, str]]:
    least = measure.least_bars
    if job.bars < least:
        yield "window", f"The window of a {measure.name} must be {least} bars or more, not {job.bars}."
    elif not least <= job.least_overlap <= job.bars:
        yield (
            "min_overlap",
            f"The least overlap must be from {least} bars to the window ({job.bars}), not {job.least_overlap}.",
        )
