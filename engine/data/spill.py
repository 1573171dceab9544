"""Bars in one uncompressed Arrow file: how bars in memory reach workers without being copied to each.

Here: writing such a file and the repository over it, which maps it into memory and hands out slices. Not
here: when it is written and removed (``repository``). The file lives as long as the repository that wrote it
and is no place to keep bars in.

The rows of all symbols follow one another in one record batch; the schema's metadata says where each begins,
which symbols have no readable bars and why, and the version of each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from engine.data.arrow_arrays import values_of
from engine.data.series import RangeReading
from engine.errors import DataError, UnknownNameError
from engine.market.bars import FIELDS, Bars

if TYPE_CHECKING:
    pass

SCHEME = "arrow"
_INDEX = b"candlewick.index"
_SCHEMA = pa.schema(
    [pa.field("timestamp", pa.timestamp("us")), *(pa.field(name, pa.float64()) for name in FIELDS)]
)


@dataclass(frozen=True, slots=True)
class HeldBars:
    """One symbol's rows, or the sentence that says why there are none; and their version."""

    bars: Bars
    fault: str | None
    version: str

    @classmethod
    def of(cls, bars: Bars) -> HeldBars:
        """Hold rows, versioned by their contents."""
        digest = hashlib.sha256(np.ascontiguousarray(bars.timestamp).view(np.int64).data)
        for name in FIELDS:
            digest.update(np.ascontiguousarray(bars.field(name)).data)
        return cls(bars, None, digest.hexdigest())

    @classmethod
    def broken(cls, symbol: str, fault: str) -> HeldBars:
        """Hold the reason why a symbol has no rows."""
        return cls(Bars.empty(symbol), fault, hashlib.sha256(fault.encode()).hexdigest())

    def rows(self) -> Bars:
        """Return the rows, or raise the fault as DataError."""
        if self.fault is not None:
            raise DataError(self.bars.symbol, self.fault)
        return self.bars


def combined_version(held: Mapping[str, HeldBars], symbols: tuple[str, ...] | None) -> str:
    """Return one hash over the versions of these symbols, or of all for None."""
    digest = hashlib.sha256()
    for symbol in sorted(held if symbols is None else symbols):
        digest.update(f"{symbol}\0{held[symbol].version if symbol in held else ''}\n".encode())
    return digest.hexdigest()


def write_spill(held: Mapping[str, HeldBars], path: Path) -> None:
    """Write all rows to a new file at ``path``."""
    index, begin = {}, 0
    for symbol, one in held.items():
        index[symbol] = {"begin": begin, "rows": len(one.bars), "fault": one.fault, "version": one.version}
        begin += len(one.bars)
    schema = _SCHEMA.with_metadata({_INDEX: json.dumps(index).encode()})
    all_bars = [one.bars for one in held.values()] or [Bars.empty("")]
    arrays = [pa.array(np.concatenate([bars.timestamp for bars in all_bars]))]
    arrays += [pa.array(np.concatenate([bars.field(name) for bars in all_bars])) for name in FIELDS]
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))


class SpilledCandleRepository(RangeReading):
    """The bars of one such file, opened by its address in any process of this machine."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"SpilledCandleRepository({str(self.path)!r})"

    @property
    def address(self) -> str:
        """``arrow:`` and the file's path."""
        return f"{SCHEME}:{self.path}"

    def symbols(self) -> tuple[str, ...]:
        """All symbols, sorted."""
        return tuple(sorted(self._held))

    def read_raw(self, symbol: str) -> Bars:
        """Return the symbol's rows as slices of the mapped file; raises UnknownNameError or DataError."""
        held = self._held.get(symbol)
        if held is None:
            raise UnknownNameError("symbol", symbol, self.symbols())
        return held.rows()

    def data_version(self, symbols: tuple[str, ...] | None = None) -> str:
        """Return the version that the writing repository has, too."""
        return combined_version(self._held, symbols)

    @cached_property
    def _held(self) -> dict[str, HeldBars]:
        try:
            reader = pa.ipc.open_file(pa.memory_map(str(self.path)))
            index: dict[str, dict[str, Any]] = json.loads(reader.schema.metadata[_INDEX])
            batch = reader.get_batch(0)
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
            sentence = f"The bars in memory are gone: {self.path} cannot be read. Open the repository again."
            raise DataError(str(self.path), sentence) from error
        # The arrays keep the mapped file alive.
        arrays = [values_of(column) for column in batch.columns]
        return {
            symbol: HeldBars(
                Bars(symbol, *(array[at["begin"] : at["begin"] + at["rows"]] for array in arrays)),
                at["fault"],
                at["version"],
            )
            for symbol, at in index.items()
        }
