"""An explanation as texts: the rows of the tree, the verdict, and what to do when there is none.

Here: no Qt. Not here: the tree (``why_model``), the panel, and where explanations come from (the bridge).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.formula.explain import Reading
    from engine.scan.explain import WhyNot

HOLDS, FAILS, UNKNOWN = "✓", "✗", "?"
NOTHING = "–"
_MARKS = {True: HOLDS, False: FAILS, None: UNKNOWN}
_WORDS = {True: "holds", False: "fails", None: "unknown"}
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

    @property
    def spoken(self) -> str:
        """The line for a screen reader."""
        parts = [self.cells[0]]
        if self.is_condition:
            parts.append(_WORDS[self.truth])
        titles = zip(COLUMNS[2:], self.cells[2:], strict=True)
        parts += [f"{column.title.lower()} {cell}" for column, cell in titles if cell != NOTHING]
        return ", ".join(parts)


def rows_of(explanation: Explanation, counts: WhyNot | None = None) -> tuple[Row, ...]:
    """Return the tree: the conditions, below the names of the formulas where there are several."""
    alone = {} if counts is None else {_line(each.text): each.only_failing for each in counts.conditions}
    if len(explanation.formulas) == 1:
        return tuple(_row(reading, alone) for reading in explanation.formulas[0][1])
    return tuple(_formula_row(name, readings) for name, readings in explanation.formulas)


def verdict(explanation: Explanation) -> str:
    """Return the sentence above the tree."""
    where = f"{explanation.symbol}, {explanation.moment}"
    if explanation.is_last:
        where += " (last bar)"
    if len(explanation.formulas) > 1:
        held = [name for name, readings in explanation.formulas if truth_of(readings) is True]
        return f"{where}: {', '.join(held) or 'no formula'} matches."
    readings = explanation.formulas[0][1]
    truth = truth_of(readings)
    if truth is True:
        return f"{where}: a match."
    failing = [_line(reading.text) for reading in readings if reading.truth is False]
    if truth is None:
        return f"{where}: no match. {_counted(readings, None)} not known on this bar."
    if len(failing) == 1:
        return f"{where}: no match, because {failing[0]} fails."
    return f"{where}: no match. {len(failing)} of {len(readings)} conditions fail."


def truth_of(readings: tuple[Reading, ...]) -> bool | None:
    """Return whether all conditions hold: false as soon as one fails, unknown if one is not known."""
    truths = {reading.truth for reading in readings}
    return False if False in truths else None if None in truths else True


def counts_text(counts: WhyNot) -> str:
    """Return the line below the tree: where the universe stands on that day."""
    parts = [f"{counts.matches:,} of {counts.symbols:,} symbols match"]
    numbers = (
        (counts.fail_one, "fail one condition"),
        (counts.fail_more, "fail more"),
        (counts.unknown, "not known"),
        (counts.without_bar, "without a bar"),
        (counts.unreadable, "unreadable"),
    )
    parts += [f"{number:,} {words}" for number, words in numbers if number]
    return f"On {counts.day}: {', '.join(parts)}."


def only_this_text(explanation: Explanation, counts: WhyNot) -> str:
    """Return how many symbols fail exactly what this one fails, or nothing when it is not one condition."""
    if len(explanation.formulas) != 1:
        return ""
    failing = [reading for reading in explanation.formulas[0][1] if reading.truth is not True]
    if len(failing) != 1 or failing[0].truth is None:
        return ""
    for each in counts.conditions:
        if _line(each.text) == _line(failing[0].text):
            words = "1 symbol fails" if each.only_failing == 1 else f"{each.only_failing:,} symbols fail"
            return f"{words} exactly this one: {_line(each.text)}."
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


def _counted(readings: tuple[Reading, ...], truth: bool | None) -> str:
    count = sum(reading.truth is truth for reading in readings)
    return f"{count} of {len(readings)} conditions {'is' if count == 1 else 'are'}"


def _line(text: str) -> str:
    return " ".join(text.split())
