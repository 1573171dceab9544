"""Texts to a scan that is ready to run: one formula or several, and the columns of the result.

1. :func:`compile_scans` checks every text and raises one FormulaError for all of them.
2. All go into one plan, so that what they have in common is computed once.
3. Columns may use the formula's named lines; of several formulas, those lines that mean the same in each.

Not here: one text (``check``), the steps (``planner``), which series there are (``series``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import FormulaError, Problem
from engine.formula.check import NO_VALUES, CheckedText, check_text, in_order
from engine.formula.compiled import CompiledScan
from engine.formula.names import RESULT_COLUMNS
from engine.formula.planner import Planner
from engine.formula.printer import print_formula, print_node
from engine.formula.series import Candidate, indicator_calls, series_of
from engine.formula.term import Term
from engine.formula.tree import Formula, Name, walk

NO_COLUMNS: Mapping[str, str] = {}
# The result column that says which of several formulas was true.
FORMULA_COLUMN = "formula"


@dataclass(frozen=True, slots=True)
class _Main:
    """One formula: its name ("" when it is the only one), its text and what the checker says."""

    name: str
    text: str
    checked: CheckedText

    @property
    def called(self) -> str:
        return f"Formula '{self.name}': " if self.name else ""

    @property
    def formula(self) -> Formula:
        assert self.checked.formula is not None
        return self.checked.formula

    @property
    def final(self) -> Term:
        assert self.checked.final is not None
        return self.checked.final


def compile_scan(
    formula: str,
    columns: Mapping[str, str] = NO_COLUMNS,
    parameters: Mapping[str, float | str] = NO_VALUES,
) -> CompiledScan:
    """Compile a formula with its result columns.

    A column is an expression of its own, number or condition, and may use the formula's named lines. Raises
    FormulaError with every problem of every text; a column's sentences begin with its name.
    """
    return compile_scans({"": formula}, columns, parameters)


def compile_scans(
    formulas: Mapping[str, str],
    columns: Mapping[str, str] = NO_COLUMNS,
    parameters: Mapping[str, float | str] = NO_VALUES,
) -> CompiledScan:
    """Compile several named formulas, at least one, with the result columns that they share."""
    mains = [_Main(name, text, check_text(text, parameters)) for name, text in sorted(formulas.items())]
    shared = _shared_lines(mains)
    extra = {name: check_text(text, parameters, shared, is_column=True) for name, text in columns.items()}
    _raise_problems(mains, columns, extra)
    planner = Planner()
    planned = [planner.add_formula(main.formula) for main in mains]
    truths = tuple(truth for truth, _ in planned)
    names = [lines for _, lines in planned]
    shared_names = {name: number for lines in names for name, number in lines.items() if name in shared}
    candidates = list(_columns(extra, planner, shared_names, shared))
    for main, lines in zip(mains, names, strict=True):
        candidates += _named_lines(main, lines, shared)
    for main, lines in zip(mains, names, strict=True):
        candidates += _indicators(main, planner, lines)
    series, numbers = series_of(candidates, planner)
    results = (*truths, *numbers)
    texts = {main.name: print_formula(main.formula) for main in mains}
    return CompiledScan(
        canonical=_canonical(texts),
        hash=_hash(texts),
        history=max(1, *(main.final.history for main in mains)),
        warnings=_all_warnings(mains, extra, parameters),
        series=series,
        plan=planner.plan(results),
        rank_passes=planner.rank_plans(results),
        formulas=tuple(main.name for main in mains if main.name),
    )


class CompiledScans:
    """Compiles as :func:`compile_scans` does, and remembers the last few: to scan again takes no parser."""

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._known: dict[str, CompiledScan] = {}

    def __call__(
        self,
        formulas: Mapping[str, str],
        columns: Mapping[str, str] = NO_COLUMNS,
        parameters: Mapping[str, float | str] = NO_VALUES,
    ) -> CompiledScan:
        """Return the compiled formulas; raises FormulaError."""
        key = repr((list(formulas.items()), list(columns.items()), list(parameters.items())))
        compiled = self._known.pop(key, None) or compile_scans(formulas, columns, parameters)
        if len(self._known) >= self._most:
            self._known.pop(next(iter(self._known)))
        self._known[key] = compiled
        return compiled


def _canonical(texts: Mapping[str, str]) -> str:
    return "\n\n".join((f"// {name}\n" if name else "") + text for name, text in texts.items())


def _hash(texts: Mapping[str, str]) -> str:
    """Hash what is computed: the one canonical text, or names and texts."""
    text = texts[""] if "" in texts else json.dumps(texts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _shared_lines(mains: Sequence[_Main]) -> dict[str, Term]:
    """Return the named lines that mean the same in every formula that has them, in order."""
    shared: dict[str, Term] = {}
    for main in mains:
        for name, term in main.checked.lines.items():
            others = {each.checked.lines[name].node for each in mains if name in each.checked.lines}
            inner = {node.name for node in walk(term.node) if isinstance(node, Name)}
            if len(others) == 1 and inner & main.checked.lines.keys() <= shared.keys():
                shared.setdefault(name, term)
    return shared


# ------------------------------------------------------------------------------------------------ series


def _columns(
    extra: Mapping[str, CheckedText], planner: Planner, names: Mapping[str, int], lines: Mapping[str, Term]
) -> Iterator[Candidate]:
    for name, checked in extra.items():
        assert checked.formula is not None
        assert checked.final is not None
        number, _ = planner.add_formula(checked.formula, names)
        yield Candidate(name, "column", checked.final, number, {**lines, **checked.lines})


def _named_lines(main: _Main, names: Mapping[str, int], shared: Mapping[str, Term]) -> Iterator[Candidate]:
    lines = main.checked.lines
    for name, term in lines.items():
        if term.is_constant:
            continue
        is_clear = not main.name or (name in shared and name != FORMULA_COLUMN)
        shown = name if is_clear else f"{main.name}.{name}"
        yield Candidate(shown, "line", term, names[name], lines)


def _indicators(main: _Main, planner: Planner, names: Mapping[str, int]) -> Iterator[Candidate]:
    lines = main.checked.lines
    for node in indicator_calls(main.formula):
        term = main.checked.calls[id(node)]
        if term.kind == "number":
            yield Candidate(print_node(node), "indicator", term, planner.add(node, names), lines, main.name)


# ------------------------------------------------------------------------------------------------ problems


def _raise_problems(
    mains: Sequence[_Main], columns: Mapping[str, str], extra: Mapping[str, CheckedText]
) -> None:
    """Raise one FormulaError for all texts; positions are exact in the first text at fault."""
    found: list[tuple[str, Problem]] = [
        (main.text, replace(problem, message=main.called + problem.message))
        for main in mains
        for problem in in_order(main.checked.findings.problems)
    ]
    for name, text in columns.items():
        named = list(extra[name].findings.problems)
        if (sentence := _column_name_problem(name, mains)) is not None:
            named.append(Problem(0, 0, sentence))
        for problem in in_order(named):
            found.append((text, replace(problem, message=f"Column '{name}': {problem.message}")))
    if not found:
        return
    text = found[0][0]
    first = [problem for where, problem in found if where is text]
    others = [replace(problem, start=0, end=0, fix=None) for where, problem in found if where is not text]
    raise FormulaError(text, (*first, *others))


def _column_name_problem(name: str, mains: Sequence[_Main]) -> str | None:
    folded = name.strip().lower()
    if not folded:
        return "A column needs a name."
    if folded in RESULT_COLUMNS or (folded == FORMULA_COLUMN and mains[0].name):
        return "Every result has a column of this name already: choose another one."
    if any(folded in main.checked.lines for main in mains):
        return "The formula has a named line of this name, which is a column by itself: choose another one."
    return None


def _all_warnings(
    mains: Sequence[_Main], extra: Mapping[str, CheckedText], parameters: Mapping[str, float | str]
) -> tuple[Problem, ...]:
    warnings = [
        replace(problem, message=main.called + problem.message) if main.name else problem
        for main in mains
        for problem in in_order(main.checked.findings.warnings)
    ]
    used = frozenset[str]().union(*(main.checked.used_parameters for main in mains))
    for name, checked in extra.items():
        used |= checked.used_parameters
        warnings += [
            replace(problem, start=0, end=0, fix=None, message=f"Column '{name}': {problem.message}")
            for problem in in_order(checked.findings.warnings)
        ]
    for name in parameters:
        if name.removeprefix(":").lower() not in used:
            warnings.append(Problem(0, 0, f"The parameter '{name}' is not used.", "warning"))
    return tuple(warnings)
