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
from gui.wording import Translate, as_written

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


def why_not_ready(preview: Preview, rules: ReadingRules, tr: Translate = as_written) -> str:
    """Return what is missing before an import makes sense, or nothing."""
    if preview.problem:
        return preview.problem
    if preview.has_ambiguous_dates and rules.date_order is None:
        return tr("Choose the order of dates: they do not say which number is the day.")
    if preview.looked_at and preview.refused == preview.looked_at:
        reasons = (row.refused for row in preview.rows if row.refused)
        reason = next(reasons, "") or tr("none of them can be a bar")
        return tr("Every row would be refused: {reason}.").format(reason=reason)
    return ""


def preview_sentence(preview: Preview, tr: Translate = as_written) -> str:
    """Return what the rows of the preview are."""
    start = preview.file
    if preview.files > 1:
        start = tr("{file}, the first of {files} files").format(file=start, files=f"{preview.files:,}")
    rows = tr("1 row") if preview.looked_at == 1 else tr("{n} rows").format(n=f"{preview.looked_at:,}")
    told = tr("{file}: its first {rows} looked at").format(file=start, rows=rows)
    if not preview.refused:
        return told
    refused = tr("{n} of them would be refused").format(n=f"{preview.refused:,}")
    return f"{told} · ⚠ {refused}"


def preview_rows(preview: Preview, tr: Translate = as_written) -> tuple[tuple[str, ...], ...]:
    """Return the preview's cells, a mark and the reason last."""
    mark = tr("⚠ refused: {reason}")
    return tuple(
        (*row.cells, mark.format(reason=row.refused) if row.refused else "✓") for row in preview.rows
    )


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of the report: what became of what, how much of it, and where."""

    what: str
    count: str
    detail: str


def report_rows(report: IngestReport, tr: Translate = as_written) -> tuple[ReportRow, ...]:
    """Return everything that was refused, with reasons and places, and the notes."""
    rows = [ReportRow(tr("file refused"), "1", f"{file}: {reason}") for file, reason in report.files_refused]
    for refusal in report.refusals:
        rows.append(ReportRow(tr("rows refused"), f"{refusal.count:,}", refusal.reason))
        rows += [ReportRow(tr("for example"), "", example) for example in refusal.examples]
    return (*rows, *(ReportRow(tr("note"), "", note) for note in report.notes))


def report_sentence(report: IngestReport, tr: Translate = as_written) -> str:
    """Return the account in one sentence."""
    files = tr("1 file in") if report.files_in == 1 else tr("{n} files in").format(n=f"{report.files_in:,}")
    if report.files_refused:
        files = tr("{files}, {n} of them refused").format(files=files, n=f"{len(report.files_refused):,}")
    rows = tr("{rows} rows in, {written} written, {refused} refused").format(
        rows=f"{report.rows_in:,}", written=f"{report.rows_written:,}", refused=f"{report.rows_refused:,}"
    )
    symbols = (
        tr("1 symbol written")
        if report.symbols == 1
        else tr("{n} symbols written").format(n=f"{report.symbols:,}")
    )
    if report.replaced:
        symbols = tr("{symbols} ({n} replaced)").format(symbols=symbols, n=f"{len(report.replaced):,}")
    return f"{files}; {rows}; {symbols}."


def report_text(report: IngestReport, tr: Translate = as_written) -> str:
    """Return the whole report for the clipboard."""
    head = (f"{report.source} → {report.into}", report_sentence(report, tr))
    lines = ("\t".join((row.what, row.count, row.detail)) for row in report_rows(report, tr))
    return "\n".join((*head, *lines))
