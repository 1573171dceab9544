"""Candle patterns, as TA-Lib finds them: the event is on the pattern's last bar.

TA-Lib measures bodies and shadows against running means of the bars before. Those are added up from the first bar on,
so that a bar on the very edge of a pattern can depend on where the data begin: the memory has no limit.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.detectors.base import Declaration, Detector, Triple, Values, register
from engine.detectors.windows import found
from engine.indicators.catalogue import indicator
from engine.market.bars import Bars

# TA-Lib's function, and what its positive and negative results are called here.
_PATTERNS: dict[str, tuple[str | None, str | None]] = {
    "CDLENGULFING": ("ENGULFING_BULL", "ENGULFING_BEAR"),
    "CDLHARAMI": ("HARAMI_BULL", "HARAMI_BEAR"),
    "CDLHAMMER": ("HAMMER", None),
    "CDLINVERTEDHAMMER": ("INVERTED_HAMMER", None),
    "CDLHANGINGMAN": (None, "HANGING_MAN"),
    "CDLSHOOTINGSTAR": (None, "SHOOTING_STAR"),
    "CDLPIERCING": ("PIERCING", None),
    "CDLDARKCLOUDCOVER": (None, "DARK_CLOUD_COVER"),
    "CDLMORNINGSTAR": ("MORNING_STAR", None),
    "CDLEVENINGSTAR": (None, "EVENING_STAR"),
    "CDL3WHITESOLDIERS": ("THREE_WHITE_SOLDIERS", None),
    "CDL3BLACKCROWS": (None, "THREE_BLACK_CROWS"),
}
_MEANINGS = {
    "ENGULFING_BULL": "A rising body covers the falling one before it",
    "ENGULFING_BEAR": "A falling body covers the rising one before it",
    "HARAMI_BULL": "A small body within a long falling one",
    "HARAMI_BEAR": "A small body within a long rising one",
    "HAMMER": "A small body on a long lower shadow, low in the range of late",
    "INVERTED_HAMMER": "A small body under a long upper shadow, below the body before",
    "HANGING_MAN": "A small body on a long lower shadow, high in the range of late",
    "SHOOTING_STAR": "A small body under a long upper shadow, above the body before",
    "PIERCING": "Opens below a long falling bar and closes above the middle of its body",
    "DARK_CLOUD_COVER": "Opens above a long rising bar and closes deep inside its body",
    "MORNING_STAR": "A long falling body, a small one below it, and a rising one into the first",
    "EVENING_STAR": "A long rising body, a small one above it, and a falling one into the first",
    "THREE_WHITE_SOLDIERS": "Three rising bodies in a row, each closing near its high",
    "THREE_BLACK_CROWS": "Three falling bodies in a row, each closing near its low",
}


def detect(bars: Bars, _values: Values) -> Iterator[Triple]:
    """Yield the last bar of each pattern; the score is TA-Lib's result as a multiple of 100."""
    if not len(bars):
        return
    prices = [np.ascontiguousarray(each) for each in (bars.open, bars.high, bars.low, bars.close)]
    for function, (rising, falling) in _PATTERNS.items():
        pattern = indicator(function)
        defaults = [parameter.default for parameter in pattern.parameters]
        signed = np.asarray(pattern.kernel(*prices, *pattern.in_talib_order(defaults)), dtype=np.float64)
        if rising is not None:
            yield from found(signed > 0, rising, signed / 100)
        if falling is not None:
            yield from found(signed < 0, falling, -signed / 100)


register(
    Detector(
        Declaration(
            "candles",
            "Candle patterns after TA-Lib; score: 1, or what TA-Lib gives a lesser or confirmed one",
            _MEANINGS,
        ),
        detect,
        history=lambda _values: 3,
    )
)
