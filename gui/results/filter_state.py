"""What the filter bar holds: chips that switch on and off, and the text being typed.

Here: the state and its rules, without Qt. Not here: the widgets (``filter_bar``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gui.results.columns import ResultColumn
from gui.results.filter_terms import Term
from gui.results.filter_text import Filter, parse_filter
from gui.wording import Translate, as_written


@dataclass(frozen=True, slots=True)
class Chip:
    """One kept condition, as it was typed; ``problem`` says why it can't be used on the present columns."""

    typed: str
    shown: str
    term: Term | None
    problem: str = ""
    on: bool = True


class FilterState:
    """Chips and typed text against the present columns; all conditions must hold."""

    def __init__(self, tr: Translate = as_written) -> None:
        self._tr = tr
        self._columns: tuple[ResultColumn, ...] = ()
        self._typed: Filter = Filter()
        self.text = ""
        self.chips: tuple[Chip, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """The conditions in force."""
        kept = [chip.term for chip in self.chips if chip.on and chip.term is not None]
        return (*kept, *(condition.term for condition in self._typed.conditions))

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each condition that isn't in force because it can't be read."""
        kept = [chip.problem for chip in self.chips if chip.on and chip.problem]
        return (*kept, *(problem.message for problem in self._typed.problems))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed and no chip is on."""
        return not self.text.strip() and not any(chip.on for chip in self.chips)

    def set_columns(self, columns: Sequence[ResultColumn]) -> None:
        """Read chips and text again against other columns."""
        self._columns = tuple(columns)
        self._typed = parse_filter(self.text, self._columns, self._tr)
        self.chips = tuple(replace(self._chip(chip.typed), on=chip.on) for chip in self.chips)

    def set_text(self, text: str) -> None:
        """Take what is typed."""
        self.text = text
        self._typed = parse_filter(text, self._columns, self._tr)

    def keep_text(self) -> bool:
        """Turn the typed conditions into chips; False, and nothing happens, while one can't be read."""
        if self._typed.problems or not self._typed.conditions:
            return False
        known = {chip.shown for chip in self.chips}
        fresh = [
            Chip(condition.typed, condition.text, condition.term)
            for condition in self._typed.conditions
            if condition.text not in known
        ]
        self.chips = (*self.chips, *fresh)
        self.set_text("")
        return True

    def switch(self, place: int, *, on: bool) -> None:
        """Switch a chip on or off."""
        chips = list(self.chips)
        chips[place] = replace(chips[place], on=on)
        self.chips = tuple(chips)

    def remove(self, place: int) -> None:
        """Take a chip away."""
        self.chips = self.chips[:place] + self.chips[place + 1 :]

    def clear(self) -> None:
        """Take all chips and the text away."""
        self.chips = ()
        self.set_text("")

    def _chip(self, typed: str) -> Chip:
        read = parse_filter(typed, self._columns, self._tr)
        if read.conditions:
            return Chip(typed, read.conditions[0].text, read.conditions[0].term)
        problem = read.problems[0].message if read.problems else ""
        return Chip(typed, typed, None, problem)
