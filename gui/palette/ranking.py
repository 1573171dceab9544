"""How well a few letters fit a text: letters in order, better at the beginnings of words and side by side. No Qt.

1. What was typed is cut at blanks; each part must be found by itself, in any order.
2. A part fits a text when its letters come in it in their order. Of all ways to find them the best one counts: a letter
   at the beginning of the text or of a word is worth most, one beside the letter before it more than one alone.
3. A part that does not fit so may still be a piece of the further words (the menu, a description), for little.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# The worth of one letter by where it is found.
AT_START, AT_WORD, BESIDE, ALONE = 12, 9, 10, 1
WHOLE_WORD = 6
# Letters that are worth less on average are strewn over the text by accident.
LEAST = 4
IN_FURTHER_WORDS = 3
# A letter that is skipped costs little: of two texts the one with less around the letters comes first.
SKIPPED = 0.05
_WORST = float("-inf")


@dataclass(frozen=True, slots=True)
class Fit:
    """How well it fits, and at which places of the text the letters are."""

    score: float
    places: tuple[int, ...] = ()


def fit(typed: str, text: str, further: str = "") -> Fit | None:
    """Return how well what was typed fits a text, None where it does not."""
    score, places = 0.0, set[int]()
    for part in typed.casefold().split():
        found = _best(part, text)
        if found is None and part in further.casefold():
            found = Fit(IN_FURTHER_WORDS)
        if found is None:
            return None
        score += found.score
        places.update(found.places)
    return Fit(score - SKIPPED * max(0, len(text) - len(places)), tuple(sorted(places)))


def _best(part: str, text: str) -> Fit | None:
    """Return the best way to find the letters of ``part`` in their order.

    Row by row: the worth of the letters so far, the last of them at each place, and where the one before it was.
    """
    folded = "".join(letter.casefold()[:1] or letter for letter in text)
    size = len(folded)
    before = [0.0] * size
    came_from: list[list[int]] = []
    for number, letter in enumerate(part):
        row, origin = [_WORST] * size, [-1] * size
        best, best_at = (0.0, -1) if number == 0 else (_WORST, -1)
        for place in range(size):
            if number and place and before[place - 1] > best:
                best, best_at = before[place - 1], place - 1
            if folded[place] != letter or best == _WORST:
                continue
            row[place], origin[place] = best + _worth(folded, place, beside=False), best_at
            if number and before[place - 1] != _WORST and place:
                joined = before[place - 1] + _worth(folded, place, beside=True)
                if joined > row[place]:
                    row[place], origin[place] = joined, place - 1
        came_from.append(origin)
        before = row
    if not size or max(before) < LEAST * len(part):
        return None
    end = max(range(size), key=before.__getitem__)
    places = _walk_back(came_from, end)
    return Fit(before[end] + _bonus(folded, places), tuple(places))


def _worth(text: str, place: int, *, beside: bool) -> float:
    if place == 0:
        return AT_START
    if beside:
        return BESIDE
    return ALONE if text[place - 1].isalnum() else AT_WORD


def _walk_back(came_from: list[list[int]], end: int) -> list[int]:
    places = [end]
    for origin in reversed(came_from[1:]):
        places.append(origin[places[-1]])
    return places[::-1]


def _bonus(text: str, places: Iterable[int]) -> float:
    """Return more for letters that are a whole word."""
    found = list(places)
    first, last = found[0], found[-1]
    is_whole = last - first == len(found) - 1 and not (first and text[first - 1].isalnum())
    return WHOLE_WORD if is_whole and (last + 1 == len(text) or not text[last + 1].isalnum()) else 0
