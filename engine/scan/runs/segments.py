"""The bytes of a journal: finished symbols in segments that are believed only when their checksums hold.

    CWJRNL01                                        eight bytes that say what the file is
    header · payload                                a frame; more are only ever added behind it
    …

A header has a mark, the kind of its frame, the frame's number, the length of the payload, the SHA-256 of run, kind,
number and payload, and last a CRC-32 of itself. There are two kinds of payload. A *plan* (JSON) names symbols, columns
and formulas, and makes void what stands before it; a *segment* (an Arrow IPC stream) has a row for each symbol that
has finished, its matches in lists.

Reading stops at the first header that does not hold: the tail that a killed program has torn. A payload that does not
hold is passed over; when it was a plan, so is everything up to the next one. Of several rows for one symbol the last
counts. Nothing here opens a file.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.scan.results import Column, ProcessingResult, SymbolMatches, SymbolStatus

MAGIC = b"CWJRNL01"
_MARK = b"\xc5seg"
_HEADER = struct.Struct("<4sBxxxIQ32s")
_CRC = struct.Struct("<I")
# A segment's columns with one value a symbol.
_PLAIN = [
    *("symbol", "status", "milliseconds", "error", "details"),
    *("bars", "masked", "is_unranked", "is_scanned"),
]
_WORDS = {status: status.value for status in SymbolStatus}
HEADER_BYTES = _HEADER.size + _CRC.size


class FrameKind(IntEnum):
    """What a frame's payload is."""

    PLAN = 1
    SEGMENT = 2


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What the rows of the segments are about: the universe and the result's columns, in order."""

    symbols: tuple[str, ...]
    columns: tuple[Column, ...]
    formulas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """A symbol's result; ``is_unranked`` when it failed before the universe was ranked."""

    result: ProcessingResult
    is_unranked: bool = False


@dataclass(slots=True)
class JournalContent:
    """What a journal holds for certain.

    ``end`` is the length of the part whose headers hold, ``frames`` how many there are, ``refused`` how many of their
    payloads do not hold; ``is_torn`` when something stands behind ``end``.
    """

    plan: RunPlan | None = None
    finished: dict[str, Finished] = field(default_factory=dict)
    end: int = 0
    frames: int = 0
    refused: int = 0
    is_torn: bool = False


def frame(run_id: str, kind: FrameKind, number: int, payload: bytes) -> bytes:
    """Return a frame's bytes."""
    header = _HEADER.pack(_MARK, kind, number, len(payload), _digest(run_id, kind, number, payload))
    return b"".join((header, _CRC.pack(zlib.crc32(header)), payload))


def read_journal(
    data: bytes, run_id: str, progress: Callable[[int, int], object] | None = None
) -> JournalContent:
    """Return what can be believed of a journal's bytes; ``progress`` hears how many of them are read."""
    content = JournalContent()
    if data[: len(MAGIC)] != MAGIC:
        content.is_torn = bool(data)
        return content
    content.end = len(MAGIC)
    for kind, payload, end in _frames(data, run_id):
        content.end = end
        content.frames += 1
        if payload is None:
            content.refused += 1
        if kind is FrameKind.PLAN:
            content.plan = None if payload is None else decode_plan(payload)
            content.finished.clear()
        elif payload is not None and content.plan is not None:
            for each in decode_segment(payload, content.plan):
                content.finished[each.result.symbol] = each
        if progress is not None:
            progress(end, len(data))
    content.is_torn = content.end < len(data)
    return content


def encode_plan(plan: RunPlan) -> bytes:
    """Return a plan's payload."""
    plain = {
        "symbols": plan.symbols,
        "columns": [[column.name, column.is_truth] for column in plan.columns],
        "formulas": plan.formulas,
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def decode_plan(payload: bytes) -> RunPlan:
    """Return the plan of a payload that has held its checksum."""
    plain = json.loads(payload)
    columns = tuple(Column(name, is_truth) for name, is_truth in plain["columns"])
    return RunPlan(tuple(plain["symbols"]), columns, tuple(plain["formulas"]))


def encode_segment(finished: Sequence[Finished], plan: RunPlan) -> bytes:
    """Return the payload that holds these symbols."""
    results = [each.result for each in finished]
    found = [result.found if result.match_count else None for result in results]
    lengths = [0 if each is None else len(each) for each in found]
    offsets = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype(np.int32)
    some = [each for each in found if each is not None]
    columns: dict[str, Any] = {
        "symbol": pa.array([result.symbol for result in results], pa.string()),
        "status": pa.array([_WORDS[result.status] for result in results], pa.string()),
        "milliseconds": pa.array([result.processing_time_ms for result in results], pa.float64()),
        "error": _rare_texts([result.error for result in results]),
        "details": _rare_texts([result.details for result in results]),
        "bars": pa.array([result.bars for result in results], pa.int64()),
        "masked": _rare_texts(
            [result.masked_bars and json.dumps(dict(result.masked_bars)) for result in results]
        ),
        "is_unranked": pa.array([each.is_unranked for each in finished], pa.bool_()),
        "is_scanned": pa.array([result.found is not None for result in results], pa.bool_()),
        "bar": _lists(offsets, [each.bar for each in some], "int64"),
        "timestamp": _lists(offsets, [each.timestamp for each in some], "datetime64[us]"),
        "close": _lists(offsets, [each.close for each in some], "float64"),
    }
    if plan.formulas:
        which = [each.formula for each in some if each.formula is not None]
        columns["formula"] = _lists(offsets, which, "int32")
    for place in range(len(plan.columns)):
        columns[f"value{place}"] = _lists(offsets, [each.values[place] for each in some], "float64")
    batch = pa.record_batch(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    payload: bytes = sink.getvalue().to_pybytes()
    return payload


def decode_segment(payload: bytes, plan: RunPlan) -> Iterator[Finished]:
    """Yield the symbols of a payload that has held its checksum."""
    with pa.ipc.open_stream(payload) as reader:
        batch = reader.read_next_batch()
    names = ["bar", "timestamp", "close", *(f"value{place}" for place in range(len(plan.columns)))]
    arrays = [batch.column(name).values.to_numpy() for name in names]
    which = batch.column("formula").values.to_numpy() if plan.formulas else None
    offsets = batch.column("bar").offsets.to_pylist()
    rows = batch.select(_PLAIN)
    for row, begin, end in zip(rows.to_pylist(), offsets, offsets[1:], strict=False):
        is_scanned = row["is_scanned"]
        bar, timestamp, close, *values = (array[begin:end] for array in arrays)
        formula = None if which is None else which[begin:end]
        result = ProcessingResult(
            symbol=row["symbol"],
            status=SymbolStatus(row["status"]),
            processing_time_ms=row["milliseconds"],
            error=row["error"],
            bars=row["bars"],
            masked_bars=json.loads(row["masked"]) if row["masked"] else {},
            found=SymbolMatches(bar, timestamp, close, tuple(values), formula) if is_scanned else None,
            columns=plan.columns if is_scanned else (),
            formulas=plan.formulas if is_scanned else (),
            details=row["details"] or "",
        )
        yield Finished(result, row["is_unranked"])


def _frames(data: bytes, run_id: str) -> Iterator[tuple[FrameKind, bytes | None, int]]:
    """Yield each frame's kind, its payload or None when that does not hold, and where it ends."""
    place, number = len(MAGIC), 0
    while place + HEADER_BYTES <= len(data):
        header = data[place : place + _HEADER.size]
        (crc,) = _CRC.unpack_from(data, place + _HEADER.size)
        mark, kind, own_number, length, digest = _HEADER.unpack(header)
        begin = place + HEADER_BYTES
        holds = crc == zlib.crc32(header) and mark == _MARK and kind in set(FrameKind)
        if not holds or own_number != number or begin + length > len(data):
            return
        payload = data[begin : begin + length]
        is_sound = digest == _digest(run_id, FrameKind(kind), number, payload)
        place, number = begin + length, number + 1
        yield FrameKind(kind), payload if is_sound else None, place


def _digest(run_id: str, kind: FrameKind, number: int, payload: bytes) -> bytes:
    digest = hashlib.sha256(f"{run_id}:{kind.value}:{number}:".encode())
    digest.update(payload)
    return digest.digest()


def _rare_texts(texts: Sequence[Any]) -> pa.Array:
    """Return texts of which most segments have none; what is empty becomes null."""
    return pa.array([text or None for text in texts] if any(texts) else pa.nulls(len(texts)), pa.string())


def _lists(offsets: NDArray[np.int32], arrays: Sequence[NDArray[Any]], dtype: str) -> pa.ListArray:
    """Return one list per symbol; NaN stays NaN."""
    joined = np.concatenate(arrays).astype(dtype, copy=False) if arrays else np.empty(0, dtype)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(joined))
