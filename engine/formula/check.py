"""One text through parser and checker: for the editor as it is typed, and for the compiler.

Here: :func:`check`, which never raises on a text, and :func:`check_text`, on which compiling is built. Not here:
several texts together (``compiler``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.errors import Problem
from engine.formula.checker import Checker
from engine.formula.printer import print_formula
from engine.formula.term import Findings, Term
from engine.formula.tree import Formula

NO_VALUES: Mapping[str, float | str] = {}


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
class CheckedText:
    """One text after all checks; ``formula`` and ``final`` are set when it has no problem.

    ``calls`` are the terms of the formula's calls, by the identity of their normalised nodes.
    """

    findings: Findings
    formula: Formula | None = None
    final: Term | None = None
    lines: Mapping[str, Term] = field(default_factory=dict)
    used_parameters: frozenset[str] = frozenset()
    calls: Mapping[int, Term] = field(default_factory=dict)


def check(
    text: str, parameters: Mapping[str, float | str] | None = None, *, is_column: bool = False
) -> CheckResult:
    """Check a text as it is typed; whatever is wrong is in the result, nothing is raised."""
    checked = check_text(text, parameters or NO_VALUES, is_column=is_column)
    findings = checked.findings
    formula, final = checked.formula, checked.final
    return CheckResult(
        problems=in_order(findings.problems),
        warnings=in_order(findings.warnings),
        canonical=print_formula(formula) if formula is not None else None,
        history=max(final.history, 1) if final is not None else 0,
        role=final.kind if final is not None else None,
    )


def check_text(
    text: str,
    parameters: Mapping[str, float | str],
    outer: Mapping[str, Term] | None = None,
    *,
    is_column: bool = False,
) -> CheckedText:
    """Parse and check one text; ``outer`` are named lines of another text that it may use."""
    from engine.formula.parser import parse  # noqa: PLC0415  a tenth of a second that workers must not pay

    findings = Findings(text)
    values = _parameter_values(parameters, findings)
    parsed = parse(text)
    findings.problems += parsed.problems
    findings.warnings += parsed.warnings
    if parsed.formula is None:
        _explain_foreign(text, findings)
        return CheckedText(findings)
    checker = Checker(findings, values, outer)
    formula, final = checker.check(parsed.formula)
    _check_result(checker, final, is_column=is_column)
    own = {line.name: checker.lines[line.name] for line in formula.lines}
    used = frozenset(checker.used_parameters)
    if findings.problems:
        _explain_foreign(text, findings)
        return CheckedText(findings, lines=own, used_parameters=used)
    return CheckedText(findings, formula, final, own, used, checker.calls)


def _explain_foreign(text: str, findings: Findings) -> None:
    from engine.formula import foreign  # noqa: PLC0415  another tenth, and most formulas are ours

    findings.problems = foreign.explained(text, findings.problems)


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


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by place, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.start, problem.end)))
