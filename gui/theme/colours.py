"""Every colour of the window as data: interface, chart and formula text, for light and for dark.

Here: frozen sets of ``#rrggbb`` strings, the choice of up/down pairs, and the arithmetic on colours (mixing,
contrast). No Qt: turning them into palettes and icons is in ``palette`` and ``icons``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Scheme: TypeAlias = Literal["light", "dark"]
PairName: TypeAlias = Literal["blue_orange", "green_red", "red_green"]

DEFAULT_PAIR: PairName = "blue_orange"


def mix(colour: str, other: str, share: float) -> str:
    """Return ``colour`` with ``share`` (0 to 1) of it replaced by ``other``."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def contrast(colour: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours, from 1 (same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(background: str) -> str:
    """Return near-black or white, whichever reads better on ``background``."""
    dark, light = "#0b0e13", "#ffffff"
    return dark if contrast(dark, background) > contrast(light, background) else light


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@dataclass(frozen=True, slots=True)
class InterfaceColours:
    """Surfaces, text and meanings of the window outside the chart."""

    window: str
    surface: str
    alternate: str
    raised: str
    border: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_text: str
    link: str
    positive: str
    warning: str
    error: str
    tooltip: str


@dataclass(frozen=True, slots=True)
class SyntaxColours:
    """Formula text by kind of word."""

    keyword: str
    function: str
    field: str
    name: str
    number: str
    text: str
    comment: str
    operator: str
    parameter: str


@dataclass(frozen=True, slots=True)
class ChartColours:
    """Everything that the chart paints; ``lines`` are given to indicators in their order, starting over."""

    background: str
    grid: str
    separator: str
    text: str
    muted: str
    crosshair: str
    tag: str
    tag_text: str
    level: str
    focus: str
    lines: tuple[str, ...]
    up: str
    down: str
    signal: str

    @property
    def up_volume(self) -> str:
        """The quiet form of ``up``, for volume and histograms."""
        return mix(self.background, self.up, 0.5)

    @property
    def down_volume(self) -> str:
        """The quiet form of ``down``, for volume and histograms."""
        return mix(self.background, self.down, 0.5)

    def line(self, position: int) -> str:
        """Return the colour of the indicator at that position."""
        return self.lines[position % len(self.lines)]


INTERFACE: dict[Scheme, InterfaceColours] = {
    "dark": InterfaceColours(
        window="#1b1f27",
        surface="#14181f",
        alternate="#191e26",
        raised="#272d38",
        border="#363e4b",
        text="#e2e6ed",
        muted="#9aa4b2",
        disabled="#666f7d",
        accent="#2f6fab",
        accent_text="#ffffff",
        link="#6cb6f0",
        positive="#5fd38d",
        warning="#f0b849",
        error="#f47c72",
        tooltip="#2c3340",
    ),
    "light": InterfaceColours(
        window="#f3f4f7",
        surface="#ffffff",
        alternate="#f7f8fa",
        raised="#fbfbfd",
        border="#cdd2da",
        text="#1d232c",
        muted="#5b6574",
        disabled="#9aa2ad",
        accent="#1f6bb5",
        accent_text="#ffffff",
        link="#0a5ca8",
        positive="#167c3c",
        warning="#8f5a00",
        error="#b3261e",
        tooltip="#ffffff",
    ),
}

SYNTAX: dict[Scheme, SyntaxColours] = {
    "dark": SyntaxColours(
        keyword="#c792ea",
        function="#82aaff",
        field="#7fd1b9",
        name="#e2e6ed",
        number="#f2a66d",
        text="#c3e88d",
        comment="#7c8797",
        operator="#89ddff",
        parameter="#ffcb6b",
    ),
    "light": SyntaxColours(
        keyword="#7a28a3",
        function="#1f55b5",
        field="#0d6e63",
        name="#1d232c",
        number="#a8480f",
        text="#41700c",
        comment="#66707e",
        operator="#0a6a86",
        parameter="#855c00",
    ),
}

_CHART: dict[Scheme, ChartColours] = {
    "dark": ChartColours(
        background="#14181f",
        grid="#1e242d",
        separator="#333b47",
        text="#dfe4ec",
        muted="#98a2b1",
        crosshair="#7d8898",
        tag="#3b4554",
        tag_text="#f3f6fa",
        level="#3d4655",
        focus="#f0c75e",
        lines=("#f0c75e", "#b59bf2", "#59d0c0", "#f08bb4", "#8fb8ff", "#b8d26b", "#d9a58a"),
        up="#2e9fd0",
        down="#e07b39",
        signal="#6fdd8b",
    ),
    "light": ChartColours(
        background="#ffffff",
        grid="#eff1f4",
        separator="#d3d8df",
        text="#1d232c",
        muted="#5b6574",
        crosshair="#838c9a",
        tag="#4a5565",
        tag_text="#ffffff",
        level="#c5cbd4",
        focus="#d99a00",
        lines=("#a87500", "#6741c0", "#00806f", "#bd2f74", "#2f66c9", "#5c7a00", "#8f5236"),
        up="#0a6fb3",
        down="#c2541b",
        signal="#15803a",
    ),
}

_PAIRS: dict[PairName, dict[Scheme, tuple[str, str, str]]] = {
    # up, down and a signal colour that neither of the two can be taken for
    "blue_orange": {"dark": ("#2e9fd0", "#e07b39", "#6fdd8b"), "light": ("#0a6fb3", "#c2541b", "#15803a")},
    "green_red": {"dark": ("#26a69a", "#ef5350", "#5aa9ff"), "light": ("#0b7f73", "#c62f2c", "#1d5fd1")},
    "red_green": {"dark": ("#ef5350", "#26a69a", "#5aa9ff"), "light": ("#c62f2c", "#0b7f73", "#1d5fd1")},
}

PAIRS: tuple[PairName, ...] = tuple(_PAIRS)


def chart_colours(scheme: Scheme, pair: PairName = DEFAULT_PAIR) -> ChartColours:
    """Return the chart's colours of one scheme with the chosen pair for rising and falling bars."""
    up, down, signal = _PAIRS[pair][scheme]
    return replace(_CHART[scheme], up=up, down=down, signal=signal)
