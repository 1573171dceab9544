"""Wyckoff's events as a control without hindsight: every one is decided with the bars up to its own.

Heights of volume and range are their z-scores over the last 40 bars (population). The bars are gone through once,
:class:`_Structure` is what stands on a bar:

1. *Climax.* A bar with the lowest low of 40 bars, a close below the one before, a volume of at least 2 and a range of
   at least 1 is a selling climax, ``SC``; its mirror image at the highest high is a buying climax, ``BC``. A climax
   begins a structure and replaces any that is there.
2. *Reaction.* The first close above the selling climax's high, at most 20 bars later, is the automatic rally, ``AR``;
   the first close below the buying climax's low the automatic reaction, ``AR_TOP``. Without one the structure ends.
3. *Range.* The lowest low and the highest high from the climax to five bars after the reaction are its bottom and top.
4. *Tests.* A bar that goes below the bottom and closes back inside, then or within three bars of the first close
   below it, is a ``SPRING``; the same above the top is an upthrust, ``UT``. The range then reaches to where it went.
5. *Exits.* A close above the top on a bar whose range is at least 1 is a sign of strength, ``SOS``; below the bottom a
   sign of weakness, ``SOW``. They end the structure, as do three bars outside without a sign and 120 bars in all.

The score is the z-score of volume for SC, BC and SPRING and of the range for the others; an event whose score cannot
be known is not reported. A climax is known by its own bar only: a lower one that follows is a climax of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.detectors.base import Declaration, Detector, Parameter, Triple, Values, register
from engine.detectors.windows import highest, lowest, zscore
from engine.market.bars import Bars

SCORE_BARS = 40
EXTREME_BARS = 40
CLIMAX_VOLUME = 2.0
CLIMAX_RANGE = 1.0
REACTION_BARS = 20
SETTLING_BARS = 5
RETURN_BARS = 3
SIGN_RANGE = 1.0
STRUCTURE_BARS = 120

EVENTS = {
    "SC": "Selling climax: a new low on great volume and a wide range",
    "BC": "Buying climax: a new high on great volume and a wide range",
    "AR": "Automatic rally: the first close above a selling climax",
    "AR_TOP": "Automatic reaction: the first close below a buying climax",
    "SPRING": "Spring: below the range and back inside",
    "UT": "Upthrust: above the range and back inside",
    "SOS": "Sign of strength: a close above the range on a wide bar",
    "SOW": "Sign of weakness: a close below the range on a wide bar",
}
_SCORED_BY_VOLUME = frozenset({"SC", "BC", "SPRING"})


@dataclass(slots=True)
class _Structure:
    """What a climax has begun; ``outside`` is the first bar that closed beyond the range and has not come back."""

    climax: int
    is_selling: bool
    threshold: float
    bottom: float
    top: float
    reaction: int | None = None
    outside: int | None = None
    farthest: float = 0.0
    is_over: bool = False

    def step(self, bar: int, low: float, high: float, close: float, width: float) -> str | None:
        """Take the next bar and return what it shows."""
        if bar - self.climax > STRUCTURE_BARS:
            self.is_over = True
            return None
        if self.reaction is None or bar - self.reaction <= SETTLING_BARS:
            return self._form(bar, low, high, close)
        if close < self.bottom or (low < self.bottom and close <= self.top):
            return self._beyond(bar, low, is_back=close >= self.bottom, is_below=True, width=width)
        if close > self.top or high > self.top:
            return self._beyond(bar, high, is_back=close <= self.top, is_below=False, width=width)
        if self.outside is None:
            return None
        is_below = self.farthest < self.bottom
        return self._beyond(bar, self.farthest, is_back=True, is_below=is_below, width=width)

    def _form(self, bar: int, low: float, high: float, close: float) -> str | None:
        """Let the range grow, and find the reaction."""
        self.bottom, self.top = min(self.bottom, low), max(self.top, high)
        if self.reaction is not None:
            return None
        if bar - self.climax > REACTION_BARS:
            self.is_over = True
            return None
        if close > self.threshold if self.is_selling else close < self.threshold:
            self.reaction = bar
            return "AR" if self.is_selling else "AR_TOP"
        return None

    def _beyond(self, bar: int, reached: float, *, is_back: bool, is_below: bool, width: float) -> str | None:
        """Deal with a bar that went beyond the range or comes back from there."""
        if not is_back and width >= SIGN_RANGE:
            self.is_over = True
            return "SOW" if is_below else "SOS"
        if self.outside is None or (self.farthest < self.bottom) != is_below:
            self.outside, self.farthest = bar, reached
        self.farthest = min(self.farthest, reached) if is_below else max(self.farthest, reached)
        late = bar - self.outside > RETURN_BARS
        if not is_back:
            self.is_over = late
            return None
        if is_below:
            self.bottom = self.farthest
        else:
            self.top = self.farthest
        self.outside = None
        if late:
            return None
        return "SPRING" if is_below else "UT"


def detect_baseline(bars: Bars, _values: Values) -> Iterator[Triple]:
    """Yield the events of the baseline, in order."""
    volume_score = zscore(bars.volume, SCORE_BARS).tolist()
    range_score = zscore(bars.high - bars.low, SCORE_BARS).tolist()
    for bar, event in _walk(bars, volume_score, range_score):
        score = volume_score[bar] if event in _SCORED_BY_VOLUME else range_score[bar]
        if score == score:  # noqa: PLR0124  NaN differs from itself
            yield bar, event, score


def _walk(bars: Bars, volume_score: list[float], range_score: list[float]) -> Iterator[tuple[int, str]]:
    lows, highs, closes = bars.low.tolist(), bars.high.tolist(), bars.close.tolist()
    bottoms, tops = lowest(bars.low, EXTREME_BARS).tolist(), highest(bars.high, EXTREME_BARS).tolist()
    structure: _Structure | None = None
    for bar in range(1, len(bars)):
        low, high, close = lows[bar], highs[bar], closes[bar]
        if structure is not None:
            event = structure.step(bar, low, high, close, range_score[bar])
            if structure.is_over:
                structure = None
            if event is not None:
                yield bar, event
        if not (volume_score[bar] >= CLIMAX_VOLUME and range_score[bar] >= CLIMAX_RANGE):
            continue
        if low == bottoms[bar] and close < closes[bar - 1]:
            structure = _Structure(bar, is_selling=True, threshold=high, bottom=low, top=high)
            yield bar, "SC"
        elif high == tops[bar] and close > closes[bar - 1]:
            structure = _Structure(bar, is_selling=False, threshold=low, bottom=low, top=high)
            yield bar, "BC"


def detect_spring_after_climax(bars: Bars, values: Values) -> Iterator[Triple]:
    """Yield the baseline's events without those springs that have no selling climax shortly before them."""
    climax = -np.inf
    for bar, event, score in detect_baseline(bars, values):
        if event == "SC":
            climax = bar
        if event != "SPRING" or bar - climax <= values["within"]:
            yield bar, event, score


BASELINE = "wyckoff_baseline"
# A structure lives that long, and its climax looks that far back.
_MEMORY = STRUCTURE_BARS + max(SCORE_BARS, EXTREME_BARS)

register(
    Detector(
        Declaration(
            BASELINE, "Wyckoff's eight events, decided on their bar; the control", EVENTS, is_baseline=True
        ),
        detect_baseline,
        history=lambda _values: SCORE_BARS,
        memory=lambda _values: _MEMORY,
    )
)
register(
    Detector(
        Declaration(
            "wyckoff_spring_after_sc",
            "The baseline, but springs only shortly after a selling climax",
            EVENTS,
            (Parameter("within", 60, 1, 500, "The most bars from the selling climax to the spring"),),
            variant_of=BASELINE,
        ),
        detect_spring_after_climax,
        history=lambda _values: SCORE_BARS,
        memory=lambda values: _MEMORY + int(values["within"]),
    )
)
