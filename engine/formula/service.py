"""The door to the language: check a text for the editor, compile a scan, evaluate a formula over a frame.

Here: :func:`check`, :func:`compile_scan` and :class:`FormulaService`. Parsing and checking load the parser; a
:class:`~engine.formula.compiled.CompiledScan`, once made, does not need it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import DataError, FormulaError, Problem
from engine.formula.checker import Checker
from engine.formula.compiled import CompiledScan, Evaluation
from engine.formula.formula import Formula as NamedFormula
from engine.formula.names import RESULT_COLUMNS
from engine.formula.planner import Planner
from engine.formula.printer import print_formula, print_node
from engine.formula.series import Candidate, Display, SeriesInfo, indicator_calls, series_of
from engine.formula.term import Findings, Term
from engine.formula.tree import Formula
from engine.market.bars import Bars

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CheckResult",
    "CompiledScan",
    "Display",
    "Evaluation",
    "FormulaService",
    "SeriesInfo",
    "check",
    "compile_scan",
]

_NO_VALUES: Mapping[str, float | str] = {}
_NO_COLUMNS: Mapping[str, str] = {}
_SERVICE_REMEMBERS = 64


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the editor shows about a text; ``canonical`` is None while there are problems."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    canonical: str | None
    history: int
    role: str | None

    @property
    def is_valid(self) -> bool:
        """Whether the text can be used."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Checked:
    """One text after all checks; ``formula`` and ``final`` are set when it has no problem."""

    findings: Findings
    formula: Formula | None = None
    final: Term | None = None
    lines: Mapping[str, Term] = field(default_factory=dict)
    used_parameters: frozenset[str] = frozenset()


def check(
    text: str, parameters: Mapping[str, float | str] | None = None, *, is_column: bool = False
) -> CheckResult:
    """Check a text as it is typed; whatever is wrong is in the result, nothing is raised."""
    checked = _check_text(text, parameters or _NO_VALUES, is_column=is_column)
    findings = checked.findings
    formula, final = checked.formula, checked.final
    return CheckResult(
        problems=_sorted(findings.problems),
        warnings=_sorted(findings.warnings),
        canonical=print_formula(formula) if formula is not None else None,
        history=max(final.history, 1) if final is not None else 0,
        role=final.kind if final is not None else None,
    )


def compile_scan(
    formula: str,
    columns: Mapping[str, str] = _NO_COLUMNS,
    parameters: Mapping[str, float | str] = _NO_VALUES,
) -> CompiledScan:
    """Compile a formula with its result columns.

    A column is an expression of its own, number or condition, and may use the formula's named lines. Raises
    FormulaError with every problem of every text; a column's sentences begin with its name.
    """
    main = _check_text(formula, parameters)
    extra = {
        name: _check_text(text, parameters, main.lines, is_column=True) for name, text in columns.items()
    }
    _raise_problems(formula, main, columns, extra)
    assert main.formula is not None
    assert main.final is not None
    planner = Planner()
    truth, names = planner.add_formula(main.formula)
    candidates = []
    for name, checked in extra.items():
        assert checked.formula is not None
        assert checked.final is not None
        number, _ = planner.add_formula(checked.formula, names)
        candidates.append(Candidate(name, "column", checked.final, number))
    candidates += [
        Candidate(name, "line", term, names[name])
        for name, term in main.lines.items()
        if not term.is_constant
    ]
    checker = Checker(Findings(""), {}, main.lines)
    for node in indicator_calls(main.formula):
        candidates.append(
            Candidate(print_node(node), "indicator", checker.term(node), planner.add(node, names))
        )
    series, numbers = series_of(candidates, planner, main.lines)
    canonical = print_formula(main.formula)
    return CompiledScan(
        canonical=canonical,
        hash=hashlib.sha256(canonical.encode()).hexdigest(),
        history=max(main.final.history, 1),
        warnings=_all_warnings(main, extra, parameters),
        series=series,
        plan=planner.plan((truth, *numbers)),
    )


class FormulaService:
    """Evaluates formulas over frames; keeps the last compiled ones."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, tuple[tuple[str, float | str], ...]], CompiledScan] = {}

    def evaluate(
        self,
        formula: str | NamedFormula,
        df: pd.DataFrame,
        parameters: Mapping[str, float | str] | None = None,
    ) -> pd.Series[bool]:
        """Return where the formula is true; unknown counts as false.

        ``df`` has columns open, high, low, close and volume in any case, oldest row first, and keeps its index; the
        parts of the date are read from a column ``timestamp`` or ``date``, else from the index. Raises FormulaError,
        and DataError when a column that the formula reads is not there.
        """
        import pandas as pd  # noqa: PLC0415  half a second that workers, who never see a frame, must not pay

        given: Mapping[str, float | str] = parameters or _NO_VALUES
        if isinstance(formula, NamedFormula):
            given = {**formula.parameters, **given}
        compiled = self._compile(str(formula), given)
        truth = compiled.evaluate(_bars_of(df, compiled.fields)).truth
        return pd.Series(truth == 2, index=df.index, name="match", dtype=bool)

    def _compile(self, formula: str, parameters: Mapping[str, float | str]) -> CompiledScan:
        key = (formula, tuple(sorted(parameters.items())))
        if key not in self._compiled:
            if len(self._compiled) >= _SERVICE_REMEMBERS:
                self._compiled.pop(next(iter(self._compiled)))
            self._compiled[key] = compile_scan(formula, {}, parameters)
        return self._compiled[key]


# ------------------------------------------------------------------------------------------------ one text


def _check_text(
    text: str,
    parameters: Mapping[str, float | str],
    outer: Mapping[str, Term] | None = None,
    *,
    is_column: bool = False,
) -> _Checked:
    from engine.formula.parser import parse  # noqa: PLC0415  a tenth of a second that workers must not pay

    findings = Findings(text)
    values = _parameter_values(parameters, findings)
    parsed = parse(text)
    findings.problems += parsed.problems
    findings.warnings += parsed.warnings
    if parsed.formula is None:
        return _Checked(findings)
    checker = Checker(findings, values, outer)
    formula, final = checker.check(parsed.formula)
    _check_result(checker, final, is_column=is_column)
    own = {line.name: checker.lines[line.name] for line in formula.lines}
    used = frozenset(checker.used_parameters)
    if findings.problems:
        return _Checked(findings, lines=own, used_parameters=used)
    return _Checked(findings, formula, final, own, used)


def _check_result(checker: Checker, final: Term, *, is_column: bool) -> None:
    if final.kind == "text":
        checker.findings.error(
            final.span, "A text is no result: write a condition such as close > sma(close, 200)."
        )
    elif final.kind == "number" and not is_column:
        _, fix = checker.wants_comparison(final)
        sentence = f"The formula ends with a number, and a scan needs a condition: compare it, such as {fix}."
        checker.findings.error(final.span, sentence, fix)


def _parameter_values(parameters: Mapping[str, float | str], findings: Findings) -> dict[str, float | str]:
    """Return the values by lower-case name; texts that are numbers become numbers."""
    values: dict[str, float | str] = {}
    for name, given in parameters.items():
        value: float | str = given
        if isinstance(given, str):
            try:
                value = float(given)
            except ValueError:
                value = given
        else:
            value = float(given)
        if isinstance(value, float) and not math.isfinite(value):
            whole = Problem(0, 0, f"The parameter ':{name}' must be a finite number, not {given}.")
            findings.problems.append(whole)
            value = 1.0
        values[name.removeprefix(":").lower()] = value
    return values


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by place, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.start, problem.end)))


# ------------------------------------------------------------------------------------------------ all texts


def _raise_problems(
    formula: str, main: _Checked, columns: Mapping[str, str], extra: Mapping[str, _Checked]
) -> None:
    """Raise one FormulaError for all texts; positions are exact in the first text at fault."""
    found: list[tuple[str, Problem]] = [(formula, problem) for problem in _sorted(main.findings.problems)]
    for name, text in columns.items():
        named = list(extra[name].findings.problems)
        if (sentence := _column_name_problem(name, main)) is not None:
            named.append(Problem(0, 0, sentence))
        for problem in _sorted(named):
            found.append((text, replace(problem, message=f"Column '{name}': {problem.message}")))
    if not found:
        return
    text = found[0][0]
    first = [problem for where, problem in found if where is text]
    others = [replace(problem, start=0, end=0, fix=None) for where, problem in found if where is not text]
    raise FormulaError(text, (*first, *others))


def _column_name_problem(name: str, main: _Checked) -> str | None:
    folded = name.strip().lower()
    if not folded:
        return "A column needs a name."
    if folded in RESULT_COLUMNS:
        return "Every result has a column of this name already: choose another one."
    if folded in main.lines:
        return "The formula has a named line of this name, which is a column by itself: choose another one."
    return None


def _all_warnings(
    main: _Checked, extra: Mapping[str, _Checked], parameters: Mapping[str, float | str]
) -> tuple[Problem, ...]:
    warnings = list(_sorted(main.findings.warnings))
    used = set(main.used_parameters)
    for name, checked in extra.items():
        used |= checked.used_parameters
        warnings += [
            replace(problem, start=0, end=0, fix=None, message=f"Column '{name}': {problem.message}")
            for problem in _sorted(checked.findings.warnings)
        ]
    for name in parameters:
        if name.removeprefix(":").lower() not in used:
            warnings.append(Problem(0, 0, f"The parameter '{name}' is not used.", "warning"))
    return tuple(warnings)


# ------------------------------------------------------------------------------------------------ frames


def _bars_of(df: pd.DataFrame, needed: tuple[str, ...]) -> Bars:
    """Return a frame's columns as bars; what the formula does not read may be missing."""
    by_name = {str(column).lower(): column for column in df.columns}
    arrays = {}
    price = {
        "hl2": ("high", "low"),
        "hlc3": ("high", "low", "close"),
        "ohlc4": ("open", "high", "low", "close"),
    }
    wanted = {part for name in needed for part in price.get(name, (name,))}
    for name in ("open", "high", "low", "close", "volume"):
        if name in by_name:
            arrays[name] = df[by_name[name]].to_numpy(dtype=np.float64, na_value=np.nan)
        elif name in wanted:
            have = ", ".join(str(column) for column in df.columns) or "none"
            raise DataError("", f"The frame has no column '{name}', which the formula reads; it has {have}.")
        else:
            arrays[name] = np.full(len(df), np.nan)
    return Bars("", _timestamps(df, by_name), **arrays)


def _timestamps(
    df: pd.DataFrame, by_name: Mapping[str, object]
) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    import pandas as pd  # noqa: PLC0415  see FormulaService.evaluate

    index: object = df.index
    for name in ("timestamp", "date"):
        if name in by_name:
            index = pd.DatetimeIndex(df[by_name[name]])
    if isinstance(index, pd.DatetimeIndex):
        plain = index.tz_convert("UTC").tz_localize(None) if index.tz is not None else index
        return plain.to_numpy(dtype="datetime64[us]")
    return np.full(len(df), np.datetime64("NaT", "us"))
