"""Arrays that were computed for earlier texts, up to a limit of memory.

Arrays go by term, all blocks of one together: what the present text needs is never dropped for its own sake, for it
would be needed again with the next key. So where it does not fit, the rest of it is not kept. Memory for all blocks of
a term is asked for in one piece, which the system gives in huge pages: page by page it took a sixth of an edit's time.
Not here: what is computed (``values``).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.scan.window import MatchWindow

# A term's number, and the window on which it was computed; None for all bars.
Wanted: TypeAlias = tuple[int, MatchWindow | None]


class ArrayStore:
    """Values by term and block, of so many ``bars`` in all blocks."""

    def __init__(self, limit: int, bars: int) -> None:
        self.limit = limit
        self._bars = bars
        self.size = 0
        self._kept: OrderedDict[Wanted, dict[int, Any]] = OrderedDict()
        self._sizes: dict[Wanted, int] = {}
        self._needed: frozenset[Wanted] = frozenset()
        self._pieces: dict[tuple[int, int], NDArray[Any]] = {}

    def begin(self, needed: Iterable[Wanted]) -> None:
        """Keep what these terms have, whatever else must go."""
        self._needed = frozenset(needed)
        self._pieces.clear()
        for wanted in self._needed:
            if wanted in self._kept:
                self._kept.move_to_end(wanted)

    def get(self, wanted: Wanted, block: int) -> Any:
        """Return a term's values over a block, None where they are not kept."""
        return self._kept.get(wanted, {}).get(block)

    def blank(self, part: tuple[int, int], rows: slice, dtype: DTypeLike) -> NDArray[Any]:
        """Return uninitialised memory for these rows of all; ``part`` is a term and which of its outputs."""
        if part not in self._pieces:
            if not self._has_room(self._bars * np.dtype(dtype).itemsize):
                return np.empty(rows.stop - rows.start, dtype)
            self._pieces[part] = np.empty(self._bars, dtype)
        return self._pieces[part][rows]

    def put(self, wanted: Wanted, block: int, value: Any) -> None:
        """Keep a term's values over a block, if there is room or what is not needed makes room."""
        size = _size(value)
        if not self._has_room(size):
            return
        self._kept.setdefault(wanted, {})[block] = value
        self._sizes[wanted] = self._sizes.get(wanted, 0) + size
        self.size += size

    def clear(self) -> None:
        """Drop everything."""
        self._kept.clear()
        self._sizes.clear()
        self._pieces.clear()
        self.size = 0

    def _has_room(self, size: int) -> bool:
        """Tell whether so many bytes more can be kept, if what is not needed goes."""
        while self.size + size > self.limit and self._drop_oldest():
            pass
        return self.size + size <= self.limit

    def _drop_oldest(self) -> bool:
        oldest = next((wanted for wanted in self._kept if wanted not in self._needed), None)
        if oldest is None:
            return False
        del self._kept[oldest]
        self.size -= self._sizes.pop(oldest)
        return True


def _size(value: Any) -> int:
    return sum(_size(each) for each in value) if isinstance(value, tuple) else int(value.nbytes)
