"""The right-hand side of a condition: numbers, dates and truth as people type them.

A ``ValueError`` carries the sentence for the user. Not here: names and operators (``filter_text``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from gui.wording import Translate, as_written

_TRUE_WORDS = frozenset({"true", "yes", "y", "1", "on", "✓"})
_FALSE_WORDS = frozenset({"false", "no", "n", "0", "off", "✗"})
_UNKNOWN_WORDS = frozenset({"unknown", "?", "–", "null", "nan"})
_SCALES = {"": 0, "k": 3, "m": 6, "b": 9}
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?)\s*([kmb]?)%?", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})(-\d{1,2})?(-\d{1,2})?(?:[T ](\d{1,2}:\d{2}(?::\d{2})?))?")


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number and half of the last digit that was typed."""

    value: float
    half: float


def is_unknown(text: str) -> bool:
    """Whether the text asks for unknown values."""
    return text.casefold() in _UNKNOWN_WORDS


def read_number(text: str, tr: Translate = as_written) -> TypedNumber:
    """Return the number; ``30,5``, ``1,000,000``, ``5M`` and ``1e6`` are understood.

    A single comma before exactly three digits could be either and is refused.
    """
    plain = _without_commas(text.strip().replace("−", "-").replace("_", ""), tr)
    found = _NUMBER.fullmatch(plain)
    if found is None:
        raise ValueError(tr("'{text}' is not a number: write it as 30, 30.5, 5M or 1e6.").format(text=text))
    mantissa, exponent, suffix = found.groups()
    scale = _SCALES[suffix.casefold()]
    fraction = mantissa.lower().split("e")[0].partition(".")[2]
    last_digit = scale + int(exponent or 0) - len(fraction)
    value = float(mantissa) * 10.0**scale
    # The slack lets 0.285, stored a hair below, still count as 0.29 would be written.
    return TypedNumber(value, 0.5 * 10.0**last_digit * (1 + 1e-9))


def _without_commas(text: str, tr: Translate) -> str:
    if "," not in text:
        return text
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3}){2,}(\.\d+)?[kmbKMB]?", text) or re.fullmatch(
        r"[+-]?\d{1,3},\d{3}\.\d+", text
    ):
        return text.replace(",", "")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
        whole, point = text.replace(",", ""), text.replace(",", ".")
        sentence = tr("'{text}' could be {whole} or {point}: write one of the two.")
        raise ValueError(sentence.format(text=text, whole=whole, point=point))
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def read_moment(text: str, tr: Translate = as_written) -> tuple[int, int]:
    """Return the span that 2017, 2017-06, 2017-06-30 or 2017-06-30T15:30 means.

    In microseconds since 1970, the second number just after the span's end.
    """
    sentence = tr(
        "'{text}' is not a date: write it as 2017, 2017-06, 2017-06-30 or 2017-06-30T15:30."
    ).format(text=text)
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise ValueError(sentence)
    year, month, day, clock = found.groups()
    if clock and not day:
        raise ValueError(sentence)
    iso = year + "".join(f"-{int(part[1:]):02d}" for part in (month, day) if part)
    unit = "D" if day else "M" if month else "Y"
    if clock:
        hours, _, rest = clock.partition(":")
        iso += f"T{int(hours):02d}:{rest}"
        unit = "s" if ":" in rest else "m"
    try:
        start = np.array(iso, f"datetime64[{unit}]")
    except ValueError:
        raise ValueError(sentence) from None
    first, after = np.stack([start, start + 1]).astype("datetime64[us]").astype(np.int64).tolist()
    return first, after


def read_truth(text: str, tr: Translate = as_written) -> bool:
    """Return the truth that a word such as yes, ✓ or 0 means."""
    word = text.casefold()
    if word in _TRUE_WORDS:
        return True
    if word in _FALSE_WORDS:
        return False
    raise ValueError(tr("'{text}' is neither yes nor no: write yes, no or unknown.").format(text=text))
