"""What is asked of a scan: names and numbers only, so that a job pickles, hashes and saves as YAML.

Here: ``ProcessingJob``, ``DateRange``, ``JobType`` and the limits that a job can check on its own. Whether the
formula and the symbols make sense against real data is checked by ``plan`` before a scan starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from engine.errors import CandlewickError, JobError, UnknownNameError
from engine.formula.formula import Formula
from engine.market.timeframe import Timeframe

RESULT_COLUMNS = ("symbol", "timestamp", "close")
# Those of a job with detectors as well.
EVENT_COLUMNS = ("event", "score", "detector")


class JobType(StrEnum):
    """What a job is for."""

    SCAN = "scan"


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days on which bars may match, both inclusive; None leaves that side open.

    A ``datetime`` is a moment within a day: the bars that begin from it on, or up to it.
    """

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and _last(self.end) < _first(self.start):
            sentence = (
                f"The date range ends ({self.end}) before it starts ({self.start}): swap the two dates."
            )
            raise JobError((("date_range", sentence),))

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None


def _first(side: date) -> datetime:
    return side if isinstance(side, datetime) else datetime.combine(side, time.min)


def _last(side: date) -> datetime:
    return side if isinstance(side, datetime) else datetime.combine(side, time.max)


@dataclass(frozen=True)
class ProcessingJob:
    """One scan.

    ``formula`` is a text, or a :class:`Formula` whose parameters and name come with it. ``formulas`` are several
    instead, name to text: one pass over the bars, and a result column that names the formula. ``columns`` are extra
    result columns, name to formula. ``detectors`` are what is looked for instead: the matches are their events, those
    on bars on which the formula, if there is one, is true; ``detector_parameters`` are their values, by detector and
    parameter. ``parameters`` fill ``:name`` in all formulas. ``last_bars`` lets only each
    symbol's last n bars match, ``lookback_days`` only the calendar days before its last bar; every series is
    still computed from the symbol's first bar.

    Raises JobError, with every field at fault, for values that no data could make valid.
    """

    formula: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    timeframe: str = "1d"
    date_range: DateRange | None = None
    symbols: tuple[str, ...] | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    last_bars: int | None = None
    lookback_days: int | None = None
    job_type: JobType = JobType.SCAN
    name: str = ""
    formulas: Mapping[str, str] = field(default_factory=dict)
    detectors: tuple[str, ...] = ()
    detector_parameters: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given: object = self.formula
        object.__setattr__(self, "detectors", tuple(self.detectors))
        if isinstance(given, Formula):
            object.__setattr__(self, "parameters", {**given.parameters, **self.parameters})
            object.__setattr__(self, "name", self.name or given.name)
            object.__setattr__(self, "formula", given.expression)
        problems = tuple(_problems(self))
        if problems:
            raise JobError(problems)
        object.__setattr__(self, "columns", dict(self.columns))
        object.__setattr__(self, "formulas", dict(self.formulas))
        object.__setattr__(self, "parameters", dict(self.parameters))
        own = {name: dict(values) for name, values in self.detector_parameters.items()}
        object.__setattr__(self, "detector_parameters", own)
        if self.symbols is not None:
            object.__setattr__(self, "symbols", tuple(dict.fromkeys(self.symbols)))

    def __hash__(self) -> int:
        return hash(repr(self.to_mapping()))

    def to_mapping(self) -> dict[str, Any]:
        """Return the job as plain YAML-ready values, without what is left at its default."""
        plain: dict[str, Any] = {}
        for spec in fields(self):
            value = getattr(self, spec.name)
            if value in (None, {}, "", ()) or spec.name == "job_type":
                continue
            plain[spec.name] = value
        if self.date_range is not None:
            days = {"start": self.date_range.start, "end": self.date_range.end}
            plain["date_range"] = {side: day for side, day in days.items() if day is not None}
        if self.symbols is not None:
            plain["symbols"] = list(self.symbols)
        if self.detectors:
            plain["detectors"] = list(self.detectors)
        return plain

    @classmethod
    def from_mapping(cls, plain: Mapping[str, Any]) -> ProcessingJob:
        """Build a job from plain values; unknown keys and wrong kinds of value are a JobError."""
        known = tuple(spec.name for spec in fields(cls))
        problems = [
            (key, str(UnknownNameError("job setting", key, known))) for key in plain if key not in known
        ]
        problems += [
            (key, f"The job setting '{key}' must be {_KINDS[key][1]}.")
            for key, value in plain.items()
            if key in _KINDS and not isinstance(value, _KINDS[key][0])
        ]
        problems += [
            ("detector_parameters", f"The parameters of {name} must be a mapping of name to number.")
            for name, values in _mapping(plain.get("detector_parameters")).items()
            if not isinstance(values, Mapping)
        ]
        if plain.get("job_type", JobType.SCAN) not in tuple(JobType):
            known_types = tuple(kind.value for kind in JobType)
            sentence = str(UnknownNameError("job_type", str(plain["job_type"]), known_types))
            problems.append(("job_type", sentence))
        if not {"formula", "formulas", "detectors"} & plain.keys():
            sentence = "The job has no formula: add a line 'formula: ...', or one with 'detectors: [...]'."
            problems.append(("formula", sentence))
        if problems:
            raise JobError(tuple(problems))
        values = dict(plain)
        if "detectors" in values:
            values["detectors"] = tuple(str(name) for name in values["detectors"])
        if "symbols" in values:
            values["symbols"] = tuple(_symbol_text(symbol) for symbol in values["symbols"])
        if "date_range" in values:
            values["date_range"] = _date_range(values["date_range"])
        if "job_type" in values:
            values["job_type"] = JobType(values["job_type"])
        return cls(**values)


_KINDS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "formula": (str, "a text"),
    "formulas": (Mapping, "a mapping of name to formula"),
    "columns": (Mapping, "a mapping of name to formula"),
    "timeframe": (str, "a text such as 1d"),
    "date_range": (Mapping, "a mapping with start and end"),
    "symbols": (list, "a list of symbols"),
    "parameters": (Mapping, "a mapping of name to number"),
    "last_bars": (int, "a whole number"),
    "lookback_days": (int, "a whole number"),
    "name": (str, "a text"),
    "detectors": (list, "a list of detectors' names"),
    "detector_parameters": (Mapping, "a mapping of detector to its parameters"),
}


def _problems(job: ProcessingJob) -> list[tuple[str, str]]:
    """List every field that is wrong in itself."""
    found: list[tuple[str, str]] = []
    found += _formula_problems(job)
    found += _detector_problems(job)
    try:
        Timeframe.parse(job.timeframe)
    except CandlewickError as error:
        found.append(("timeframe", str(error)))
    for name in job.columns:
        if not name.strip():
            found.append(("columns", "A column has no name: write NAME=FORMULA."))
        elif (
            name in RESULT_COLUMNS
            or (name == "formula" and job.formulas)
            or (name in EVENT_COLUMNS and job.detectors)
        ):
            found.append(("columns", f"Every result has a column '{name}' already: choose another name."))
    for limit in ("last_bars", "lookback_days"):
        value = getattr(job, limit)
        if value is not None and value < 1:
            found.append((limit, f"{limit} must be 1 or more, not {value}."))
    return found


def _formula_problems(job: ProcessingJob) -> Iterator[tuple[str, str]]:
    empty = "is empty: type a condition such as close > sma(close, 200)."
    if not job.formulas:
        if not job.formula.strip() and not job.detectors:
            yield "formula", f"The formula {empty}"
        return
    if job.formula.strip():
        yield "formula", "A job has either 'formula' or 'formulas': move the one into the others."
    for name, text in job.formulas.items():
        if not str(name).strip():
            yield "formulas", "A formula has no name: write 'name: text'."
        elif not str(text or "").strip():
            yield "formulas", f"The formula '{name}' {empty}"


def _detector_problems(job: ProcessingJob) -> Iterator[tuple[str, str]]:
    for name in job.detectors:
        if not str(name).strip():
            yield "detectors", f"'{name}' is no detector's name: write a text such as gap."
        elif job.detectors.count(name) > 1:
            yield "detectors", f"The detector {name} stands in the list twice: once is enough."
            return
    if job.detectors and job.formulas:
        yield "detectors", "Detectors go with one formula, which says where they count: use 'formula'."


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _symbol_text(symbol: Any) -> str:
    """Symbols are text; YAML reads an unquoted NO as False and 005930 as a number."""
    if isinstance(symbol, str):
        return symbol
    raise JobError(
        (("symbols", f"Write the symbol {symbol!r} in quotes: without them YAML reads another value."),)
    )


def _date_range(plain: Mapping[str, Any]) -> DateRange:
    sides: dict[str, date | None] = {}
    for side, value in plain.items():
        if side not in ("start", "end"):
            raise JobError(
                (("date_range", str(UnknownNameError("date range setting", side, ("start", "end")))),)
            )
        sides[side] = parse_moment(value, "date_range") if value is not None else None
    return DateRange(**sides)


def parse_moment(value: Any, field_name: str) -> date:
    """Return an ISO day, or a ``datetime`` for one with a time of day such as 2026-11-20 09:35; raises JobError."""
    if isinstance(value, datetime):
        return value
    text = str(value).strip()
    if len(text) <= len("2026-11-20"):
        return parse_day(value, field_name)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return moment
    except ValueError:
        pass
    sentence = f"'{value}' is not a time: write it as 2026-11-20 09:35, on the clock of the bars."
    raise JobError(((field_name, sentence),))


def parse_day(value: Any, field_name: str) -> date:
    """Return an ISO day such as 2026-11-20, or raise JobError for that field."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        sentence = f"'{value}' is not a date: write it as year-month-day, such as 2026-11-20."
        raise JobError(((field_name, sentence),)) from None
