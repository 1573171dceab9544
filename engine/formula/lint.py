"""What is allowed but probably not meant: warnings about calls and comparisons.

Each check is one function that gets checked terms and writes to the findings; none changes anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.formula import fields
from engine.formula.functions import index
from engine.formula.functions.definition import Function
from engine.formula.printer import print_node
from engine.formula.term import Findings, Term
from engine.formula.tree import Call, Name, Node, Offset, Output, Span

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_PRICES = frozenset({"open", "high", "low", "close", "hl2", "hlc3", "ohlc4"})
# Windows that include the current bar: what their value is never below, or never above.
_HIGHEST = frozenset({("hhv", None), ("donchian", "upper")})
_LOWEST = frozenset({("llv", None), ("donchian", "lower")})


def check_output_is_named(function: Function, span: Span, findings: Findings) -> None:
    """Say which of several outputs is meant when none is named."""
    first, *others = (f".{output.name}" for output in function.outputs)
    fix = f"{findings.words(span)}{first}"
    sentence = f"{function.name} has several outputs ({first}, {', '.join(others)}); the first is meant: write {fix}."
    findings.warn(span, sentence, fix)


def check_call(
    function: Function, terms: Sequence[Term], span: Span, lines: Mapping[str, Term], findings: Findings
) -> None:
    """Warn about a call that is written as if it were another one."""
    if function.name in {"max", "min"} and len(terms) == 2:
        _check_extreme(function.name, terms, span, findings)
    if function.name in {"cross_above", "cross_below"}:
        _check_window(">" if function.name == "cross_above" else "<", terms[0], terms[1], lines, findings)
    if function.name in {"cross_above", "cross_below", "crosses"}:
        _check_path(terms, lines, findings)


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


def check_comparison(
    operators: Sequence[str], terms: Sequence[Term], lines: Mapping[str, Term], findings: Findings
) -> None:
    """Warn about comparisons that can never hold, or that depend on where the data begin."""
    for operator, left, right in zip(operators, terms[:-1], terms[1:], strict=True):
        _check_window(operator, left, right, lines, findings)
        _check_window(_FLIPPED.get(operator, operator), right, left, lines, findings)
        _check_path([left, right], lines, findings)


def _check_window(
    operator: str, value: Term, window: Term, lines: Mapping[str, Term], findings: Findings
) -> None:
    """Warn when ``value > window`` compares a bar with a window that includes this very bar."""
    outputs = {">": _HIGHEST, "<": _LOWEST}.get(operator)
    call, output = _call_of(_resolve(window.node, lines))
    if outputs is None or call is None or (call.function, output) not in outputs:
        return
    extreme: Node = call.arguments[0]
    if call.function == "donchian":
        extreme = Name("high" if operator == ">" else "low")
    bounded = {extreme}
    if extreme == Name("high" if operator == ">" else "low"):
        bounded |= {Name(price) for price in _PRICES}
    if _resolve(value.node, lines) not in bounded:
        return
    words = findings.words(window.span)
    fix = f"{words}[1]"
    findings.warn(
        window.span,
        f"The window includes the current bar, so {findings.words(value.span)} is never "
        f"{'above' if operator == '>' else 'below'} it. To compare with the bars before, write {fix}.",
        fix,
    )


def _check_path(terms: Sequence[Term], lines: Mapping[str, Term], findings: Findings) -> None:
    """Warn when a running total or the like is compared with a fixed number."""
    if len(terms) != 2 or terms[0].is_constant == terms[1].is_constant:
        return
    term = terms[1] if terms[0].is_constant else terms[0]
    node = _resolve(term.node, lines)
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


def _is_direction(function: Function, output: str | None) -> bool:
    """Tell whether an output, such as supertrend's trend, says up or down beside another that is a level."""
    number = function.output_named(output) if output is not None else None
    return bool(number) and function.outputs[number or 0].scale != function.outputs[0].scale


def _resolve(node: Node, lines: Mapping[str, Term]) -> Node:
    """Return what a named line stands for; a name is only ever that of an earlier line."""
    while isinstance(node, Name) and node.name in lines:
        node = lines[node.name].node
    return node


def _call_of(node: Node) -> tuple[Call | None, str | None]:
    if isinstance(node, Output) and isinstance(node.source, Call):
        return node.source, node.name
    if isinstance(node, Offset):
        return None, None
    return (node, None) if isinstance(node, Call) else (None, None)
