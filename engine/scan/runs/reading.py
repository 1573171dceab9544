"""A kept run read back as the result that it had: no bar is read and nothing is computed."""

from __future__ import annotations

from engine.errors import RunError
from engine.scan.assembly import joined_result
from engine.scan.results import ProcessingResult, ScanResult, SymbolStatus
from engine.scan.runs.manifest import RunManifest
from engine.scan.runs.segments import JournalContent

_SENTENCES = {
    "cancelled": "Cancelled before it was finished.",
    "running": "Not finished when the run was interrupted.",
}
_LOST = "Finished, but what was kept of it is damaged."


def stored_result(manifest: RunManifest, content: JournalContent) -> ScanResult:
    """Return the result of what has finished; other symbols are cancelled, and the result is partial.

    Raises RunError when not even the universe can be read.
    """
    plan = content.plan
    if plan is None:
        sentence = (
            f"What run {manifest.id} had finished is damaged: scan again, and remove it with "
            f"'candlewick runs remove {manifest.id}'."
        )
        raise RunError(manifest.id, sentence)
    unfinished = _SENTENCES.get(manifest.status, _LOST)
    results = tuple(
        content.finished[symbol].result
        if symbol in content.finished
        else ProcessingResult.from_error(symbol, unfinished, SymbolStatus.CANCELLED)
        for symbol in plan.symbols
    )
    notes = manifest.warnings
    if content.refused:
        notes += (f"Some of what run {manifest.id} has kept is damaged and left out.",)
    return joined_result(
        results,
        plan.columns,
        plan.formulas,
        manifest.job["timeframe"],
        seconds={"total": manifest.seconds},
        job_hash=manifest.job_hash,
        data_version=manifest.data_version,
        versions=manifest.versions,
        warnings=notes,
    )
