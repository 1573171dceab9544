"""A kept run computed once more and compared, down to the last bit of every number.

Only symbols that had finished with a result of their own are compared: what was cancelled, timed out or crashed says
nothing about the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import FloatArray
from engine.scan.exporters.csv import is_daily, result_sha256
from engine.scan.job import ProcessingJob
from engine.scan.results import ProcessingResult, ScanResult, SymbolMatches
from engine.scan.runs.journal import KEPT_STATUSES
from engine.scan.runs.store import RunStore, changed_versions

# More differences than this are counted, not told.
TOLD = 10


@dataclass(frozen=True, slots=True)
class Replay:
    """How a run compares with the same job today.

    ``differences`` are sentences, the first of ``difference_count``, a symbol's first one each. ``changed`` says what
    is no longer as it was: bars, versions. ``stored_sha256`` is None when the run never ended.
    """

    run_id: str
    compared: int
    stored_sha256: str | None
    sha256: str
    differences: tuple[str, ...]
    difference_count: int
    changed: tuple[str, ...]

    @property
    def is_identical(self) -> bool:
        """Whether all that was compared is the same."""
        return self.difference_count == 0


def replay(store: RunStore, run: str, scan: Callable[[ProcessingJob], ScanResult]) -> Replay:
    """Scan the job of a run again with ``scan`` and compare; raises RunError, and whatever ``scan`` raises."""
    manifest = store.manifest(run)
    stored = store.open_run(manifest.id)
    fresh = scan(manifest.processing_job())
    changed = []
    if fresh.summary.data_version != manifest.data_version:
        changed.append("the bars have changed since")
    if versions := changed_versions(manifest):
        changed.append(f"it was made with {versions}")
    if fresh.summary.job_hash != manifest.job_hash:
        changed.append("the formula is understood in another way, or another formula service computes it")
    now = {each.symbol: each for each in fresh.results}
    compared = [each for each in stored.results if each.status in KEPT_STATUSES]
    differences = [line for each in compared if (line := _difference(each, now.get(each.symbol), stored))]
    known = {each.symbol for each in stored.results}
    differences += [f"{symbol}: was not in the universe then." for symbol in now if symbol not in known]
    if tuple(stored.matches.column_names) != tuple(fresh.matches.column_names):
        differences.insert(0, f"The columns are {', '.join(fresh.matches.column_names)} now.")
    sha256 = result_sha256(fresh.matches, fresh.timeframe)
    if not differences and stored.summary.complete and manifest.result_sha256 not in (None, sha256):
        differences.append("The checksum of the result is another, although every kept row is the same.")
    return Replay(
        manifest.id,
        len(compared),
        manifest.result_sha256,
        sha256,
        tuple(differences[:TOLD]),
        len(differences),
        tuple(changed),
    )


def _difference(before: ProcessingResult, after: ProcessingResult | None, stored: ScanResult) -> str | None:
    """Return the first difference of one symbol as a sentence, None when there is none."""
    symbol = before.symbol
    if after is None:
        return f"{symbol}: is not in the universe any more."
    if before.status is not after.status:
        because = f" ({after.error.rstrip('.')})" if after.error else ""
        return f"{symbol}: was {before.status.value}, is {after.status.value}{because}."
    if before.found is None or after.found is None:
        return None
    names = tuple(column.name for column in before.columns)
    if len(before.found.values) != len(after.found.values):
        return f"{symbol}: has {len(after.found.values)} columns, had {len(names)}."
    return next(_row_differences(symbol, before.found, after.found, names, stored.timeframe), None)


def _row_differences(
    symbol: str, before: SymbolMatches, after: SymbolMatches, names: tuple[str, ...], timeframe: str
) -> Iterator[str]:
    """Yield what differs, the earliest row first."""
    for row in range(max(len(before), len(after))):
        if row == len(after) or (row < len(before) and _key(before, row) < _key(after, row)):
            yield f"{symbol}: {_when(before, row, timeframe)} is a match no more."
            return
        if row == len(before) or _key(before, row) > _key(after, row):
            yield f"{symbol}: {_when(after, row, timeframe)} is a new match."
            return
        pairs = zip(
            ("close", *names), (before.close, *before.values), (after.close, *after.values), strict=True
        )
        for name, old, new in pairs:
            if not _same(old[row], new[row]):
                when = _when(before, row, timeframe)
                yield f"{symbol}: {name} on {when} was {float(old[row])!r}, is {float(new[row])!r}."


def _key(matches: SymbolMatches, row: int) -> tuple[NDArray[np.datetime64], int]:
    return matches.timestamp[row], 0 if matches.formula is None else int(matches.formula[row])


def _when(matches: SymbolMatches, row: int, timeframe: str) -> str:
    unit = "D" if is_daily(timeframe) else "s"
    return str(matches.timestamp[row].astype(f"datetime64[{unit}]"))


def _same(old: FloatArray, new: FloatArray) -> bool:
    return bool(old == new) or bool(np.isnan(old) and np.isnan(new))
