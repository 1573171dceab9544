"""What a chart is given: one symbol's bars, the formula's series and where its signals are. No Qt.

Here also: which panel each series belongs to. How anything looks is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import Bars, FloatArray
from engine.market.timeframe import Timeframe

Place: TypeAlias = Literal["price", "own", "volume"]
LineStyle: TypeAlias = Literal["line", "dashed", "histogram", "band_upper", "band_lower", "dots"]
IndexArray: TypeAlias = NDArray[np.intp]


def _no_signals() -> IndexArray:
    return np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class ChartSeries:
    """One series of the formula, one value a bar, NaN where it is unknown.

    ``panel`` says whether it shares the scale of price, that of volume, or neither. Series of panel "own"
    with the same ``group`` (the outputs of one MACD) share a panel; without a group each has one of its own.
    ``levels`` are the horizontal lines that belong to it, such as 30 and 70.
    """

    name: str
    values: FloatArray
    panel: Place = "own"
    style: LineStyle = "line"
    levels: tuple[float, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SignalKind:
    """The signals of one of several formulas, or of one event of a detector; ``bars`` ascend."""

    name: str
    bars: IndexArray


@dataclass(frozen=True, slots=True, eq=False)
class ChartData:
    """Everything that one chart shows; ``signals`` are positions of bars, ascending, each once.

    ``kinds`` tells them apart where a scan has several formulas or detectors. Events of plug-ins are found in a scan's
    workers only: without ``knows_signals`` they must be taken from its matches.
    """

    symbol: str
    title: str
    timeframe: Timeframe
    bars: Bars
    series: tuple[ChartSeries, ...] = ()
    signals: IndexArray = field(default_factory=_no_signals)
    kinds: tuple[SignalKind, ...] = ()
    knows_signals: bool = True

    def has_signal(self, bar: int) -> bool:
        """Whether there is a signal on the bar."""
        place = int(np.searchsorted(self.signals, bar))
        return place < len(self.signals) and int(self.signals[place]) == bar

    def kinds_at(self, bar: int) -> tuple[int, ...]:
        """Return the numbers of the kinds that have a signal on the bar."""
        return tuple(number for number, kind in enumerate(self.kinds) if bar in kind.bars)

    def __post_init__(self) -> None:
        for series in self.series:
            if len(series.values) != len(self.bars):
                message = f"{series.name} has {len(series.values)} values for {len(self.bars)} bars"
                raise ValueError(message)


@dataclass(frozen=True, slots=True, eq=False)
class PlacedSeries:
    """A series and the position of its colour among the chart's line colours."""

    series: ChartSeries
    colour: int


@dataclass(frozen=True, slots=True, eq=False)
class PanelContent:
    """One panel from top to bottom of the chart: the price, the volume, or a group of series."""

    place: Place
    series: tuple[PlacedSeries, ...] = ()

    @property
    def levels(self) -> tuple[float, ...]:
        """The levels of all its series, ascending, each once."""
        return tuple(sorted({level for placed in self.series for level in placed.series.levels}))


def arrange(data: ChartData) -> tuple[PanelContent, ...]:
    """Return the panels of a chart: price, volume where the bars have any, then one for each group of series.

    Colours are counted from panel to panel, and both halves of a band have one colour.
    """
    groups: dict[tuple[Place, str], list[ChartSeries]] = {("price", ""): []}
    if bool(np.any(data.bars.volume > 0)):
        groups["volume", ""] = []
    for number, series in enumerate(data.series):
        key = (series.panel, (series.group or f"#{number}") if series.panel == "own" else "")
        groups.setdefault(key, []).append(series)
    panels: list[PanelContent] = []
    colours = 0
    for (name, _), members in groups.items():
        placed = _coloured(members, colours)
        colours = max((one.colour + 1 for one in placed), default=colours)
        panels.append(PanelContent(name, placed))
    return tuple(panels)


def _coloured(members: list[ChartSeries], following: int) -> tuple[PlacedSeries, ...]:
    placed: list[PlacedSeries] = []
    bands: dict[str, int] = {}
    for series in members:
        if series.style in ("band_upper", "band_lower"):
            colour = bands.setdefault(series.group, following)
        else:
            colour = following
        placed.append(PlacedSeries(series, colour))
        following = max(following, colour + 1)
    return tuple(placed)
