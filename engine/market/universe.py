"""What a list of symbols is: how it is typed, what its lines mean, which names a universe holds.

Symbols are text and stay as they are: ``005930``, ``NO`` and ``NA`` are names like any other. Not here:
reading a list from a file (``engine.data.symbol_list``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.errors import JobError, closest

_LISTED = 10


def parse_symbols(text: str) -> tuple[str, ...]:
    """Return the symbols of ``A,B`` (white space round them does not count), each once, in order."""
    return unique(name.strip() for name in text.split(","))


def parse_symbol_lines(text: str) -> tuple[str, ...]:
    """Return the symbols of a list with one or more, comma separated, to a line.

    A ``#`` at a line's start or after white space begins a comment; empty lines and a byte order mark do not
    count.
    """
    lines = (_without_comment(line) for line in text.removeprefix("\ufeff").splitlines())
    return unique(name.strip() for line in lines for name in line.split(","))


def unique(symbols: Iterable[str]) -> tuple[str, ...]:
    """Return the symbols that are not empty, each once, in the order of their first place."""
    return tuple(dict.fromkeys(symbol for symbol in symbols if symbol))


def choose_symbols(wanted: Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    """Return the universe of a job: the wanted symbols, or all known ones for None.

    Raises JobError with one sentence that lists the wanted names that are not known, each with the nearest
    one that is.
    """
    if wanted is None:
        return tuple(known)
    chosen = unique(wanted)
    if not chosen:
        raise JobError((("symbols", "The list of symbols is empty: name at least one, or leave it out."),))
    there = frozenset(known)
    missing = [symbol for symbol in chosen if symbol not in there]
    if missing:
        raise JobError((("symbols", _unknown_sentence(missing, known)),))
    return chosen


def _without_comment(line: str) -> str:
    for place, letter in enumerate(line):
        if letter == "#" and (place == 0 or line[place - 1].isspace()):
            return line[:place]
    return line


def _unknown_sentence(missing: Sequence[str], known: Sequence[str]) -> str:
    names = []
    for name in missing[:_LISTED]:
        near = closest(name, known)
        names.append(f"'{name}' (did you mean '{near}'?)" if near else f"'{name}'")
    listed = ", ".join(names)
    if len(missing) > _LISTED:
        listed += f" and {len(missing) - _LISTED} more"
    what = "This symbol is" if len(missing) == 1 else f"These {len(missing)} symbols are"
    return f"{what} not in the data: {listed}."
