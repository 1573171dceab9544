"""What the import dialog asks and tells, as plain values: choices of columns, rules made of them, the report as rows.

Here: no Qt. Not here: reading (``engine.data``) and the widgets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.data.ingest import IngestReport
from engine.data.normalise import ColumnError, clock_name, match_columns
from engine.data.preview import Preview
from engine.data.reading_rules import MAPPABLE, SEPARATORS, DateOrder, Encoding, ReadingRules

FIELD_NAMES: Mapping[str, str] = {
    "symbol": "Symbol",
    "timestamp": "Date",
    "time": "Time of day",
    "open": "Open",
    "high": "High",
    "low": "Low",
    "close": "Close",
    "volume": "Volume",
}
OPTIONAL = ("symbol", "time", "volume")
AUTOMATIC = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen in the form: a column, or nothing, for each field, and how values are written."""

    columns: Mapping[str, str]
    separator: str = AUTOMATIC
    decimal_comma: bool = False
    date_order: DateOrder | None = None
    has_header: bool = True
    encoding: Encoding = "utf-8"


def choices_of(rules: ReadingRules, preview: Preview) -> Choices:
    """Return the choices that stand for rules and what they found."""
    names = {character: name for name, character in SEPARATORS.items()}
    return Choices(
        {field: preview.columns.get(field, "") for field in MAPPABLE},
        names.get(rules.separator or "", AUTOMATIC),
        rules.decimal_comma,
        rules.date_order,
        rules.has_header,
        rules.encoding,
    )


def rules_of(choices: Choices, names: Sequence[str]) -> ReadingRules:
    """Return the rules for choices among these columns.

    What the columns' own names say already is no rule: another file of the folder may name it differently.
    """
    try:
        natural = match_columns(names, ())
    except ColumnError:
        natural = {}
    clock = clock_name(names, choices.columns.get("timestamp", ""))
    if clock is not None:
        natural["time"] = clock
    columns = {
        field: choices.columns.get(field, "")
        for field in MAPPABLE
        if choices.columns.get(field, "") != natural.get(field, "")
    }
    return ReadingRules(
        columns,
        SEPARATORS.get(choices.separator),
        choices.decimal_comma,
        choices.date_order,
        choices.has_header,
        choices.encoding,
    )


def column_label(name: str, example: str) -> str:
    """Return a column's name with what stands in it."""
    return f"{name}  ·  {example}" if example else name


def why_not_ready(preview: Preview, rules: ReadingRules) -> str:
    """Return what is missing before an import makes sense, or nothing."""
    if preview.problem:
        return preview.problem
    if preview.has_ambiguous_dates and rules.date_order is None:
        return "Choose the order of dates: they do not say which number is the day."
    if preview.looked_at and preview.refused == preview.looked_at:
        reason = next((row.refused for row in preview.rows if row.refused), "none of them can be a bar")
        return f"Every row would be refused: {reason}."
    return ""


def preview_sentence(preview: Preview) -> str:
    """Return what the rows of the preview are."""
    start = f"{preview.file}, the first of {preview.files:,} files" if preview.files > 1 else preview.file
    rows = "1 row" if preview.looked_at == 1 else f"{preview.looked_at:,} rows"
    refused = f" · ⚠ {preview.refused:,} of them would be refused" if preview.refused else ""
    return f"{start}: its first {rows} looked at{refused}"


def preview_rows(preview: Preview) -> tuple[tuple[str, ...], ...]:
    """Return the preview's cells, a mark and the reason last."""
    return tuple((*row.cells, f"⚠ refused: {row.refused}" if row.refused else "✓") for row in preview.rows)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of the report: what became of what, how much of it, and where."""

    what: str
    count: str
    detail: str


def report_rows(report: IngestReport) -> tuple[ReportRow, ...]:
    """Return everything that was refused, with reasons and places, and the notes."""
    rows = [ReportRow("file refused", "1", f"{file}: {reason}") for file, reason in report.files_refused]
    for refusal in report.refusals:
        rows.append(ReportRow("rows refused", f"{refusal.count:,}", refusal.reason))
        rows += [ReportRow("for example", "", example) for example in refusal.examples]
    return (*rows, *(ReportRow("note", "", note) for note in report.notes))


def report_sentence(report: IngestReport) -> str:
    """Return the account in one sentence."""
    files = "1 file" if report.files_in == 1 else f"{report.files_in:,} files"
    symbols = "1 symbol" if report.symbols == 1 else f"{report.symbols:,} symbols"
    refused_files = f", {len(report.files_refused):,} of them refused" if report.files_refused else ""
    replaced = f" ({len(report.replaced):,} replaced)" if report.replaced else ""
    return (
        f"{files} in{refused_files}; {report.rows_in:,} rows in, {report.rows_written:,} written, "
        f"{report.rows_refused:,} refused; {symbols} written{replaced}."
    )


def report_text(report: IngestReport) -> str:
    """Return the whole report for the clipboard."""
    head = (f"{report.source} → {report.into}", report_sentence(report))
    lines = ("\t".join((row.what, row.count, row.detail)) for row in report_rows(report))
    return "\n".join((*head, *lines))
