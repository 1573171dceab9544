"""The formulas of one scan: a single one in the ordinary case, several with names otherwise; no Qt."""

from __future__ import annotations

from collections.abc import Mapping


class FormulaSet:
    """The formulas in their order, and which of them is shown in the editor."""

    def __init__(self) -> None:
        self._names = [""]
        self._texts = [""]
        self.shown = 0

    @property
    def is_several(self) -> bool:
        """Whether there is more than one."""
        return len(self._names) > 1

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in order; a single formula needs none."""
        return tuple(self._names)

    @property
    def text(self) -> str:
        """The text that is shown."""
        return self._texts[self.shown]

    def keep(self, text: str) -> None:
        """Take what the editor says for the one that is shown."""
        self._texts[self.shown] = text

    def mapping(self) -> dict[str, str]:
        """Return the several formulas, name to text; nothing when there is one."""
        return dict(zip(self._names, self._texts, strict=True)) if self.is_several else {}

    def fill(self, formulas: Mapping[str, str], single: str) -> None:
        """Hold these, or the single one where there are none; the first is shown."""
        held = dict(formulas) or {"": single}
        self._names, self._texts, self.shown = list(held), list(held.values()), 0

    def show(self, place: int) -> None:
        """Show the formula of that place."""
        self.shown = place

    def add(self) -> None:
        """Add an empty formula and show it; the single one gets a name, too."""
        self._names[0] = self._names[0] or "f1"
        number = len(self._names) + 1
        while f"f{number}" in self._names:
            number += 1
        self._names.append(f"f{number}")
        self._texts.append("")
        self.shown = len(self._names) - 1

    def remove(self, place: int) -> None:
        """Drop a formula; the last one stays."""
        if self.is_several:
            del self._names[place], self._texts[place]
            self.shown = max(0, min(self.shown - (place < self.shown), len(self._names) - 1))

    def rename(self, place: int, name: str) -> bool:
        """Call a formula otherwise, unless the name is empty or another's; tell whether it is so now."""
        wanted = name.strip()
        if not wanted or wanted in self._names[:place] + self._names[place + 1 :]:
            return False
        self._names[place] = wanted
        return True
