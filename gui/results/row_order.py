"""Which rows are shown and in which order, as one vector of row ids.

1. ``append`` tests only the new rows and puts those that pass at the end, in arrival order; ``unsorted``
   counts them while a sort is on.
2. ``rebuild`` tests all rows and sorts those that pass (``stable_order``).
3. Without a sort key the order is arrival order.

Not here: when a rebuild may run (``resort_pace``) and what a column's key is (``column_data``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gui.results.column_data import BoolArray, GrowingArray, RowIds
from gui.results.filter_terms import Term
from gui.results.stable_order import stable_order
from gui.results.store import ResultStore


@dataclass(frozen=True, slots=True)
class SortKey:
    """Order by one column."""

    column: int
    descending: bool = False


def clicked(keys: Sequence[SortKey], column: int, *, extend: bool) -> tuple[SortKey, ...]:
    """Return the sort after a click on a header: ascending, descending, then scan order.

    With ``extend`` the column is added to the other keys, turned or taken out; without, it stands alone.
    """
    old = next((key for key in keys if key.column == column), None)
    new = SortKey(column) if old is None else None if old.descending else SortKey(column, descending=True)
    if not extend:
        return () if new is None else (new,)
    if old is None:
        return (*keys, SortKey(column))
    return tuple(key for key in (new if key is old else key for key in keys) if key is not None)


class RowOrder:
    """The shown rows of a store."""

    def __init__(self, store: ResultStore) -> None:
        self._store = store
        self._rows: GrowingArray[np.int64] = GrowingArray(np.int64)
        self.keys: tuple[SortKey, ...] = ()
        self.terms: tuple[Term, ...] = ()
        self.unsorted = 0

    @property
    def rows(self) -> RowIds:
        """The ids of the shown rows, top to bottom; not a copy."""
        return self._rows.values

    @property
    def hidden(self) -> int:
        """How many rows the filter hides."""
        return self._store.row_count - len(self._rows)

    def passing(self, new: range) -> RowIds:
        """Return the ids among ``new`` that pass the filter."""
        return np.flatnonzero(self._mask(new.start, new.stop)) + new.start

    def append(self, rows: RowIds) -> None:
        """Show new rows at the end."""
        self._rows.extend(rows)
        if self.keys:
            self.unsorted += len(rows)

    def asks_for(self, names: Sequence[str]) -> bool:
        """Tell whether a sort key or a term of the filter reads one of these columns."""
        read = [key.column for key in self.keys] + [term.column for term in self.terms]
        return any(self._store.columns[column].name in names for column in read)

    def rebuild(self) -> None:
        """Filter and sort all rows anew."""
        rows = self.passing(range(self._store.row_count))
        fresh: GrowingArray[np.int64] = GrowingArray(np.int64)
        fresh.extend(self._sorted(rows))
        self._rows = fresh
        self.unsorted = 0

    def _mask(self, start: int, stop: int) -> BoolArray:
        mask = np.ones(stop - start, np.bool_)
        for term in self.terms:
            mask &= term.mask(self._store, start, stop)
        return mask

    def _sorted(self, rows: RowIds) -> RowIds:
        if not self.keys:
            return rows
        values = [self._store.data(key.column).sort_key(key.descending) for key in self.keys]
        if len(rows) == self._store.row_count:
            return stable_order(values)
        return rows[stable_order([each[rows] for each in values])]

    def positions(self, ids: RowIds) -> RowIds:
        """Return where these rows are shown, -1 for hidden ones."""
        place = np.full(self._store.row_count, -1, np.int64)
        place[self.rows] = np.arange(len(self._rows))
        return place[ids]

    def position(self, row_id: int) -> int:
        """Return where one row is shown, -1 for a hidden one."""
        found = np.flatnonzero(self.rows == row_id)
        return int(found[0]) if len(found) else -1
