"""AmiBroker, MetaStock and the Chinese family: calls with other arguments, and lines named by ``=`` or ``:``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engine.formula.fields import FIELD_NAMES
from engine.formula.foreign.phrases import Part, Phrase, Source, calls
from engine.formula.functions import index
from engine.formula.names import KEYWORDS, METASTOCK_AVERAGES, SCRIPT_CALLS
from engine.formula.tree import Span


def calls_of_others(source: Source) -> Iterator[Phrase]:
    """Yield calls whose arguments differ from ours, and those that are not about what to look for."""
    for match, span, given in calls(source, "|".join(_OTHER_CALLS)):
        name = match[0].strip()
        parts = _OTHER_CALLS[name.lower()](source, given)
        if parts is not None:
            yield Phrase(span, f"{name} with these arguments is another program's.", parts)
    for match, span, _ in calls(source, "|".join(SCRIPT_CALLS)):
        yield Phrase(span, f"A formula only says what to look for: leave {match[0].strip()} out.")


def _smoothed(source: Source, given: list[Span]) -> tuple[Part, ...] | None:
    """Put the Chinese SMA(x, n, m), an average with the weight m / n for the newest value."""
    numbers = [source.words(each) for each in given[1:]]
    if len(given) != 3 or not all(number.isdigit() and int(number) for number in numbers):
        return None
    bars, weight = map(int, numbers)
    if weight == 1:
        return ("rma(", given[0], f", {bars})")
    return (
        ("ema(", given[0], f", {2 * bars // weight - 1})")
        if weight < bars and 2 * bars % weight == 0
        else None
    )


def _moved(source: Source, given: list[Span]) -> tuple[Part, ...] | None:
    kind = METASTOCK_AVERAGES.get(source.words(given[2]).lower()) if len(given) == 3 else None
    return (f"{kind}(", given[0], ", ", given[1], ")") if kind else None


def _band(output: str) -> Callable[[Source, list[Span]], tuple[Part, ...] | None]:
    def parts(source: Source, given: list[Span]) -> tuple[Part, ...] | None:
        kept = [given[0], given[1], given[-1]] if len(given) in {3, 4} else []
        if not kept or (len(given) == 4 and source.words(given[2]).lower() not in {"s", "simple"}):
            return None
        return ("bbands(", kept[0], ", ", kept[1], ", ", kept[2], ", ", kept[2], f").{output}")

    return parts


def _other_symbol(source: Source, given: list[Span]) -> tuple[Part, ...] | None:
    letter = source.words(given[1]).strip("\"'").lower() if len(given) == 2 else ""
    return ("sym(", given[0], f", {FIELD_NAMES[letter]})") if letter in FIELD_NAMES else None


def _days(sign: str) -> Callable[[Source, list[Span]], tuple[Part, ...] | None]:
    def parts(_source: Source, given: list[Span]) -> tuple[Part, ...] | None:
        if len(given) != 2:
            return None
        return ("every((", given[0], f") {sign} (", given[0], ")[1], ", given[1], ")")

    return parts


_OTHER_CALLS: dict[str, Callable[[Source, list[Span]], tuple[Part, ...] | None]] = {
    "sma": _smoothed,
    "mov": _moved,
    "bbandtop": _band("upper"),
    "bbandbot": _band("lower"),
    "foreign": _other_symbol,
    "upnday": _days(">"),
    "downnday": _days("<"),
    "nday": lambda _, given: (
        ("every(", given[0], " > ", given[1], ", ", given[2], ")") if len(given) == 3 else None
    ),
    "between": lambda _, given: (given[1], " <= ", given[0], " <= ", given[2]) if len(given) == 3 else None,
    "longcross": lambda _, given: (
        (
            "(cross_above(",
            given[0],
            ", ",
            given[1],
            ") and every(",
            given[0],
            " < ",
            given[1],
            ", ",
            given[2],
            ")[1])",
        )
        if len(given) == 3
        else None
    ),
}


def named_lines(source: Source) -> Iterator[Phrase]:
    """``trend = …`` and ``TREND: …``, which name a line in other programs."""
    own = set(re.findall(r"([a-z_]\w*)\s*:=", source.plain, re.IGNORECASE))
    for match in re.finditer(r"(?:^|[\n;])[ \t]*([A-Za-z_]\w*)[ \t]*(=(?!=)|:(?!=))", source.plain):
        name = match[1].lower()
        if name in FIELD_NAMES or name in own or index.find(name) is not None or name in KEYWORDS:
            continue
        span = Span(match.start(1), match.end())
        if name in {"buy", "sell", "short", "cover", "filter"}:
            message = "The last line is the condition itself and has no name here."
            yield Phrase(span, message, ("",))
        else:
            message = f"'{match[2]}' does not name a line; ':=' does."
            yield Phrase(span, message, (f"{match[1]} :=",), is_certain=match[2] == ":")
