"""The legend line of each panel as coloured pieces of text, and as one sentence for screen readers. No Qt.

Pieces are drawn as plain text, never as markup: a formula with ``<`` in it stays whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gui.chart.data import ChartData, PanelContent
from gui.chart.date_ticks import DateScale
from gui.chart.mark_shapes import shape_of
from gui.chart.number_text import change_text, price_text, value_text, volume_text
from gui.wording import Translate

# Of more kinds of signals only those on the current bar are named.
MOST_KINDS = 6

ValueText: TypeAlias = Callable[[float], str]
Role: TypeAlias = Literal["text", "muted", "up", "down", "signal", "focus", "line"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one colour; ``line`` counts indicator colours, ``gap`` is the room after it in em."""

    text: str
    role: Role = "text"
    line: int = 0
    bold: bool = False
    gap: float = 0.35

    @property
    def leads(self) -> bool:
        """Whether it names the piece after it, and must stay on its row."""
        return self.gap < 0.5


Line: TypeAlias = tuple[Piece, ...]


def price_legend(
    data: ChartData, content: PanelContent, dates: DateScale, bar: int, tr: Translate
) -> tuple[Line, ...]:
    """Return the symbol, the bar's date and prices, and below them the indicators on the price."""
    bars = data.bars
    before = float(bars.close[bar - 1]) if bar else float(bars.open[bar])
    close = float(bars.close[bar])
    role: Role = "up" if close >= before else "down"
    title = [Piece(data.symbol, bold=True, gap=0.6)]
    if data.title and data.title != data.symbol:
        title.append(Piece(data.title, "muted", gap=0.6))
    title.append(Piece(tr(data.timeframe.label), "muted", gap=1.0))
    title.append(Piece(dates.date_text(bar), gap=1.0))
    for letter, name in (("O", "open"), ("H", "high"), ("L", "low"), ("C", "close")):
        title.append(Piece(letter, "muted", gap=0.3))
        title.append(Piece(price_text(float(bars.field(name)[bar])), role, gap=0.6))
    title.append(Piece(change_text(close, before), role))
    lines = (tuple(title), series_legend(content, bar, price_text), kinds_legend(data, bar))
    return tuple(line for line in lines if line)


def kinds_legend(data: ChartData, bar: int) -> Line:
    """Return each kind of signal with its shape; those that are on the bar stand out."""
    here = data.kinds_at(bar)
    named = range(len(data.kinds)) if len(data.kinds) <= MOST_KINDS else here
    pieces: list[Piece] = []
    for number in named:
        pieces.append(Piece(shape_of(number).letter, "signal", gap=0.3))
        is_here = number in here
        pieces.append(Piece(data.kinds[number].name, "text" if is_here else "muted", bold=is_here, gap=1.0))
    return tuple(pieces)


def volume_legend(data: ChartData, content: PanelContent, bar: int, tr: Translate) -> tuple[Line, ...]:
    """Return the bar's volume and the indicators on volume."""
    rising = bool(data.bars.close[bar] >= data.bars.open[bar])
    volume = Piece(volume_text(float(data.bars.volume[bar]), 2), "up" if rising else "down", gap=1.0)
    return (
        (
            Piece(tr("Volume"), "muted"),
            volume,
            *series_legend(content, bar, lambda value: volume_text(value, 2)),
        ),
    )


def own_legend(content: PanelContent, bar: int) -> tuple[Line, ...]:
    """Return the values of a panel's indicators."""
    return (series_legend(content, bar, value_text),)


def series_legend(content: PanelContent, bar: int, text: ValueText = value_text) -> Line:
    """Return each series' name and value in the colour of its line."""
    pieces: list[Piece] = []
    for placed in content.series:
        pieces.append(Piece(placed.series.name, "muted"))
        value = float(placed.series.values[bar])
        role: Role = "line"
        if placed.series.style == "histogram":
            role = "up" if value >= 0 else "down"
        pieces.append(Piece(text(value), role, placed.colour, gap=1.0))
    return tuple(pieces)


def plain_text(lines: tuple[Line, ...]) -> str:
    """Return the legend as one line of text."""
    return " ".join(piece.text for line in lines for piece in line)
