"""What is allowed but probably not meant: warnings about calls, comparisons and conditions.

Each check is one function that gets checked terms and writes to the findings; none changes anything. A comparison
gets one warning at most, the most telling one. Not here: what can never and what must always hold (``verdicts``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.formula import fields, ranges
from engine.formula.functions import index
from engine.formula.functions.definition import Function
from engine.formula.printer import print_node, print_number
from engine.formula.ranges import never_below, resolve
from engine.formula.term import Findings, Term
from engine.formula.tree import Call, Comparison, Logic, Name, Node, Number, Offset, Output, Span
from engine.formula.verdicts import Verdicts

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
# Windows that include the current bar: what their value is never below, or never above.
_HIGHEST = frozenset({("hhv", None), ("donchian", "upper")})
_LOWEST = frozenset({("llv", None), ("donchian", "lower")})
# Unknown for want of an event rather than of history: there a stand-in says something.
_EVENTS = frozenset({"barssince", "valuewhen"})
_CROSSES = {"cross_above": ">", "cross_below": "<", "crosses": "><"}


def check_output_is_named(function: Function, span: Span, findings: Findings) -> None:
    """Say which of several outputs is meant when none is named."""
    first, *others = (f".{output.name}" for output in function.outputs)
    fix = f"{findings.words(span)}{first}"
    sentence = f"{function.name} has several outputs ({first}, {', '.join(others)}); the first is meant: write {fix}."
    findings.warn(span, sentence, fix)


def check_call(
    function: Function, terms: Sequence[Term], span: Span, lines: Mapping[str, Term], findings: Findings
) -> None:
    """Warn about a call that is written as if it were another one, or that comes to nothing."""
    if function.name in {"max", "min"} and len(terms) == 2:
        _check_extreme(function.name, terms, span, findings)
    if function.name == "nz":
        _check_filled(terms, span, lines, findings)
    if function.name in _CROSSES:
        operators = _CROSSES[function.name]
        _ = (
            _check_window(operators, terms[0], terms[1], lines, findings)
            or _check_path(terms, lines, findings)
            or _check_units(terms, span, lines, findings)
            or _check_cross(operators, terms, span, lines, findings)
        )


def _check_extreme(name: str, terms: Sequence[Term], span: Span, findings: Findings) -> None:
    constants = [term for term in terms if term.is_constant]
    series = [term for term in terms if not term.is_constant]
    if len(constants) != 1 or series[0].scale == "own":
        return
    bars = constants[0].number
    if bars is None or bars != int(bars) or not 2 <= bars <= 5000:
        return
    window, word, rank = ("hhv", "larger", "highest") if name == "max" else ("llv", "smaller", "lowest")
    what = findings.words(series[0].span)
    fix = f"{window}({what}, {bars:.0f})"
    findings.warn(
        span,
        f"This takes the {word} of {what} and {bars:.0f} on each bar. The {rank} value of {bars:.0f} bars is {fix}.",
        fix,
    )


def _check_filled(terms: Sequence[Term], span: Span, lines: Mapping[str, Term], findings: Findings) -> None:
    """Warn when ``nz`` puts a number in place of the warm-up."""
    value, instead = terms[0], terms[1]
    call, _ = _call_of(resolve(value.node, lines))
    if value.history <= 1 or instead.number is None or (call is not None and call.function in _EVENTS):
        return
    words = findings.words(value.span)
    findings.warn(
        span,
        f"Until {words} is known, on its first {value.history - 1:,} bars, this is {print_number(instead.number)}, and "
        f"a young listing is judged by that. Without nz such bars do not match: write {words}.",
        words,
    )


def check_comparison(
    operators: Sequence[str], terms: Sequence[Term], lines: Mapping[str, Term], findings: Findings
) -> None:
    """Warn about comparisons that never or always hold, mix scales, or depend on where the data begin."""
    for operator, left, right in zip(operators, terms[:-1], terms[1:], strict=True):
        if {left.kind, right.kind} != {"number"}:
            continue
        span = Span(left.span.start, right.span.end)
        _ = (
            _check_window(operator, left, right, lines, findings)
            or _check_window(_FLIPPED.get(operator, operator), right, left, lines, findings)
            or _check_path([left, right], lines, findings)
            or _check_outcome(operator, left, right, lines, findings)
            or _check_units([left, right], span, lines, findings)
        )
    if len(operators) > 1:
        span = Span(terms[0].span.start, terms[-1].span.end)
        chain = Comparison(tuple(operators), tuple(term.node for term in terms), span)
        check_together(Logic("and", (chain,), span), lines, findings)


def _check_window(
    operator: str, value: Term, window: Term, lines: Mapping[str, Term], findings: Findings
) -> bool:
    """Warn when ``value > window`` compares a bar with a window that includes this very bar."""
    outputs = {">": _HIGHEST, "<": _LOWEST}.get(operator)
    call, output = _call_of(resolve(window.node, lines))
    if outputs is None or call is None or (call.function, output) not in outputs:
        return False
    extreme: Node = call.arguments[0]
    if call.function == "donchian":
        extreme = Name("high" if operator == ">" else "low")
    compared = resolve(value.node, lines)
    larger, smaller = (extreme, compared) if operator == ">" else (compared, extreme)
    if isinstance(compared, Number) or not never_below(larger, smaller, lines):
        return False
    words = findings.words(window.span)
    fix = f"{words}[1]"
    findings.warn(
        window.span,
        f"The window includes the current bar, so {findings.words(value.span)} is never "
        f"{'above' if operator == '>' else 'below'} it. To compare with the bars before, write {fix}.",
        fix,
    )
    return True


def _check_outcome(
    operator: str, left: Term, right: Term, lines: Mapping[str, Term], findings: Findings
) -> bool:
    """Warn when a comparison holds on no bar, or on every one."""
    verdicts = Verdicts(lines, findings)
    holds = verdicts.outcome(operator, left, right)
    if holds is not None:
        verdict = "always" if holds else "never"
        span = Span(left.span.start, right.span.end)
        findings.warn(span, f"This is {verdict} true: {verdicts.reason(left, right)}.")
    return holds is not None


def _check_cross(
    operators: str, terms: Sequence[Term], span: Span, lines: Mapping[str, Term], findings: Findings
) -> bool:
    """Warn when one side is always above the other, so that they never cross."""
    verdicts = Verdicts(lines, findings)
    if any(verdicts.outcome(operator, *terms) is None for operator in operators):
        return False
    findings.warn(span, f"The two never cross: {verdicts.reason(*terms)}.")
    return True


def _check_units(terms: Sequence[Term], span: Span, lines: Mapping[str, Term], findings: Findings) -> bool:
    """Warn when a price, a volume and a pure number such as RSI are compared with each other."""
    units = [None if term.is_constant else _unit(term, lines) for term in terms]
    if len(units) != 2 or None in units or units[0] == units[1]:
        return False
    told = [f"{findings.words(term.span)} is {unit}" for term, unit in zip(terms, units, strict=True)]
    findings.warn(span, f"{told[0]} and {told[1]}: compare like with like.")
    return True


def _unit(term: Term, lines: Mapping[str, Term]) -> str | None:
    if term.scale != "own":
        return f"a {term.scale}"
    node = resolve(term.node, lines)
    while isinstance(node, Offset):
        node = resolve(node.source, lines)
    call, _ = _call_of(node)
    if call is not None and (call.function in ranges.OSCILLATORS or call.function in ranges.UNITLESS):
        return "a pure number"
    return None


def check_together(node: Logic, lines: Mapping[str, Term], findings: Findings) -> None:
    """Warn when the limits that ``and`` sets for one expression leave it no value."""
    if node.operator == "and":
        for span, value in Verdicts(lines, findings).contradictions(node):
            findings.warn(span, f"These never hold together: no value of {value} meets all of them.")


def _check_path(terms: Sequence[Term], lines: Mapping[str, Term], findings: Findings) -> bool:
    """Warn when a running total or the like is compared with a fixed number."""
    if len(terms) != 2 or terms[0].is_constant == terms[1].is_constant:
        return False
    term = terms[1] if terms[0].is_constant else terms[0]
    node = resolve(term.node, lines)
    if isinstance(node, Name):
        is_path = node.name in fields.FIELDS and fields.FIELDS[node.name].path_dependent
        name = node.name
    else:
        call, output = _call_of(node)
        function = index.find(call.function) if call is not None else None
        is_path = function is not None and function.path_dependent and not _is_direction(function, output)
        name = print_node(node)
    if is_path:
        findings.warn(
            term.span,
            f"The level of {name} depends on where the symbol's data begin, so a fixed number means something else "
            "for each symbol: compare it with its own average or its value some bars ago.",
        )
    return is_path


def _is_direction(function: Function, output: str | None) -> bool:
    """Tell whether an output, such as supertrend's trend, says up or down beside another that is a level."""
    number = function.output_named(output) if output is not None else None
    return bool(number) and function.outputs[number or 0].scale != function.outputs[0].scale


def _call_of(node: Node) -> tuple[Call | None, str | None]:
    if isinstance(node, Output) and isinstance(node.source, Call):
        return node.source, node.name
    if isinstance(node, Offset):
        return None, None
    return (node, None) if isinstance(node, Call) else (None, None)
