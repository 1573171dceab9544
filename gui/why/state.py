"""An explanation as texts: the rows of the tree, the verdict, and what to do when there is none.

Here: no Qt. Not here: the tree (``why_model``), the panel, and where explanations come from (the bridge).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.wording import Translate

if TYPE_CHECKING:
    from engine.formula.explain import Reading
    from engine.scan.explain import WhyNot

HOLDS, FAILS, UNKNOWN = "✓", "✗", "?"
NOTHING = "–"
_MARKS = {True: HOLDS, False: FAILS, None: UNKNOWN}
_PRECISE = 1000.0
_WHOLE = 100_000.0

EMPTY_TEXT = (
    "Run a scan and choose a row: each condition of the formula stands here, with its value on the row's bar.\n"
    "Move over the chart for any other bar, or type a symbol above to see why it does not match."
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the formulas of a scan say on one symbol's bar: name of the formula (or "") and its conditions."""

    symbol: str
    moment: str
    is_last: bool
    formulas: tuple[tuple[str, tuple[Reading, ...]], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the tree: its title and what the title means."""

    title: str
    meaning: str


COLUMNS = (
    Column("Condition", "What the formula asks for; open a row to see what it is made of"),
    Column("Holds", "✓ true on this bar, ✗ false, ? not known, which never matches"),
    Column("Value", "The value on this bar, the left side of a comparison"),
    Column("Threshold", "The right side of a comparison"),
    Column(
        "Distance", "How far the condition is from changing: positive while it holds, negative while it fails"
    ),
    Column("Only this fails", "Symbols on the same day that fail this condition and no other"),
)
COUNT_COLUMN = len(COLUMNS) - 1


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tree; ``has_conditions`` says that what it is made of is not numbers only."""

    cells: tuple[str, ...]
    truth: bool | None
    is_condition: bool
    rows: tuple[Row, ...] = ()

    @property
    def has_conditions(self) -> bool:
        """Whether a condition stands below it."""
        return any(row.is_condition for row in self.rows)

    def spoken(self, tr: Translate) -> str:
        """Return the line for a screen reader."""
        parts = [self.cells[0]]
        if self.is_condition:
            parts.append({True: tr("holds"), False: tr("fails"), None: tr("unknown")}[self.truth])
        titles = zip(COLUMNS[2:], self.cells[2:], strict=True)
        parts += [f"{tr(column.title).lower()} {cell}" for column, cell in titles if cell != NOTHING]
        return ", ".join(parts)


def rows_of(explanation: Explanation, counts: WhyNot | None = None) -> tuple[Row, ...]:
    """Return the tree: the conditions, below the names of the formulas where there are several."""
    alone = {} if counts is None else {_line(each.text): each.only_failing for each in counts.conditions}
    if len(explanation.formulas) == 1:
        return tuple(_row(reading, alone) for reading in explanation.formulas[0][1])
    return tuple(_formula_row(name, readings) for name, readings in explanation.formulas)


def verdict(explanation: Explanation, tr: Translate) -> str:
    """Return the sentence above the tree."""
    where = f"{explanation.symbol}, {explanation.moment}"
    if explanation.is_last:
        where = tr("{where} (last bar)").format(where=where)
    if len(explanation.formulas) > 1:
        held = [name for name, readings in explanation.formulas if truth_of(readings) is True]
        names = ", ".join(held) or tr("no formula")
        return tr("{where}: {names} matches.").format(where=where, names=names)
    readings = explanation.formulas[0][1]
    truth = truth_of(readings)
    if truth is True:
        return tr("{where}: a match.").format(where=where)
    failing = [_line(reading.text) for reading in readings if reading.truth is False]
    if truth is None:
        unknown = sum(reading.truth is None for reading in readings)
        words = (
            tr("{where}: no match. 1 of {all} conditions is not known on this bar.")
            if unknown == 1
            else tr("{where}: no match. {n} of {all} conditions are not known on this bar.")
        )
        return words.format(where=where, n=unknown, all=len(readings))
    if len(failing) == 1:
        return tr("{where}: no match, because {failing} fails.").format(where=where, failing=failing[0])
    words = tr("{where}: no match. {n} of {all} conditions fail.")
    return words.format(where=where, n=len(failing), all=len(readings))


def truth_of(readings: tuple[Reading, ...]) -> bool | None:
    """Return whether all conditions hold: false as soon as one fails, unknown if one is not known."""
    truths = {reading.truth for reading in readings}
    return False if False in truths else None if None in truths else True


def counts_text(counts: WhyNot, tr: Translate) -> str:
    """Return the line below the tree: where the universe stands on that day."""
    numbers = (
        (counts.fail_one, tr("{n} fail one condition")),
        (counts.fail_more, tr("{n} fail more")),
        (counts.unknown, tr("{n} not known")),
        (counts.without_bar, tr("{n} without a bar")),
        (counts.unreadable, tr("{n} unreadable")),
    )
    matches = tr("{n} of {all} symbols match").format(n=f"{counts.matches:,}", all=f"{counts.symbols:,}")
    parts = [matches, *(words.format(n=f"{number:,}") for number, words in numbers if number)]
    return tr("On {day}: {counts}.").format(day=counts.day, counts=", ".join(parts))


def only_this_text(explanation: Explanation, counts: WhyNot, tr: Translate) -> str:
    """Return how many symbols fail exactly what this one fails, or nothing when it is not one condition."""
    if len(explanation.formulas) != 1:
        return ""
    failing = [reading for reading in explanation.formulas[0][1] if reading.truth is not True]
    if len(failing) != 1 or failing[0].truth is None:
        return ""
    for each in counts.conditions:
        if _line(each.text) == _line(failing[0].text):
            words = (
                tr("1 symbol fails exactly this one: {condition}.")
                if each.only_failing == 1
                else tr("{n} symbols fail exactly this one: {condition}.")
            )
            return words.format(n=f"{each.only_failing:,}", condition=_line(each.text))
    return ""


def number_text(value: float | None) -> str:
    """Return a number with as many digits as one can use; – where it is not known."""
    if value is None:
        return NOTHING
    size = abs(value)
    if size >= _WHOLE:
        return f"{value:,.0f}"
    return f"{value:,.2f}".removesuffix(".00") if size >= _PRECISE else f"{value:.5g}"


def walk(rows: tuple[Row, ...]) -> Iterator[Row]:
    """Yield every row, from the top down."""
    for row in rows:
        yield row
        yield from walk(row.rows)


def _row(reading: Reading, alone: dict[str, int]) -> Row:
    text = _line(reading.text)
    inner = tuple(_row(part, {}) for part in reading.parts)
    if reading.kind == "number":
        cells = (text, NOTHING, number_text(reading.value), NOTHING, NOTHING, NOTHING)
        return Row(cells, None, is_condition=False, rows=inner)
    left = reading.parts[0].value if reading.distance is not None and reading.parts else None
    cells = (
        text,
        _MARKS[reading.truth],
        number_text(left),
        number_text(reading.threshold),
        _distance(reading),
        f"{alone[text]:,}" if text in alone else NOTHING,
    )
    return Row(cells, reading.truth, is_condition=True, rows=inner)


def _formula_row(name: str, readings: tuple[Reading, ...]) -> Row:
    truth = truth_of(readings)
    cells = (name, _MARKS[truth], NOTHING, NOTHING, NOTHING, NOTHING)
    return Row(cells, truth, is_condition=True, rows=tuple(_row(reading, {}) for reading in readings))


def _distance(reading: Reading) -> str:
    if reading.distance is None:
        return NOTHING
    sign = "+" if reading.distance >= 0 else "−"
    text = f"{sign}{number_text(abs(reading.distance))}"
    if reading.percent is None:
        return text
    percent = "−" if reading.percent < 0 else "+"
    return f"{text} ({percent}{abs(reading.percent):,.1f} %)"


def _line(text: str) -> str:
    return " ".join(text.split())
