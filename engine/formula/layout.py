"""Text to statements: tokens, brackets, and what a new line means.

:func:`split_statements` drops the new lines that mean nothing (inside brackets, after a binary operator, before
   one), cuts at those that do and at ``;``, and reports what no parser needs to see: foreign characters, brackets
   without a partner, too much nesting.

Not here: the tree (``parser``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import Problem
from engine.formula.syntax import Token

DEEPEST = 64

_OPERATORS = frozenset({"OR", "AND", "COMPARE", "TIMES", "DIVIDE", "MODULO", "POWER"})
_UNFINISHED = _OPERATORS | {"NOT", "PLUS", "MINUS", "ASSIGN"}
_PREFIXES = frozenset({"NOT", "PLUS", "MINUS"})
_OPENING = {"LPAR": "RPAR", "LSQB": "RSQB"}
_CLOSING = {"RPAR": "LPAR", "RSQB": "LSQB"}
_SHAPES = {"LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]"}

# What word processors and web pages put in place of plain characters, and what other languages write.
_PLAIN = {
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "*",
    "·": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "，": ",",
    "；": ";",
    "（": "(",
    "）": ")",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u3000": " ",
    "\u200b": "",
    "\ufeff": "",
    "&": "and",
    "|": "or",
    "{": "(",
    "}": ")",
}
_LOOK_ALIKES = dict(zip("асеіјорѕухһνο", "aceijopsyxhvo", strict=True))


@dataclass(frozen=True, slots=True)
class Statement:
    """The tokens between two separators; ``is_broken`` when its brackets already failed."""

    tokens: tuple[Token, ...]
    is_broken: bool


def split_statements(tokens: Sequence[Token]) -> tuple[list[Statement], list[Problem]]:
    """Return the statements that are not empty, and everything wrong or doubtful so far."""
    problems = [problem for token in tokens if (problem := _foreign(token)) is not None]
    if (too_deep := _too_deep(tokens)) is not None:
        return [], [*problems, too_deep]
    cutter = _Cutter(problems)
    for number, token in enumerate(tokens):
        cutter.take(token, tokens, number)
    cutter.finish()
    return cutter.statements, problems


class _Cutter:
    """Collects tokens into statements, with the brackets that are open."""

    def __init__(self, problems: list[Problem]) -> None:
        self.statements: list[Statement] = []
        self._problems = problems
        self._current: list[Token] = []
        self._open: list[Token] = []
        self._is_broken = False

    def take(self, token: Token, tokens: Sequence[Token], number: int) -> None:
        """Add ``token``, which is ``tokens[number]``, or cut."""
        if token.type == "NEWLINE":
            if self._ends_statement(tokens, number):
                self.finish()
        elif token.type == "SEMICOLON":
            self.finish()
        elif token.type in {"FOREIGN", "MISSPELT_NUMBER"}:
            self._is_broken = True
        else:
            self._note_bracket(token)
            self._current.append(token)

    def finish(self) -> None:
        """End the statement; brackets that are still open have no partner."""
        for token in self._open:
            self._report_open(token)
        if self._current or self._is_broken:
            self.statements.append(Statement(tuple(self._current), self._is_broken))
        self._current, self._open, self._is_broken = [], [], False

    def _note_bracket(self, token: Token) -> None:
        """Open or close; brackets inside a pair that closes are themselves left open."""
        if token.type in _OPENING:
            self._open.append(token)
            return
        if token.type not in _CLOSING:
            return
        partners = [opened for opened in self._open if opened.type == _CLOSING[token.type]]
        if partners:
            while self._open[-1] is not partners[-1]:
                self._report_open(self._open.pop())
            self._open.pop()
        elif self._open:
            self._is_broken = True
            opened = self._open.pop()
            wanted = _SHAPES[_OPENING[opened.type]]
            sentence = f"The bracket '{opened}' is closed by '{wanted}'."
            self._problems.append(_problem(token, sentence, fix=wanted))
        else:
            self._is_broken = True
            self._problems.append(_problem(token, f"This '{token}' closes nothing: remove it.", fix=""))

    def _report_open(self, token: Token) -> None:
        self._is_broken = True
        closing = _SHAPES[_OPENING[token.type]]
        sentence = f"This bracket is never closed: add '{closing}' where it ends."
        self._problems.append(_problem(token, sentence))

    def _ends_statement(self, tokens: Sequence[Token], number: int) -> bool:
        if self._open or not self._current or self._current[-1].type in _UNFINISHED:
            return False
        rest = range(number + 1, len(tokens))
        after = next((tokens[index] for index in rest if tokens[index].type != "NEWLINE"), None)
        if after is None or after.type in _OPERATORS:
            return False
        if after.type in {"PLUS", "MINUS"}:
            sentence = (
                f"A line that begins with '{after}' starts a new statement. To go on with the line before, "
                f"write the '{after}' at its end."
            )
            self._problems.append(_problem(after, sentence, severity="warning"))
        return True


def _too_deep(tokens: Sequence[Token]) -> Problem | None:
    """Count the nesting before anything recursive or quadratic sees the text."""
    depth = run = 0
    for token in tokens:
        if token.type in _OPENING:
            depth += 1
        elif token.type in _CLOSING:
            depth = max(depth - 1, 0)
        run = run + 1 if token.type in _PREFIXES else 0
        if depth + run > DEEPEST:
            sentence = (
                f"The formula is nested more than {DEEPEST} levels deep here: give inner parts a name, "
                "as in 'trend := sma(close, 200)' on a line before."
            )
            return _problem(token, sentence)
    return None


def _foreign(token: Token) -> Problem | None:
    if token.type == "MISSPELT_NUMBER":
        return _problem(
            token,
            f"'{token}' is neither a number nor a name: names begin with a letter, and 1_000 is a number.",
        )
    if token.type != "FOREIGN":
        return None
    character = str(token)
    if character in "\"'":
        return _problem(token, f"The text that begins here is not closed: add {character} where it ends.")
    fix = _PLAIN.get(character, _LOOK_ALIKES.get(character.casefold()))
    if fix is not None:
        if character in _PLAIN:
            named = f"'{fix}'" if fix.strip() else ("a plain blank" if fix else "nothing")
        else:
            named = f"the plain letter '{fix}'"
        return _problem(
            token, f"{_described(character)} has no meaning here: write {named} instead.", fix=fix
        )
    return _problem(token, f"{_described(character)} has no meaning in a formula: remove it.", fix="")


def _described(character: str) -> str:
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    if character.isascii() and character.isprintable():
        return f"'{character}'"
    return f"The character '{character}' ({name})" if character.isprintable() else f"The character {name}"


def _problem(token: Token, message: str, severity: str = "error", fix: str | None = None) -> Problem:
    return Problem(
        token.start_pos, token.end_pos, message, "warning" if severity == "warning" else "error", fix
    )
