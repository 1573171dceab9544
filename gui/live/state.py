"""What the live strip says, without Qt: a row for each condition, and the sentences around them.

A row counts either the bars of the scan's dates on which its condition holds, or the symbols on whose last bar it
does. Not here: counting (the engine does) and painting (``strip``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from engine.scan.live.answer import ConditionCount, LiveAnswer, flattened

if TYPE_CHECKING:
    from engine.formula.dial import Dial

Unit = Literal["bars", "symbols"]
Translate = Callable[[str], str]

MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One condition: how deep it stands, how many pass it of how many, and who fails nothing else."""

    text: str
    depth: int
    passing: int
    of: int
    only_failing: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.passing / self.of if self.of else 0.0


def unit_of(answer: LiveAnswer, *, last_bar: bool) -> Unit:
    """Return what is counted: symbols where that is wished, or where each has one bar anyway."""
    return "symbols" if last_bar or answer.bars <= answer.symbols else "bars"


def rows_of(answer: LiveAnswer, unit: Unit) -> tuple[ConditionRow, ...]:
    """Return the rows, the parts of a condition under it."""
    return tuple(_row(depth, each, answer, unit) for depth, each in flattened(answer.conditions))


def _row(depth: int, condition: ConditionCount, answer: LiveAnswer, unit: Unit) -> ConditionRow:
    passing, of = (condition.bars, answer.bars) if unit == "bars" else (condition.symbols, answer.symbols)
    return ConditionRow(" ".join(condition.text.split()), depth, passing, of, condition.only_failing)


def count_text(row: ConditionRow) -> str:
    """Return the count as it stands at the end of a row: ``76,210 · 1.2 %``."""
    return f"{row.passing:,} · {percent_text(row.share)}"


def percent_text(share: float) -> str:
    """Return a share in percent; what is there is never 0, and what is missing never 100."""
    if 0 < share < 0.0005:
        return "<0.1 %"
    if 0.9995 < share < 1:
        return ">99.9 %"
    return f"{100 * share:.1f} %" if 0 < share < 1 else f"{100 * share:.0f} %"


def spoken(row: ConditionRow, unit: Unit, tr: Translate) -> str:
    """Return a row in words, for screen readers and as its tip."""
    what = {
        "bars": tr("{text}: holds on {n} of {of} bars, {percent}"),
        "symbols": tr("{text}: holds on the last bar of {n} of {of} symbols, {percent}"),
    }[unit]
    said = what.format(text=row.text, n=f"{row.passing:,}", of=f"{row.of:,}", percent=percent_text(row.share))
    if not row.only_failing:
        return said
    names = ", ".join(row.only_failing[:MOST_NAMES])
    if len(row.only_failing) > MOST_NAMES:
        names += " …"
    alone = tr("{n} symbols fail this one alone on their last bar: {names}")
    return f"{said}. {alone.format(n=f'{len(row.only_failing):,}', names=names)}"


def headline(answer: LiveAnswer, tr: Translate) -> str:
    """Return the first line: matches, symbols, and how long it took."""
    matches = tr("1 match") if answer.total == 1 else tr("{n} matches").format(n=f"{answer.total:,}")
    where = tr("in {some} of {all} symbols").format(
        some=f"{answer.matching_symbols:,}", all=f"{answer.universe:,}"
    )
    return f"{matches} {where} · {seconds_text(answer.seconds)}"


def seconds_text(seconds: float) -> str:
    """Return a time as people read it: ``83 ms``, ``1.2 s``."""
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def caption(answer: LiveAnswer, unit: Unit, tr: Translate) -> str:
    """Return what the rows count, how many symbols are nearly there, and how many cannot be answered for."""
    parts = [
        tr("Of {n} bars").format(n=f"{answer.bars:,}")
        if unit == "bars"
        else tr("Last bars of {n} symbols").format(n=f"{answer.symbols:,}")
    ]
    if answer.fail_one:
        parts.append(tr("{n} symbols fail one only").format(n=f"{answer.fail_one:,}"))
    if answer.without_answer:
        parts.append(tr("{n} not evaluable").format(n=f"{answer.without_answer:,}"))
    return " · ".join(parts)


def table_note(answer: LiveAnswer, tr: Translate) -> str:
    """Return what the line under the table says before its own count."""
    shown = answer.matches.num_rows
    if shown == answer.total:
        return tr("Live")
    return tr("Live: the newest {shown} of {n} matches").format(shown=f"{shown:,}", n=f"{answer.total:,}")


def turning(dial: Dial, before: Dial | None) -> Dial:
    """Return the dial to show for a number that is being turned: its ends stay where they were when it was taken."""
    if before is None or before.start != dial.start or before.step != dial.step:
        return dial
    if not before.low <= dial.value <= before.high:
        return dial
    return replace(dial, low=before.low, high=before.high)
