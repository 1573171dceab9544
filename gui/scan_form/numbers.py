"""Numbers as people type them, with a point or a comma, and the parameters that a formula asks for; no Qt."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

from gui.wording import Translate, as_written

_TEXT_OR_COMMENT = re.compile(r"\"[^\"\r\n]*\"|'[^'\r\n]*'|(?://|#)[^\r\n]*")
_PARAMETER = re.compile(r":([A-Za-z_][A-Za-z0-9_]*)")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
# As in 1,500: a thousand and a half, or one and a half?
_DOUBTFUL = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


class NumberReading(NamedTuple):
    """A typed number: None with no sentence is an empty field, None with one cannot be read."""

    value: float | None
    sentence: str = ""


def read_number(text: str, tr: Translate = as_written) -> NumberReading:
    """Read ``1.5`` or ``1,5``; a whole number stays one."""
    typed = text.strip().replace("−", "-")
    if not typed:
        return NumberReading(None)
    if _DOUBTFUL.fullmatch(typed):
        either, other = typed.replace(",", ""), typed.replace(",", ".")
        sentence = tr("'{typed}' can mean {either} or {other}: type one of them.")
        return NumberReading(None, sentence.format(typed=typed, either=either, other=other))
    if _NUMBER.fullmatch(typed) is None:
        sentence = tr("'{typed}' is not a number. Type it as 20, 1.5 or 1,5.")
        return NumberReading(None, sentence.format(typed=typed))
    value = float(typed.replace(",", "."))
    if not math.isfinite(value):
        sentence = tr("'{typed}' is too large: type a smaller number.")
        return NumberReading(None, sentence.format(typed=typed))
    is_whole = typed.lstrip("+-").isdecimal()
    return NumberReading(int(typed) if is_whole else value)


def number_text(value: float) -> str:
    """Return a number as it is typed; reading it gives the same number."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def parameter_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names behind the colons in these formulas, each once, in order; half-typed ones count too."""
    found: dict[str, None] = {}
    for text in texts:
        plain = _TEXT_OR_COMMENT.sub(" ", text)
        found.update(dict.fromkeys(name.lower() for name in _PARAMETER.findall(plain)))
    return tuple(found)
