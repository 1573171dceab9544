"""The filter language: ``rsi<30 sector=Energy date>=2017-01 AAP`` becomes conditions and sentences.

1. ``_scan`` cuts the text at spaces outside quotes and brackets into *name operator value* or bare text.
2. ``find_column`` finds the column a name means: exactly, without regard to case and spaces, by the part
   before the bracket (``rsi`` for ``rsi(close, 14)``), by how it begins.
3. The column's kind reads the value. Bare text must be contained in the symbol.

All conditions must hold; ``|`` separates alternatives of a text. Bad conditions become problems with their
place in the text, the others still count. Not here: what a condition does to rows (``filter_terms``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.errors import Problem, UnknownNameError
from gui.results.columns import Kind, ResultColumn
from gui.results.filter_terms import NumberTerm, Term, TextTerm, TimeTerm, TruthTerm, UnknownTerm
from gui.results.filter_values import is_unknown, read_moment, read_number, read_truth
from gui.wording import Translate, as_written

_OPERATOR = re.compile(r"<=|>=|!=|<>|==|[<>=~≤≥≠]")
_SPELLINGS = {"==": "=", "<>": "!=", "≤": "<=", "≥": ">=", "≠": "!="}
_ALIASES = {"date": "timestamp", "time": "timestamp", "day": "timestamp", "price": "close"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One readable condition: as it was typed, how a chip shows it, and what it does."""

    typed: str
    text: str
    term: Term


@dataclass(frozen=True, slots=True)
class Filter:
    """What a text means: the conditions that can be used, and what is wrong with the others."""

    conditions: tuple[Condition, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    name: str
    op: str
    value: str
    start: int
    end: int


def parse_filter(text: str, columns: Sequence[ResultColumn], tr: Translate = as_written) -> Filter:
    """Read a filter text against the table's columns; never raises."""
    conditions: list[Condition] = []
    problems: list[Problem] = []
    for piece in _scan(text):
        try:
            shown, term = _read(piece, columns, tr)
            conditions.append(Condition(text[piece.start : piece.end], shown, term))
        except ValueError as error:
            problems.append(Problem(piece.start, piece.end, str(error)))
    return Filter(tuple(conditions), tuple(problems))


def _scan(text: str) -> Iterator[_Piece]:
    place = _skip_space(text, 0)
    while place < len(text):
        start = place
        name, place = _word(text, place, stop_at_operator=True)
        op, value = "", ""
        after_space = _skip_space(text, place)
        found = _OPERATOR.match(text, after_space)
        if found:
            op = _SPELLINGS.get(found.group(), found.group())
            value, place = _word(text, _skip_space(text, found.end()), stop_at_operator=False)
        yield _Piece(name, op, value, start, place)
        place = _skip_space(text, place)


def _skip_space(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def _word(text: str, place: int, *, stop_at_operator: bool) -> tuple[str, int]:
    """Read up to a space; quotes and brackets protect spaces and operators. An open quote runs to the end."""
    letters: list[str] = []
    quote = ""
    depth = 0
    while place < len(text):
        letter = text[place]
        if quote:
            quote = "" if letter == quote else quote
            letters.append(letter if quote else "")
        elif letter in "\"'":
            quote = letter
        elif depth == 0 and (letter.isspace() or (stop_at_operator and _OPERATOR.match(text, place))):
            break
        else:
            depth += (letter == "(") - (letter == ")" and depth > 0)
            letters.append(letter)
        place += 1
    return "".join(letters), place


def _read(piece: _Piece, columns: Sequence[ResultColumn], tr: Translate) -> tuple[str, Term]:
    if not piece.op:
        return piece.name, _bare(piece.name, columns, tr)
    if not piece.name:
        sentence = tr("A column's name is missing before '{op}': write for example close{op}10.")
        raise ValueError(sentence.format(op=piece.op))
    place = find_column(piece.name, columns, tr)
    column = columns[place]
    if not piece.value:
        sentence = tr("A value is missing after '{name}{op}'.")
        raise ValueError(sentence.format(name=piece.name, op=piece.op))
    return f"{column.title} {piece.op} {piece.value}", _term(place, column, piece.op, piece.value, tr)


def _bare(text: str, columns: Sequence[ResultColumn], tr: Translate) -> Term:
    texts = [place for place, column in enumerate(columns) if column.kind is Kind.TEXT]
    symbol = next((place for place in texts if columns[place].name == "symbol"), texts[0] if texts else None)
    if symbol is None:
        sentence = tr("There is no symbol to look for '{text}' in: write a column, an operator and a value.")
        raise ValueError(sentence.format(text=text))
    return TextTerm(symbol, "~", _alternatives(text))


def _alternatives(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.casefold().split("|") if word) or (text.casefold(),)


def _term(place: int, column: ResultColumn, op: str, value: str, tr: Translate) -> Term:
    if is_unknown(value) and op in ("=", "!="):
        return UnknownTerm(place, wanted=op == "=")
    match column.kind:
        case Kind.TEXT:
            return TextTerm(place, op, _alternatives(value))
        case Kind.NUMBER if op != "~":
            number = read_number(value, tr)
            # What is shown in percent is typed in percent.
            unit = 0.01 if column.is_share else 1.0
            return NumberTerm(place, op, unit * number.value, unit * number.half)
        case Kind.TIME if op != "~":
            return TimeTerm(place, op, *read_moment(value, tr))
        case Kind.TRUTH if op in ("=", "!="):
            return TruthTerm(place, wanted=read_truth(value, tr) == (op == "="))
    sentence = (
        tr("'{column}' can't be compared with '{op}': use = or !=.")
        if column.kind is Kind.TRUTH
        else tr("'{column}' can't be compared with '{op}': use <, <=, >, >=, = or !=.")
    )
    raise ValueError(sentence.format(column=column.title, op=op))


def find_column(name: str, columns: Sequence[ResultColumn], tr: Translate = as_written) -> int:
    """Return the place of the column that ``name`` means.

    Raises ValueError with a sentence when there is none, or more than one.
    """
    wanted = _normal(name)
    names = [_normal(column.name) for column in columns]
    titles = [_normal(column.title) for column in columns]
    alias = _ALIASES.get(wanted, wanted)
    for candidates in (
        [place for place, known in enumerate(names) if known == wanted],
        [place for place, known in enumerate(titles) if known == wanted],
        [place for place, known in enumerate(names) if known == alias],
        [place for place, known in enumerate(names) if known.partition("(")[0] == wanted],
        [place for place, known in enumerate(names) if known.startswith(wanted)],
        [place for place, known in enumerate(titles) if known.startswith(wanted)],
    ):
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            several = tr(" or ").join(f"'{columns[place].title}'" for place in candidates[:4])
            sentence = tr("'{name}' could be {several}: type more of the name.")
            raise ValueError(sentence.format(name=name, several=several))
    known_names = tuple(dict.fromkeys(column.title for column in columns))
    raise ValueError(str(UnknownNameError("column", name, known_names)))


def _normal(name: str) -> str:
    return "".join(name.casefold().split())
