"""What a foreign phrase is, and the text that it is found in: its words, its brackets, its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.formula.names import KEYWORDS
from engine.formula.tree import Span

DEEPEST = 64

# A replacement: words, and places in the text whose words stand there in translation.
Part = str | Span


@dataclass(frozen=True, slots=True)
class Phrase:
    """Foreign words at a place; ``parts`` are what they mean exactly, where that is known."""

    span: Span
    message: str
    parts: tuple[Part, ...] | None = None
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A text with its comments and quotes blanked out (``plain``) and its brackets in pairs."""

    text: str
    plain: str
    closing: dict[int, int] = field(default_factory=dict)
    opening: dict[int, int] = field(default_factory=dict)

    def arguments(self, opened: int) -> list[Span]:
        """Return the places between the commas of a bracket."""
        places, start, at = [], opened + 1, opened + 1
        end = self.closing[opened]
        while at < end:
            if self.plain[at] == ",":
                places.append(Span(start, at))
                start = at + 1
            at = self.closing.get(at, at) + 1
        places.append(Span(start, end))
        return [place for place in places if self.words(place)]

    def words(self, place: Span) -> str:
        """Return the words at a place as they are written."""
        return self.text[place.start : place.end].strip()

    def primary(self, start: int) -> Span | None:
        """Return the name, call or bracket that begins at or after ``start``."""
        match = re.compile(r"\s*([A-Za-z_]\w*\s*)?(?=(\(?))").match(self.plain, start)
        if match is None or (not match[1] and not match[2]) or (match[1] or "").strip().lower() in KEYWORDS:
            return None
        end = match.end()
        if match[2]:
            if end not in self.closing:
                return None
            end = self.closing[end] + 1
        return Span(start, end) if match[2] else Span(start, start + len(self.plain[start:end].rstrip()))

    def operand_before(self, end: int) -> Span:
        """Return what stands between ``end`` and the operator or bracket before it."""
        at = end
        while at > 0:
            at = self.opening.get(at - 1, at)
            if at > 0 and (
                self.plain[at - 1] in "([,;\n<>=" or _WORD_BEFORE.search(self.plain[max(at - 5, 0) : at])
            ):
                break
            at -= 1
        return Span(at, end)

    def operand_after(self, start: int) -> Span:
        """Return what stands between ``start`` and the operator or bracket after it."""
        at = start
        while at < len(self.plain):
            if self.plain[at] in ")],;\n<>=" or _WORD_AFTER.match(self.plain, at):
                break
            at = self.closing.get(at, at) + 1
        return Span(start, at)


_WORD_BEFORE = re.compile(r"(?<![A-Za-z0-9_])(?:and|or|not)\s\Z|(?:&&|\|\|)\Z", re.IGNORECASE)
_WORD_AFTER = re.compile(r"\s(?:and|or)(?![A-Za-z0-9_])|&&|\|\|", re.IGNORECASE)
_UNREAD = re.compile(r"//[^\r\n]*|#[^\r\n]*|\"[^\"\r\n]*\"|'[^'\r\n]*'")


def read(text: str) -> Source | None:
    """Return the text with its brackets paired, or None when it is nested too deeply to be worth it."""
    # An apostrophe as in "today's close" begins no quote.
    hidden = re.sub(r"(?<=[a-z])'s(?![A-Za-z])", " s", text)
    plain = _UNREAD.sub(lambda match: " " * len(match[0]), hidden)
    source = Source(text, plain)
    opened: list[int] = []
    for at, character in enumerate(plain):
        if character in "([":
            opened.append(at)
        elif character in ")]" and opened:
            start = opened.pop()
            source.closing[start], source.opening[at] = at, start
        if len(opened) > DEEPEST:
            return None
    return source


def calls(source: Source, pattern: str) -> Iterator[tuple[re.Match[str], Span, list[Span]]]:
    """Yield the calls whose name matches, each with its place and those of its arguments."""
    for match in re.finditer(rf"(?<![\w.])(?:{pattern})\s*(?=\()", source.plain, re.IGNORECASE):
        if match.end() in source.closing:
            yield match, Span(match.start(), source.closing[match.end()] + 1), source.arguments(match.end())
