"""The editor's logic without Qt: completion, problems and their fixes, what the lines below the text say.

Here: plain data in, plain data out. The widgets beside this module draw it. Offsets count characters; Qt
counts UTF-16 units, and ``to_units`` and ``from_units`` stand between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from engine.errors import Problem
from gui.formula_editor.lexing import Call, NamedLine, Word, is_prose, word_before
from gui.wording import Translate, as_written

MOST_COMPLETIONS = 500
AUTOMATIC_LETTERS = 2

EntryKind = Literal["function", "field", "keyword", "constant", "line"]
_KIND_ORDER: tuple[EntryKind, ...] = ("line", "field", "function", "keyword", "constant")


@dataclass(frozen=True, slots=True)
class CompletionEntry:
    """A name that can be typed; ``signature`` is the whole call, ``sma(series, n)``, or empty."""

    name: str
    signature: str = ""
    kind: EntryKind = "function"
    summary: str = ""

    @property
    def label(self) -> str:
        """What the list shows."""
        return self.signature or self.name


class Checked(Protocol):
    """What the editor reads of a checked formula; ``engine.formula`` gives it."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What makes the formula unusable."""

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is doubtful in it."""

    @property
    def canonical(self) -> str | None:
        """The normalised text, or None while there are problems."""

    @property
    def history(self) -> int:
        """How many bars the formula needs before its first value."""


class Insertion(NamedTuple):
    """What a chosen entry writes over ``start`` to ``end``; then the caret is ``caret`` after ``start``."""

    start: int
    end: int
    text: str
    caret: int


class Sentence(NamedTuple):
    """A problem's sentence around the words that can be clicked; ``link`` is empty when there is no fix."""

    before: str
    link: str
    after: str


class Signature(NamedTuple):
    """A signature around the argument that is being typed."""

    before: str
    current: str
    after: str


def to_units(text: str, offset: int) -> int:
    """Return the UTF-16 offset of a character offset."""
    head = text[:offset]
    return len(head) if head.isascii() else len(head.encode("utf-16-le", "surrogatepass")) // 2


def from_units(text: str, units: int) -> int:
    """Return the character offset of a UTF-16 offset."""
    if text.isascii():
        return min(units, len(text))
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "replace"))


def completions(
    prefix: str, entries: Iterable[CompletionEntry], *, anywhere: bool = True
) -> tuple[CompletionEntry, ...]:
    """Return the entries that fit ``prefix``: the name itself, names that begin so, names that hold it.

    Without a prefix that is all of them: own lines, fields, functions, and the rest.
    """
    folded = prefix.casefold()
    ranked = []
    for entry in entries:
        name = entry.name.casefold()
        if name == folded:
            rank = 0
        elif name.startswith(folded):
            rank = 1
        elif anywhere and folded in name:
            rank = 2
        else:
            continue
        nearness = len(name) if folded else _KIND_ORDER.index(entry.kind)
        ranked.append((rank, nearness if rank == 1 else 0, name, entry))
    ranked.sort(key=lambda row: row[:3])
    return tuple(entry for *_, entry in ranked[:MOST_COMPLETIONS])


def offered(
    text: str, position: int, entries: Sequence[CompletionEntry], lines: Iterable[NamedLine], *, asked: bool
) -> tuple[CompletionEntry, ...]:
    """Return what to offer at ``position``.

    Unasked, a list opens from two letters on, never in comments or quoted text, and not when nothing but the
    word itself could follow.
    """
    if is_prose(text, position):
        return ()
    word = word_before(text, position)
    is_output = word.start > 0 and text[word.start - 1] == "."
    is_digit_tail = word.text == "" and position > 0 and text[position - 1].isdigit()
    if is_output or is_digit_tail or (not asked and len(word.text) < AUTOMATIC_LETTERS):
        return ()
    own = {line.name: CompletionEntry(line.name, kind="line", summary=line.expression) for line in lines}
    own.pop(word.text, None)
    found = completions(
        word.text, (*own.values(), *entries), anywhere=asked or len(word.text) > AUTOMATIC_LETTERS
    )
    if not asked and all(entry.name.casefold() == word.text.casefold() for entry in found):
        return ()
    return found


def insertion(entry: CompletionEntry, word: Word, following: str) -> Insertion:
    """Return the edit for a chosen entry; a function brings its brackets, the caret goes between them."""
    if entry.kind != "function":
        return Insertion(word.start, word.end, entry.name, len(entry.name))
    if following.startswith("("):
        return Insertion(word.start, word.end, entry.name, len(entry.name) + 1)
    return Insertion(word.start, word.end, f"{entry.name}()", len(entry.name) + 1)


def shown_range(text: str, problem: Problem) -> tuple[int, int]:
    """Return the characters to underline: at least one, even for a problem at the end of the text."""
    start = min(max(problem.start, 0), len(text))
    end = min(max(problem.end, start), len(text))
    if text[start:end].strip():
        return start, end
    before = text.rstrip() if start >= len(text.rstrip()) else text[:start].rstrip()
    if before:
        return len(before) - 1, len(before)
    return start, min(max(end, start + 1), len(text))


def problem_at(problems: Sequence[Problem], position: int) -> Problem | None:
    """Return the problem that covers or touches ``position``, the narrowest first."""
    touching = [problem for problem in problems if problem.start <= position <= problem.end]
    return min(touching, key=lambda problem: problem.end - problem.start, default=None)


def next_problem(problems: Sequence[Problem], position: int, *, backwards: bool = False) -> Problem | None:
    """Return the problem after (or before) ``position``, going round at the end; None when there is none."""
    ordered = sorted(problems, key=lambda problem: (problem.start, problem.end), reverse=backwards)
    if not ordered:
        return None
    ahead = (p for p in ordered if (p.start < position if backwards else p.start > position))
    return next(ahead, ordered[0])


def sentence(problem: Problem, tr: Translate = as_written) -> Sentence:
    """Split a problem's message around its fix; a fix that it does not name follows it."""
    if problem.fix is None:
        return Sentence(problem.message, "", "")
    # A bare number may stand in the sentence for another reason, and is hard to hit.
    is_named = problem.fix[:1].isalpha()
    found = list(re.finditer(rf"(?<!\w){re.escape(problem.fix)}(?!\w)", problem.message)) if is_named else []
    if found:
        last = found[-1]
        return Sentence(problem.message[: last.start()], problem.fix, problem.message[last.end() :])
    wanted = tr("Change it to {fix}").format(fix=problem.fix) if problem.fix else tr("Remove it")
    return Sentence(f"{problem.message} ", wanted, "")


def place(text: str, problem: Problem, tr: Translate = as_written) -> str:
    """Return the problem's line for texts of more than one line, such as ``line 4``."""
    if "\n" not in text:
        return ""
    return tr("line {n}").format(n=text.count("\n", 0, problem.start) + 1)


def signature_parts(signature: str, call: Call) -> Signature:
    """Split a signature around the argument being typed; a last ``…`` stands for all that follow."""
    opening, closing = signature.find("("), signature.rfind(")")
    if opening < 0 or closing < opening:
        return Signature(signature, "", "")
    arguments = signature[opening + 1 : closing].split(",")
    number = call.argument
    if number >= len(arguments):
        repeats = arguments[-1].strip() in {"…", "..."}
        if not repeats:
            return Signature(signature, "", "")
        number = len(arguments) - 1
    current = arguments[number].strip()
    lead = arguments[number][: len(arguments[number]) - len(arguments[number].lstrip())]
    before = signature[: opening + 1] + "".join(f"{argument}," for argument in arguments[:number]) + lead
    return Signature(before, current, signature[len(before) + len(current) :])
