"""The files of an evaluation, in one folder: events, forward returns, the comparison and its picture.

Each is replaced in one step. None holds a clock, a path or a number of workers: the same evaluation gives the same
bytes. A run that is not complete says so in every file's name. Not here: what the files say (``tables``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from engine.atomic import atomic_path
from engine.errors import OutputError
from engine.outcomes.comparison import rows_of_group
from engine.outcomes.histogram import histogram_of, reach_of
from engine.outcomes.picture import comparison_svg
from engine.scan.evaluation.evaluate import Evaluation
from engine.scan.evaluation.tables import comparison_table, returns_table
from engine.scan.exporters.base import partial_path

EVENTS, RETURNS, COMPARISON, PICTURE = "events", "forward_returns", "comparison.csv", "comparison.svg"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Timeframes whose bars are known by a day.
_LONG = ("d", "w", "mo", "q", "y")
_NEEDS_QUOTES = '[",\r\n]'
_FREE_TEXTS = ("detector", "event")


def check_folder(folder: Path) -> None:
    """Say why files could not be written there, before any work; the folder itself need not exist."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(str(folder), "it is a file, and a folder is needed")
    if not folder.resolve().parent.is_dir():
        raise OutputError(str(folder), f"the folder {folder.resolve().parent} does not exist")


def write_evaluation(evaluation: Evaluation, folder: Path, *, csv: bool = False) -> tuple[Path, ...]:
    """Write all files and return where they went; with ``csv`` events and returns as CSV too. Raises OutputError."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(str(folder), (error.strerror or str(error)).lower()) from error
    written: list[Path] = []

    def target(name: str) -> Path:
        path = folder / name
        written.append(path if evaluation.complete else partial_path(path))
        return written[-1]

    returns = returns_table(evaluation.events, evaluation.measured)
    for name, table in ((EVENTS, evaluation.events), (RETURNS, returns)):
        with atomic_path(target(f"{name}.parquet")) as temporary:
            pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)
        if csv:
            with atomic_path(target(f"{name}.csv")) as temporary:
                _write_csv(table, evaluation.timeframe, temporary)
    with atomic_path(target(COMPARISON)) as temporary:
        table = comparison_table(evaluation.rows, evaluation.measured.terms)
        _write_csv(table, evaluation.timeframe, temporary)
    with atomic_path(target(PICTURE)) as temporary:
        temporary.write_text(picture_of(evaluation), encoding="utf-8")
    return tuple(written)


def picture_of(evaluation: Evaluation) -> str:
    """Return the comparison as an SVG text; the histograms of a window share its range."""
    sample, terms = evaluation.measured.sample, evaluation.measured.terms
    reaches = [reach_of([sample.values[:, place]]) for place in range(len(terms.windows))]
    histograms = {}
    for row in evaluation.rows:
        rows = rows_of_group(evaluation.found, row.detector, row.event)
        histograms[row.detector, row.event] = [
            histogram_of(sample.values[rows, place], reach) for place, reach in enumerate(reaches)
        ]
    return comparison_svg(evaluation.rows, histograms, terms)


def _write_csv(table: pa.Table, timeframe: str, path: Path) -> None:
    """Write ISO days, plain numbers, nothing for unknown; free text that a spreadsheet would run gets an apostrophe."""
    if "date" in table.column_names and timeframe.endswith(_LONG):
        table = table.set_column(table.column_names.index("date"), "date", table["date"].cast(pa.date32()))
    for name in set(_FREE_TEXTS).intersection(table.column_names):
        words = table[name].to_pylist()
        safe = [f"'{word}" if word.startswith(_FORMULA_STARTS) else word for word in words]
        table = table.set_column(table.column_names.index(name), name, pa.array(safe, pa.string()))
    with path.open("wb") as file:
        pc_csv.write_csv(
            table, file, pc_csv.WriteOptions(quoting_style=_quoting(table), quoting_header="none")
        )


def _quoting(table: pa.Table) -> Literal["needed", "none"]:
    """Arrow quotes every text or none; texts that need quotes are rare enough to look for."""
    texts = [table[name] for name in (*_FREE_TEXTS, "symbol") if name in table.column_names]
    special = any(pc.any(pc.match_substring_regex(text.unique(), _NEEDS_QUOTES)).as_py() for text in texts)
    return "needed" if special else "none"
