"""What the scan form holds, without Qt: its values, ready-made scans, dates and symbols as people type them.

Here: reading and checking the fields. Not here: reading symbol files and data, whether the formula is right.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from engine.errors import JobError
from engine.scan.job import DateRange, ProcessingJob
from gui.wording import Translate, as_written

MOST_WORKERS = 64
MOST_LAST_BARS = 10_000
MOST_LAST_DAYS = 36_600

Side = Literal["start", "end"]

_ISO_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?")
_PLAIN_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class ReadyMadeScan:
    """A scan to start from; ``timeframe`` None leaves the form's as it is."""

    name: str
    description: str
    formula: str
    columns: Mapping[str, str] = field(default_factory=dict)
    timeframe: str | None = None


class DateReading(NamedTuple):
    """A typed date: None with no sentence is an open side, None with one cannot be read."""

    value: date | None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class FormValues:
    """Everything that the form says about a scan.

    ``symbols_text`` is as typed: empty for all, ``A, B`` or ``@file``. ``start`` and ``end`` None leave that
    side open, ``last_bars`` and ``lookback_days`` None let every bar of the range match. ``columns`` and ``name``
    come with a ready-made or opened scan, and so do ``formulas``, several instead of the one. ``detectors`` are whose
    events are looked for.
    """

    formula: str = ""
    symbols_text: str = ""
    timeframe: str = "1d"
    start: date | None = None
    end: date | None = None
    last_bars: int | None = None
    workers: int = 1
    data_path: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    lookback_days: int | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    detectors: tuple[str, ...] = ()
    detector_parameters: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def problems(self, tr: Translate = as_written) -> dict[str, str]:
        """Return what is wrong with the fields by themselves: field name to sentence."""
        found: dict[str, str] = {}
        try:
            DateRange(self.start, self.end)
        except JobError as error:
            found.update(error.problems)
        if self.symbols_text.strip() == "@":
            found["symbols"] = tr(
                "Name a file after the @, as in @list.txt, or clear the field for all symbols."
            )
        return found

    def symbols_file(self) -> str | None:
        """Return the file that lists the symbols, or None when none is named."""
        typed = self.symbols_text.strip()
        return typed[1:].strip() if typed.startswith("@") else None

    def to_job_fields(self, symbols: tuple[str, ...] | None = None) -> dict[str, Any]:
        """Return the fields of a ``ProcessingJob``.

        ``symbols`` are those of the symbol file, which the caller has read; without it the typed ones count.
        """
        is_open = self.start is None and self.end is None
        typed = None if self.symbols_file() is not None else split_symbols(self.symbols_text)
        return {
            "formula": "" if self.formulas else self.formula,
            "formulas": dict(self.formulas),
            "detectors": self.detectors,
            "detector_parameters": self.detector_parameters,
            "columns": dict(self.columns),
            "timeframe": self.timeframe,
            "date_range": None if is_open else DateRange(self.start, self.end),
            "symbols": typed if symbols is None else symbols,
            "last_bars": self.last_bars,
            "lookback_days": self.lookback_days,
            "parameters": dict(self.parameters),
            "name": self.name,
        }


def values_of(job: ProcessingJob, *, name: str, workers: int, data_path: str) -> FormValues:
    """Return what the form says for this job, which may be called otherwise."""
    days = job.date_range
    return FormValues(
        formula=job.formula,
        symbols_text=", ".join(job.symbols or ()),
        timeframe=job.timeframe,
        start=days.start if days else None,
        end=days.end if days else None,
        last_bars=job.last_bars,
        workers=workers,
        data_path=data_path,
        columns=job.columns,
        name=name,
        lookback_days=job.lookback_days,
        parameters=job.parameters,
        formulas=job.formulas,
        detectors=job.detectors,
        detector_parameters=job.detector_parameters,
    )


def split_symbols(text: str) -> tuple[str, ...] | None:
    """Return the symbols of ``A, B C``, each once and in order; None when none is named, which means all."""
    found = dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part)
    return tuple(found) or None


def read_date(text: str, side: Side, tr: Translate = as_written) -> DateReading:
    """Read ``2024-03-15``, ``20240315``, ``2024-03`` or ``2024``; the latter mean their first or last day."""
    typed = text.strip()
    if not typed:
        return DateReading(None)
    if (moment := _read_moment(typed)) is not None:
        return DateReading(moment)
    found = _PLAIN_DATE.fullmatch(typed) or _ISO_DATE.fullmatch(typed)
    if found is not None:
        year, month, day = (None if part is None else int(part) for part in found.groups())
        assert year is not None
        try:
            return DateReading(_fill_date(year, month, day, side))
        except (ValueError, calendar.IllegalMonthError):
            sentence = tr("There is no day {typed}: check the month and the day.")
            return DateReading(None, sentence.format(typed=typed))
    sentence = (
        tr("'{typed}' is not a date. Type it as 2024-03-15, or clear the field for the first bar.")
        if side == "start"
        else tr("'{typed}' is not a date. Type it as 2024-03-15, or clear the field for the last bar.")
    )
    return DateReading(None, sentence.format(typed=typed))


def date_text(value: date) -> str:
    """Return a date as it is typed: 2024-03-15, or 2024-03-15 09:35 for a moment."""
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) else value.isoformat()


def _read_moment(typed: str) -> datetime | None:
    """Return what ``2024-03-15 09:35`` means, None for anything else."""
    if _MOMENT.fullmatch(typed) is None:
        return None
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return None


def _fill_date(year: int, month: int | None, day: int | None, side: Side) -> date:
    if month is None:
        month = 1 if side == "start" else 12
    if day is None:
        day = 1 if side == "start" else calendar.monthrange(year, month)[1]
    return date(year, month, day)


def workers_text(cores: int, tr: Translate = as_written) -> str:
    """Return the words behind the number of workers."""
    return tr("of 1 core") if cores == 1 else tr("of {n} cores").format(n=cores)
