"""What the recent runs' table says, row by row, as plain text; no Qt.

Here: kept runs, catches and scans that were never run as rows, and the sentence on what changed since the run before.
Not here: reading runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gui.wording import Translate, as_written

if TYPE_CHECKING:
    from engine.scan.runs.history import Catch, Comparison
    from engine.scan.runs.store import KeptRun

NONE = "–"
NO_MATCH = "no match"
UNKNOWN = "?"
NOT_RUN = "not run yet"
NOT_RUN_TIP = "Not run on this data yet: computed for {symbol} just now. Return puts the scan into the form."
# So many symbols are named in the sentence on what changed; the others are counted.
MOST_NAMED = 6

RUN_TITLES = ("When", "Scan", "Matches", "Status")
CATCH_TITLES = ("Match", "Scan", "Formula", "Run")


@dataclass(frozen=True, slots=True)
class RunRow:
    """One row: its cells as text, the run that it leads to, and what can be done with that run.

    A saved scan that was never run has no ``run_id`` but a ``scan``, which finds it again. ``is_match`` is said of rows
    of a look-up.
    """

    run_id: str
    cells: tuple[str, ...]
    tip: str
    can_open: bool = True
    can_resume: bool = False
    can_remove: bool = False
    scan: str = ""
    is_match: bool = False


def run_rows(runs: Iterable[KeptRun], now: datetime, tr: Translate = as_written) -> tuple[RunRow, ...]:
    """Return one row for each run, in their order; ``now`` is aware of its time zone."""
    return tuple(_run_row(run, now, tr) for run in runs)


def catch_rows(found: Iterable[Catch], now: datetime) -> tuple[RunRow, ...]:
    """Return one row for each catch of a symbol, in their order."""
    return tuple(
        RunRow(
            each.run_id,
            (_moment(each.timestamp), each.title, each.formula or NONE, when_text(each.begun, now)),
            f"{each.title}\n{each.run_id}",
            is_match=True,
        )
        for each in found
    )


def newest_first(rows: Iterable[RunRow]) -> tuple[RunRow, ...]:
    """Return the rows of a look-up by the day of their match; those without one come last."""
    return tuple(sorted(rows, key=lambda row: (row.is_match, row.cells[0]), reverse=True))


def unrun_rows(
    symbol: str,
    key: str,
    name: str,
    matches: Iterable[tuple[datetime, str]],
    reason: str,
    *,
    tr: Translate = as_written,
) -> tuple[RunRow, ...]:
    """Return the rows of a saved scan that was never run: one for each match, or one that says that there is none."""
    tip = f"{name}\n{tr(NOT_RUN_TIP).format(symbol=symbol)}"
    not_run = tr(NOT_RUN)
    rows = tuple(
        RunRow(
            "",
            (_moment(moment), name, formula or NONE, not_run),
            tip,
            can_open=False,
            scan=key,
            is_match=True,
        )
        for moment, formula in matches
    )
    if rows:
        return rows
    if reason:
        words = tr("Not run on this data yet, and one symbol alone cannot tell. {reason}").format(
            reason=reason
        )
        return (RunRow("", (UNKNOWN, name, NONE, not_run), f"{name}\n{words}", can_open=False, scan=key),)
    return (RunRow("", (tr(NO_MATCH), name, NONE, not_run), tip, can_open=False, scan=key),)


def when_text(moment: datetime, now: datetime) -> str:
    """Return a moment on the clock of ``now``: today's as its time, others as their day."""
    local = moment.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{local:%Y-%m-%d}"


def changes_by_symbol(comparison: Comparison) -> Mapping[str, str]:
    """Return what became of each symbol since the run before; others are held in neither run."""
    words = {
        "entered": comparison.entered,
        "persisting": comparison.persisting,
        "left": comparison.left,
        "not comparable": comparison.undecided,
    }
    return {symbol: word for word, symbols in words.items() for symbol in symbols}


def change_sentence(comparison: Comparison, tr: Translate = as_written) -> str:
    """Return what changed since the run before in one line."""
    parts = [
        _counted(comparison.entered, tr("{n:,} entered"), tr("{n:,} entered ({symbols})")),
        tr("{n:,} persisting").format(n=len(comparison.persisting)),
        _counted(comparison.left, tr("{n:,} left"), tr("{n:,} left ({symbols})")),
    ]
    if comparison.undecided:
        parts.append(tr("{n:,} not comparable").format(n=len(comparison.undecided)))
    return tr("On the last bar, since the run before: {changes}.").format(changes=", ".join(parts))


def _counted(symbols: tuple[str, ...], none: str, some: str) -> str:
    more = "" if len(symbols) <= MOST_NAMED else " …"
    words = some if symbols else none
    return words.format(n=len(symbols), symbols=" ".join(symbols[:MOST_NAMED]) + more)


def _run_row(run: KeptRun, now: datetime, tr: Translate) -> RunRow:
    manifest = run.manifest
    is_free = run.state != "running"
    when = when_text(run.begun, now)
    if manifest is None:
        tip = tr("Run {run} cannot be read.").format(run=run.id)
        return RunRow(run.id, (when, NONE, NONE, run.state), tip, can_open=False, can_remove=is_free)
    matches = NONE if manifest.finished is None else f"{manifest.matches:,}"
    tip = "\n".join(
        (manifest.title, f"{run.begun.astimezone(now.tzinfo):%Y-%m-%d %H:%M}", manifest.data_address)
    )
    return RunRow(
        run.id,
        (when, manifest.title, matches, run.state),
        tip,
        can_open=is_free,
        can_resume=run.can_resume,
        can_remove=is_free,
    )


def _moment(timestamp: datetime) -> str:
    return (
        timestamp.isoformat(" ", "minutes")
        if timestamp.time() != timestamp.min.time()
        else f"{timestamp:%Y-%m-%d}"
    )
