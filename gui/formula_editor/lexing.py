"""What the words of a half-typed formula are, good enough to colour and complete them.

Here: tokens, highlighting spans, the word and the call at a position, matching brackets, comment toggling.
Not here: whether the formula is right, which only the engine's parser decides. Offsets count characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

LONGEST_CALL = 1_000
KEYWORDS = frozenset({"and", "or", "not"})
CONSTANTS = frozenset({"true", "false"})

SpanKind = Literal["keyword", "function", "field", "name", "number", "text", "comment"]

_TOKEN = re.compile(
    r"""
      (?P<comment> (?://|\#) [^\n]* )
    | (?P<text> "[^"\n]*"? | '[^'\n]*'? )
    | (?P<number> (?: \d[\d_]* (?: \.[\d_]* )? | \.\d[\d_]* ) (?: [eE][+-]?\d+ )? )
    | (?P<parameter> :[A-Za-z_]\w* )
    | (?P<output> \.[A-Za-z_]\w* )
    | (?P<word> [A-Za-z_]\w* )
    | (?P<mark> [()\[\],;] )
    """,
    re.VERBOSE,
)
_NAMED_LINE = re.compile(r"(?:^|[;\n])[ \t]*([A-Za-z_]\w*)[ \t]*:=[ \t]*([^;\n]*)")
_WORD_HEAD = re.compile(r"[A-Za-z_]\w*\Z")
_WORD_TAIL = re.compile(r"\w*")
_COMMENT_HEAD = re.compile(r"([ \t]*)(?:#|//) ?")
_PAIRS = {"(": ")", "[": "]"}


class Token(NamedTuple):
    """A piece of the text; ``kind`` is the name of the group that found it."""

    kind: str
    start: int
    end: int
    text: str


class Span(NamedTuple):
    """A stretch of one line that is drawn in one colour."""

    start: int
    length: int
    kind: SpanKind


class Word(NamedTuple):
    """A name, or the beginning of one, and where it stands."""

    start: int
    end: int
    text: str


class Call(NamedTuple):
    """The innermost call around a position: its name and the number of the argument there, from 0."""

    name: str
    argument: int


class NamedLine(NamedTuple):
    """``name := expression`` as it is written."""

    name: str
    expression: str


class Replacement(NamedTuple):
    """New text for the characters ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names to colour, all in lower case."""

    functions: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()

    def kind_of(self, word: str) -> SpanKind | None:
        """Return how a word is coloured; an unknown one is plain, so that a slip shows while it is typed."""
        folded = word.lower()
        if folded in KEYWORDS:
            return "keyword"
        if folded in CONSTANTS:
            return "number"
        if folded in self.lines:
            return "name"
        if folded in self.functions:
            return "function"
        return "field" if folded in self.fields else None


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of ``text`` that mean something to the editor, in order."""
    for found in _TOKEN.finditer(text):
        yield Token(found.lastgroup or "", found.start(), found.end(), found.group())


def spans(line: str, vocabulary: Vocabulary) -> Iterator[Span]:
    """Yield the coloured stretches of one line."""
    for token in tokens(line):
        kind: SpanKind | None = None
        if token.kind == "comment":
            kind = "comment"
        elif token.kind == "text":
            kind = "text"
        elif token.kind == "number":
            kind = "number"
        elif token.kind == "parameter":
            kind = "name"
        elif token.kind == "output":
            kind = "field"
        elif token.kind == "word":
            kind = vocabulary.kind_of(token.text)
        if kind is not None:
            yield Span(token.start, token.end - token.start, kind)


def named_lines(text: str) -> tuple[NamedLine, ...]:
    """Return the named lines in order; those in comments do not count."""
    bare = re.sub(r"(?://|#)[^\n]*", "", text)
    return tuple(NamedLine(found[1], found[2].strip()) for found in _NAMED_LINE.finditer(bare))


def word_at(text: str, position: int) -> Word:
    """Return the name that touches ``position``; empty when there is none."""
    head = _WORD_HEAD.search(text[:position])
    start = position if head is None else head.start()
    tail = _WORD_TAIL.match(text, position)
    end = position if tail is None else tail.end()
    word = text[start:end]
    if not word or word[0].isdigit() or (start > 0 and text[start - 1].isalnum()):
        return Word(position, position, "")
    return Word(start, end, word)


def word_before(text: str, position: int) -> Word:
    """Return the part of a name that ends at ``position``: what completion goes by."""
    word = word_at(text, position)
    return Word(word.start, position, text[word.start : position])


def is_prose(text: str, position: int) -> bool:
    """Tell whether ``position`` is inside a comment or a quoted text, where nothing is completed."""
    line_start = text.rfind("\n", 0, position) + 1
    line_end = text.find("\n", position)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    column = position - line_start
    for token in tokens(line):
        if token.kind == "comment" and token.start < column:
            return True
        if token.kind == "text" and token.start < column:
            is_closed = len(token.text) > 1 and token.text[-1] == token.text[0]
            if column < token.end or not is_closed:
                return True
    return False


def call_at(text: str, position: int) -> Call | None:
    """Return the call whose brackets are open at ``position``, or None."""
    # Far enough back for any call that a person is still typing, and quick at the end of a long text.
    window = text.find("\n", max(position - LONGEST_CALL, 0), position) + 1 if position > LONGEST_CALL else 0
    text, position = text[window:], position - window
    open_calls: list[tuple[str, int]] = []
    previous = Token("", -1, -1, "")
    for token in tokens(text[:position]):
        if token.text in _PAIRS:
            is_call = (
                token.text == "(" and previous.kind == "word" and not text[previous.end : token.start].strip()
            )
            open_calls.append((previous.text if is_call else "", 0))
        elif token.text in {")", "]"} and open_calls:
            open_calls.pop()
        elif token.text == "," and open_calls:
            name, argument = open_calls[-1]
            open_calls[-1] = (name, argument + 1)
        elif token.text == ";":
            open_calls.clear()
        previous = token
    if previous.kind == "comment" and previous.end == position:
        return None
    for name, argument in reversed(open_calls):
        if name and name.lower() not in KEYWORDS:
            return Call(name, argument)
    return None


def bracket_pair(text: str, position: int) -> tuple[int, int] | None:
    """Return where the bracket beside ``position`` and its partner stand, or None."""
    if text[position : position + 1] not in {"(", "["} and text[max(position - 1, 0) : position] not in {
        ")",
        "]",
    }:
        return None
    opened: list[Token] = []
    for token in tokens(text):
        if token.text in _PAIRS:
            opened.append(token)
        elif token.text in {")", "]"}:
            if not opened or _PAIRS[opened[-1].text] != token.text:
                return None
            partner = opened.pop()
            if position in {partner.start, token.end}:
                return partner.start, token.start
    return None


def toggle_comments(text: str, start: int, end: int) -> Replacement:
    """Comment out the lines that ``start`` to ``end`` touch, or bring them back if all are comments."""
    first = text.rfind("\n", 0, start) + 1
    if end > start and text[end - 1] == "\n":
        end -= 1
    newline = text.find("\n", end)
    last = len(text) if newline < 0 else newline
    lines = text[first:last].split("\n")
    written = [line for line in lines if line.strip()]
    if written and all(_COMMENT_HEAD.match(line) for line in written):
        lines = [_COMMENT_HEAD.sub(r"\1", line, count=1) for line in lines]
    else:
        lines = [f"# {line}" if line.strip() or not written else line for line in lines]
    return Replacement(first, last, "\n".join(lines))
