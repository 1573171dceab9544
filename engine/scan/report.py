"""A scan's summary as a document (JSON) and as the lines that a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.scan.exporters.csv import checksum_of
from engine.scan.results import ProcessingResult, ScanResult, SymbolStatus

_WORDS = {
    SymbolStatus.NOT_EVALUABLE: "not evaluable",
    SymbolStatus.ERROR: "failed",
    SymbolStatus.TIMEOUT: "timed out",
    SymbolStatus.CRASH: "crashed",
    SymbolStatus.CANCELLED: "cancelled",
}


def summary_document(result: ScanResult) -> dict[str, Any]:
    """Return the summary as JSON-ready values; ``result_sha256`` is that of the exported CSV file."""
    summary = result.summary
    return {
        "matches": summary.matches,
        "symbols": dict(summary.symbols),
        "complete": summary.complete,
        "seconds": {phase: round(seconds, 6) for phase, seconds in summary.seconds.items()},
        "job_hash": summary.job_hash,
        "data_version": summary.data_version,
        "result_sha256": checksum_of(result),
        "versions": dict(summary.versions),
        "masked_bars": {**summary.masked_bars, "total": sum(summary.masked_bars.values())},
        "masked_symbols": summary.masked_symbols,
        "warnings": list(summary.warnings),
    }


def summary_line(result: ScanResult) -> str:
    """Return the one line that sums up a scan."""
    summary = result.summary
    matching = sum(1 for each in result.results if each.match_count)
    parts = [f"{summary.matches:,} matches in {matching:,} of {summary.total:,} symbols"]
    parts += [
        f"{summary.symbols[status.value]:,} {word}"
        for status, word in _WORDS.items()
        if summary.symbols.get(status.value)
    ]
    masked = sum(summary.masked_bars.values())
    if masked:
        parts.append(f"{masked:,} broken bars left out in {summary.masked_symbols:,} symbols")
    parts.append(f"{summary.seconds['total']:.2f} s")
    return " · ".join(parts)


def failures(result: ScanResult) -> Iterator[ProcessingResult]:
    """Yield the symbols whose result is missing, in order."""
    for each in result.results:
        if each.status not in (SymbolStatus.OK, SymbolStatus.NOT_EVALUABLE):
            yield each
