"""Pine: names behind ``ta.`` and ``math.``, calls whose arguments differ, and the choice by ``?`` and ``:``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.formula.foreign.phrases import Part, Phrase, Source, calls
from engine.formula.functions import index
from engine.formula.names import PINE_NAMES, PINE_NOTES
from engine.formula.tree import Span


def pine_names(source: Source) -> Iterator[Phrase]:
    """Yield ``ta.name`` and ``math.name``."""
    for match in re.finditer(r"(?<![\w.])(ta|math)\.([A-Za-z_]\w*)", source.plain, re.IGNORECASE):
        name, span = match[2].lower(), Span(*match.span())
        ours = PINE_NAMES.get(name)
        if ours is None and name not in PINE_NOTES and index.find(name) is not None:
            yield Phrase(
                span, f"Names stand alone here, without Pine's {match[1]}.", (name,), is_certain=True
            )
        else:
            note = PINE_NOTES.get(
                name, f"There is no {name} here: the list of functions has what comes closest."
            )
            message = f"Pine's {match[0]} has another name here." if ours else f"This is Pine. {note}"
            yield Phrase(span, message, (ours,) if ours else None, is_certain=True)


def pine_calls(source: Source) -> Iterator[Phrase]:
    """Yield calls whose arguments differ from ours."""
    for match, span, given in calls(
        source, r"(?:ta|math)\.(?:bb|linreg|pow|rising|falling|sar|stoch|cci|mfi)"
    ):
        name = match[0].strip().lower().partition(".")[2]
        if (parts := _pine_parts(name, source, given)) is not None:
            yield Phrase(
                span, f"Pine's {match[0].strip()} is written otherwise here.", parts, is_certain=True
            )
    for _, span, given in calls(source, r"request\.security"):
        if len(given) == 3:
            inner: tuple[Part, ...] = (given[2],)
            frame = _PINE_FRAMES.get(source.words(given[1]).strip("\"'"))
            inner = ('tf("', frame, '", ', *inner, ")") if frame else inner
            if "tickerid" not in source.words(given[0]) and source.words(given[0])[:1] in {'"', "'"}:
                inner = ("sym(", given[0], ", ", *inner, ")")
            yield Phrase(span, "Other symbols and timeframes are read by sym and tf.", inner, is_certain=True)
    for match, span, _ in calls(source, r"input(?:\.\w+)?"):
        words = (
            f"A value from outside is a parameter: write :name for {match[0].strip()} and give it a value."
        )
        yield Phrase(span, words)


_PINE_FRAMES = {
    "W": "W",
    "1W": "W",
    "M": "M",
    "1M": "M",
    "60": "1h",
    "240": "4h",
    "5": "5m",
    "15": "15m",
    "30": "30m",
}


def _pine_parts(  # noqa: PLR0911  one return per call
    name: str, source: Source, given: list[Span]
) -> tuple[Part, ...] | None:
    words = [source.words(each) for each in given]
    if name == "bb" and len(given) == 3:
        return ("bbands(", given[0], ", ", given[1], ", ", given[2], ", ", given[2], ")")
    if name == "linreg" and len(given) == 3 and words[2] == "0":
        return ("linearreg(", given[0], ", ", given[1], ")")
    if name == "pow" and len(given) == 2:
        return ("(", given[0], ") ^ (", given[1], ")")
    if name in {"rising", "falling"} and len(given) == 2:
        return (
            "every((",
            given[0],
            f") {'>' if name == 'rising' else '<'} (",
            given[0],
            ")[1], ",
            given[1],
            ")",
        )
    if name == "sar" and len(given) == 3 and words[0] == words[1]:
        return ("sar(", given[0], ", ", given[2], ")")
    if name == "stoch" and words[:3] == ["close", "high", "low"] and len(given) == 4:
        return ("stochf(", given[3], ", 1).k")
    if name in {"cci", "mfi"} and len(given) == 2 and words[0] == "hlc3":
        return (f"{name}(", given[1], ")")
    return None


def _begins_at(plain: str, at: int) -> bool:
    """Tell whether a value begins at a place: after a bracket, a comma, a line, ``:=`` or a single ``=``."""
    before = plain[at - 1]
    is_single = before == "=" and plain[at : at + 1] != "=" and (at == 1 or plain[at - 2] not in "=<>!")
    return is_single or before in "([,;\n?:"


def ternaries(source: Source) -> Iterator[Phrase]:
    """``condition ? one : other``, of which Pine and JavaScript make one value."""
    marks = [at for at, character in enumerate(source.plain) if character == "?"]
    for at in marks[:20]:
        start = at
        while start > 0 and not _begins_at(source.plain, start):
            start = source.opening.get(start - 1, start - 1)
        end = at + 1
        colon = None
        while end < len(source.plain) and source.plain[end] not in ")],;\n":
            if source.plain[end] == ":" and colon is None and source.plain[end + 1 : end + 2] != "=":
                colon = end
            end = source.closing.get(end, end) + 1
        message = "A choice between two values is a function here."
        if colon is None or "?" in source.plain[at + 1 : colon]:
            yield Phrase(Span(at, at + 1), f"{message} Write iif(condition, one, other).", is_certain=True)
            continue
        parts = ("iif(", Span(start, at), ", ", Span(at + 1, colon), ", ", Span(colon + 1, end), ")")
        lead = len(source.plain[start:at]) - len(source.plain[start:at].lstrip())
        yield Phrase(Span(start + lead, end), message, parts, is_certain=True)
