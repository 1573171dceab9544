"""What the palette offers and what is found by the letters typed so far; which entry is current. No Qt.

Not here: how well letters fit (``ranking``), what entries there are and what happens when one is chosen.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from gui.palette.ranking import fit
from gui.wording import Translate, as_written

MOST_SHOWN = 60
MOST_SYMBOLS = 6
MOST_RECENT = 12
GO_TO = "go to "
# A symbol that is typed whole comes before every command; one that only begins so comes after those that fit well.
WHOLE_SYMBOL, BEGINNING = 60.0, 15.0
NOT_NOW = 30.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do; ``id`` says what, ``kind`` of what sort it is, ``keys`` its shortcut.

    ``is_on`` is whether a switch is on, None where it is none; ``further`` are words to be found by that are not shown.
    """

    id: str
    text: str
    kind: str = ""
    keys: str = ""
    further: str = ""
    is_available: bool = True
    is_on: bool | None = None

    @property
    def spoken(self) -> str:
        """The entry for screen readers."""
        parts = [self.text, self.kind, self.keys]
        if self.is_on is not None:
            parts.append("on" if self.is_on else "off")
        if not self.is_available:
            parts.append("not available now")
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and the places of its text that were typed."""

    entry: Entry
    places: tuple[int, ...] = ()


@dataclass(slots=True)
class PaletteState:
    """Entries, symbols and what was found; while nothing is typed, the entries that were used last come first."""

    found: tuple[Found, ...] = ()
    current: int = 0
    typed: str = ""
    _entries: tuple[Entry, ...] = ()
    _symbols: tuple[str, ...] = ()
    _folded: tuple[str, ...] = ()
    _recent: list[str] = field(default_factory=list)
    tr: Translate = as_written

    @property
    def entry(self) -> Entry | None:
        """The current entry."""
        return self.found[self.current].entry if self.found else None

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Offer these, and look again for what was typed."""
        self._entries = tuple(entries)
        self.look_for(self.typed)

    def set_symbols(self, symbols: Sequence[str]) -> None:
        """Offer to go to these symbols."""
        pairs = sorted((symbol.casefold(), symbol) for symbol in symbols)
        self._folded = tuple(folded for folded, _ in pairs)
        self._symbols = tuple(symbol for _, symbol in pairs)

    def look_for(self, typed: str) -> None:
        """Find what fits, the best first; of equals those that are available, and the usual order."""
        self.typed, self.current = typed, 0
        if not typed.strip():
            self.found = tuple(Found(entry) for entry in self._usual())
            return
        scored: list[tuple[float, Found]] = []
        for entry in self._entries:
            found = fit(typed, entry.text, f"{entry.kind} {entry.further}")
            if found is not None:
                score = found.score - (0.0 if entry.is_available else NOT_NOW)
                scored.append((score, Found(entry, found.places)))
        scored += self._symbols_like(typed)
        scored.sort(key=lambda pair: -pair[0])
        self.found = tuple(found for _, found in scored[:MOST_SHOWN])

    def move(self, by: int) -> None:
        """Make another entry the current one; the first follows on the last."""
        if self.found:
            self.current = (self.current + by) % len(self.found)

    def point_at(self, place: int) -> None:
        """Make the entry at that place the current one."""
        if 0 <= place < len(self.found):
            self.current = place

    def note_used(self, entry: Entry) -> None:
        """Offer it first the next time."""
        self._recent = [entry.id, *(each for each in self._recent if each != entry.id)][:MOST_RECENT]

    def _usual(self) -> list[Entry]:
        by_id = {entry.id: entry for entry in self._entries}
        recent = [by_id[each] for each in self._recent if each in by_id]
        return [*recent, *(entry for entry in self._entries if entry.id not in self._recent)]

    def _symbols_like(self, typed: str) -> list[tuple[float, Found]]:
        wanted = typed.casefold().strip()
        is_asked = wanted.startswith(GO_TO)
        wanted = wanted.removeprefix(GO_TO).strip()
        if not wanted:
            return []
        place = bisect_left(self._folded, wanted)
        words = self.tr("Go to {symbol}")
        places = _places(words, wanted)
        scored = []
        for number in range(place, min(place + MOST_SYMBOLS, len(self._folded))):
            if not self._folded[number].startswith(wanted):
                break
            is_whole = is_asked or self._folded[number] == wanted
            score = (WHOLE_SYMBOL if is_whole else BEGINNING) - (number - place)
            scored.append((score, Found(_symbol_entry(words, self._symbols[number]), places)))
        return scored


def _symbol_entry(words: str, symbol: str) -> Entry:
    return Entry(f"symbol:{symbol}", words.format(symbol=symbol), "Symbol")


def _places(words: str, wanted: str) -> tuple[int, ...]:
    begin = words.index("{symbol}")
    return tuple(range(begin, begin + len(wanted)))
