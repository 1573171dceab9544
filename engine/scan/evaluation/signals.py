"""Signals as a table: whose they are, when, what fired and how strongly.

Here: from the matches of a scan to the table of events. Not here: what came after them (``forward_pass``).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.market.bars import TimeArray

MATCH = "match"
FORMULA = "formula"
EVENT_SCHEMA = pa.schema(
    [
        pa.field("symbol", pa.string()),
        pa.field("date", pa.timestamp("us")),
        pa.field("event", pa.string()),
        pa.field("score", pa.float64()),
        pa.field("detector", pa.string()),
    ]
)
_ORDER = [(name, "ascending") for name in ("symbol", "date", "detector", "event", "score")]


def events_of_matches(matches: pa.Table, name: str = "") -> pa.Table:
    """Return the events of a scan's matches, in their order.

    Those of detectors have their own names and scores. A formula's matches are events named 'match' without a score;
    their detector is the formula's name, and ``name`` where there is one formula only.
    """
    count = matches.num_rows
    columns = [matches["symbol"].cast(pa.string()), matches["timestamp"].cast(pa.timestamp("us"))]
    if _are_events(matches):
        columns += [matches["event"], matches["score"], matches["detector"]]
    else:
        one = "formula" not in matches.column_names
        detector = _same(name or FORMULA, count) if one else matches["formula"].cast(pa.string())
        columns += [_same(MATCH, count), pa.nulls(count, pa.float64()), detector]
    return pa.table(columns, schema=EVENT_SCHEMA)


def joined_events(tables: Iterable[pa.Table]) -> pa.Table:
    """Join tables of events, sorted by symbol, date, detector and event, whatever found them first."""
    return pa.concat_tables([EVENT_SCHEMA.empty_table(), *tables]).sort_by(_ORDER).combine_chunks()


def _are_events(matches: pa.Table) -> bool:
    """Tell whether detectors found the matches; a formula's own column may be called 'detector' too, but is no text."""
    return "detector" in matches.column_names and pa.types.is_string(matches.schema.field("detector").type)


def times_of(column: pa.ChunkedArray) -> TimeArray:
    """Return a column of moments as datetime64[us]; null becomes NaT, which is no bar of any symbol."""
    times: TimeArray = column.cast(pa.timestamp("us")).to_numpy().astype("datetime64[us]")
    return times


def codes_of(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int32]]:
    """Return the different texts of a column, in order of appearance, and the number of the text on each row."""
    encoded = column.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], encoded.type)
    encoded = encoded.cast(pa.string()).dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)


def _same(text: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([text])).cast(
        pa.string()
    )
