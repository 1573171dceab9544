"""Meaning: names, types, limits and history of a parsed formula; everything wrong with it at once.

1. :meth:`Checker.check_lines` goes through the named lines in order; each may use those before it.
2. :meth:`Checker.term` turns a node into a :class:`~engine.formula.term.Term`: its normalised tree (aliases resolved,
   arguments in order and complete, parameters replaced by their values), what kind of value it is and how many bars
   of history it needs. A node with a problem becomes a *broken* term, which no later check complains about.
3. ``lint`` adds what is allowed but doubtful.

Not here: syntax (``parser``), arguments (``arguments``), computation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from engine.errors import closest
from engine.formula import across, fields, lint
from engine.formula.arguments import settle
from engine.formula.functions import index
from engine.formula.functions.definition import Function, Scale
from engine.formula.names import FOREIGN_NAMES, KEYWORDS, RESERVED_LINES
from engine.formula.scales import arithmetic_scale, common_scale
from engine.formula.term import Findings, Kind, PanelScale, Term, broken
from engine.formula.tree import (
    Arithmetic,
    Call,
    Comparison,
    Formula,
    Line,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Offset,
    Output,
    Parameter,
    Span,
    Text,
    Truth,
    logic,
)
from engine.indicators.catalogue import LONGEST_PERIOD

_FOLD: Mapping[str, Callable[[float, float], object]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
    "^": lambda a, b: a**b,
}


class Checker:
    """Checks one text; ``outer`` are named lines of another text that this one may use."""

    def __init__(
        self,
        findings: Findings,
        parameters: Mapping[str, float | str],
        outer: Mapping[str, Term] | None = None,
    ) -> None:
        self.findings = findings
        self.lines: dict[str, Term] = dict(outer or {})
        self.reaches = across.Reaches(self.lines)
        for name in self.lines:
            self.reaches.of_line(name)
        self.used_parameters: set[str] = set()
        self.calls: dict[int, Term] = {}
        self._parameters = parameters
        self._taken = set(self.lines)
        self._later: frozenset[str] = frozenset()

    def check(self, formula: Formula) -> tuple[Formula, Term]:
        """Return the normalised formula and its last expression's term."""
        lines = self.check_lines(formula.lines)
        final = self.term(formula.final)
        return Formula(lines, final.node), final

    def check_lines(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """Check named lines and make them known to what follows."""
        checked = []
        for number, line in enumerate(lines):
            self._later = frozenset(later.name for later in lines[number:])
            term = self.term(line.expression)
            self._check_line_name(line)
            if term.kind == "text":
                self.findings.error(term.span, "A text cannot have a name: write it where it is used.")
            self._taken.add(line.name)
            self.lines[line.name] = term
            self.reaches.of_line(line.name)
            checked.append(Line(line.name, term.node, line.span, line.name_span))
        self._later = frozenset()
        return tuple(checked)

    def _check_line_name(self, line: Line) -> None:
        name = line.name
        sentence = ""
        if name in fields.FIELD_NAMES or name in fields.CONSTANTS:
            sentence = f"'{name}' is a field of the bars: give this line another name."
        elif index.find(name) is not None:
            sentence = f"'{name}' is a function: give this line another name."
        elif name in KEYWORDS or name in RESERVED_LINES or name in across.NAMES:
            sentence = f"'{name}' has a meaning of its own: give this line another name."
        elif name in self._taken:
            sentence = f"'{name}' is named twice: give one of the lines another name."
        if sentence:
            self.findings.error(line.name_span, sentence, f"my_{name}")

    # ------------------------------------------------------------------------------------------- nodes

    def term(self, node: Node) -> Term:  # noqa: PLR0911  one return per kind of node
        """Check one expression."""
        match node:
            case Number() | Text() | Truth() | Name() | Parameter():
                return self._leaf(node)
            case Call() | Output():
                term = self._call(node) if isinstance(node, Call) else self._output(node)
                self.calls[id(term.node)] = term
                return term
            case Offset():
                return self._offset(node.source, node.bars, node.span, node.bars_span)
            case Negative() | Not():
                return self._unary(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node)
            case Logic():
                return self._logic(node)

    def _leaf(self, node: Number | Text | Truth | Name | Parameter) -> Term:
        match node:
            case Number():
                return self._number(node)
            case Text(value=value, span=span):
                return Term(node, span, "text", value=value, history=0)
            case Truth(value=value, span=span):
                return Term(node, span, "truth", value=float(value), history=0)
            case Name():
                return self._name(node)
            case Parameter():
                return self._parameter(node)

    def _number(self, node: Number) -> Term:
        if not math.isfinite(node.value):
            self.findings.error(node.span, "This number is too large: the largest is about 1.8e308.")
            return broken(node.span)
        return Term(node, node.span, "number", value=float(node.value), history=0)

    def _name(self, node: Name) -> Term:
        if node.name in self.lines:
            line = self.lines[node.name]
            return Term(node, node.span, line.kind, line.value, line.history, line.scale)
        if node.name in fields.FIELD_NAMES:
            field = fields.FIELDS[fields.FIELD_NAMES[node.name]]
            return Term(Name(field.name, node.span), node.span, "number", scale=field.scale)
        self._unknown_name(node)
        return broken(node.span)

    def _unknown_name(self, node: Name) -> None:
        name = node.name
        if name in self._later:
            sentence = f"'{name}' is named further down, or by this very line: name it on a line before."
            self.findings.error(node.span, sentence)
            return
        function = index.find(name)
        if function is not None:
            fix = _example_call(function)
            self.findings.error(
                node.span, f"'{name}' is a function and needs its brackets: write {fix}.", fix
            )
            return
        if name in across.NAMES:
            self.findings.error(node.span, f"'{name}' is a function and needs its brackets.")
            return
        known = [*fields.FIELD_NAMES, *fields.CONSTANTS, *self.lines, *KEYWORDS]
        self._unknown(node.span, "name", name, known, index.names())

    def _unknown(
        self, span: Span, kind: str, name: str, known: Sequence[str], also: Sequence[str] | frozenset[str]
    ) -> None:
        suggestion = FOREIGN_NAMES.get(name) or closest(name, known) or closest(name, sorted(also))
        if suggestion is None:
            sentence = f"There is no {kind} '{name}'."
            if kind == "name":
                sentence += f" To give something this name, write '{name} := …' on a line before."
            self.findings.error(span, sentence)
            return
        self.findings.error(span, f"There is no {kind} '{name}'. Did you mean '{suggestion}'?", suggestion)

    def _parameter(self, node: Parameter) -> Term:
        self.used_parameters.add(node.name)
        if node.name not in self._parameters:
            nearest = closest(node.name, self._parameters)
            hint = f" Did you mean ':{nearest}'?" if nearest else f" Supply one for '{node.name}'."
            self.findings.error(
                node.span,
                f"The parameter ':{node.name}' has no value.{hint}",
                f":{nearest}" if nearest else None,
            )
            return broken(node.span)
        value = self._parameters[node.name]
        if isinstance(value, str):
            return Term(Text(value, node.span), node.span, "text", value=value, history=0)
        return self._number(Number(float(value), node.span))

    def _call(self, node: Call, *, output_follows: bool = False) -> Term:
        if node.function == "ref" and len(node.arguments) == 2:
            return self._offset(*node.arguments, node.span, node.arguments[1].span)
        if node.function in across.NAMES:
            return across.check_across(self, node)
        given = [self.term(argument) for argument in node.arguments]
        function = index.find(node.function)
        if function is None:
            self._unknown_function(node, given)
            return broken(node.span)
        settled = settle(function, given, node.span, self.findings)
        if settled is None:
            return broken(node.span)
        terms = settled.terms
        history = max([1, *(term.history for term in terms)]) + function.lookback(settled.constants)
        checked = Call(function.name, tuple(term.node for term in terms), node.span, node.name_span)
        if function.outputs and not output_follows:
            lint.check_output_is_named(function, node.span, self.findings)
        lint.check_call(function, terms, node.span, self.lines, self.findings)
        kind: Kind = "truth" if function.result == "truth" else "number"
        if function.result == "branch":
            kind = self._branch_kind(terms)
        if not function.outputs:
            return Term(checked, node.span, kind, None, history, _scale(function.scale, terms))
        first = function.outputs[0]
        return Term(
            Output(checked, first.name, node.span), node.span, kind, None, history, _scale(first.scale, terms)
        )

    def _branch_kind(self, terms: Sequence[Term]) -> Kind:
        chosen, otherwise = terms[1], terms[2]
        if chosen.kind != otherwise.kind:
            self.findings.error(
                otherwise.span, "Both values of iif must be numbers, or both conditions: make them alike."
            )
            return "broken"
        return chosen.kind

    def _unknown_function(self, node: Call, given: Sequence[Term]) -> None:
        name = node.function
        if name == "ref":
            self.findings.error(
                node.span, "ref takes a series and a number of bars: ref(close, 1), or close[1]."
            )
            return
        if name in fields.FIELD_NAMES or name in self.lines:
            one = len(given) == 1 and given[0].is_constant
            fix = f"{name}[{self.findings.words(given[0].span)}]" if one else name
            sentence = (
                f"'{name}' is not a function: write {fix}{' for its value some bars ago' if one else ''}."
            )
            self.findings.error(node.span, sentence, fix)
            return
        self._unknown(node.name_span, "function", name, sorted(index.names() | across.NAMES), ())

    def _output(self, node: Output) -> Term:
        if not isinstance(node.source, Call) or (function := index.find(node.source.function)) is None:
            term = self.term(node.source)
            if term.kind != "broken":
                start = Span(node.source.span.end, node.span.end)
                self.findings.error(
                    start, "Only a function with several results has outputs: remove this.", ""
                )
            return broken(node.span)
        term = self._call(node.source, output_follows=True)
        if term.kind == "broken":
            return term
        if not function.outputs or not isinstance(term.node, Output):
            start = Span(node.source.span.end, node.span.end)
            self.findings.error(start, f"{function.name} has one result only: remove this.", "")
            return broken(node.span)
        number = function.output_named(node.name)
        if number is None:
            known = [output.name for output in function.outputs]
            nearest = closest(node.name, known)
            hint = f"Did you mean '{nearest}'?" if nearest else f"It has {', '.join(known)}."
            sentence = f"{function.name} has no output '{node.name}'. {hint}"
            self.findings.error(node.name_span, sentence, nearest)
            return broken(node.span)
        output = function.outputs[number]
        chosen = Output(term.node.source, output.name, node.span, node.name_span)
        scale: PanelScale = term.scale if output.scale == function.outputs[0].scale else "own"
        return Term(chosen, node.span, "number", None, term.history, scale)

    def _offset(self, source: Node, bars: Node, span: Span, bars_span: Span) -> Term:
        term, count = self.term(source), self.term(bars)
        if "broken" in {term.kind, count.kind}:
            return broken(span)
        if term.is_constant or term.kind == "text":
            self.findings.error(span, "A constant has no past: only a series can be read some bars ago.")
            return broken(span)
        offset = count.number
        if offset is None or offset != int(offset):
            sentence = "How many bars ago must be a fixed whole number, such as close[1]."
            self.findings.error(bars_span, sentence)
        elif offset < 0:
            good = f"{-offset:.0f}"
            sentence = (
                "Offsets count bars back, so a negative one would look into the future: the value "
                f"{good} bar{'s' if offset < -1 else ''} ago is x[{good}] or ref(x, {good}) (AmiBroker and "
                f"MetaStock write Ref(x, -{good})). Write {good}."
            )
            self.findings.error(bars_span, sentence, good)
        elif offset > LONGEST_PERIOD:
            sentence = f"An offset goes back at most {LONGEST_PERIOD:,} bars, not {offset:,.0f}."
            self.findings.error(bars_span, sentence, str(LONGEST_PERIOD))
        else:
            checked = Offset(term.node, Number(offset, bars_span), span, bars_span)
            return Term(checked, span, term.kind, None, term.history + int(offset), term.scale)
        return broken(span)

    def _unary(self, node: Negative | Not) -> Term:
        term = self.term(node.operand)
        if isinstance(node, Not):
            self._want_truth(term)
            value = None if term.value is None else float(not term.value)
            return Term(Not(term.node, node.span), node.span, "truth", value, term.history)
        self._want_number(term)
        value = -term.number if term.number is not None else None
        checked: Node = Negative(term.node, node.span)
        if isinstance(term.node, Number):
            checked = Number(0.0 - term.node.value, node.span)
        return Term(checked, node.span, "number", value, term.history)

    def _arithmetic(self, node: Arithmetic) -> Term:
        left, right = self.term(node.left), self.term(node.right)
        self._want_number(left)
        self._want_number(right)
        value = None
        if left.number is not None and right.number is not None:
            value = _fold(node.operator, left.number, right.number)
            if math.isnan(value):
                sentence = "This has no value: a division by zero, or the root of a negative number."
                self.findings.error(node.span, sentence)
                return broken(node.span)
        return Term(
            Arithmetic(node.operator, left.node, right.node, node.span),
            node.span,
            "number",
            value,
            max(left.history, right.history),
            arithmetic_scale(node.operator, left, right),
        )

    def _comparison(self, node: Comparison) -> Term:
        terms = [self.term(operand) for operand in node.operands]
        for operator, left, right in zip(node.operators, terms[:-1], terms[1:], strict=True):
            self._check_pair(operator, left, right)
        lint.check_comparison(node.operators, terms, self.lines, self.findings)
        checked = Comparison(node.operators, tuple(term.node for term in terms), node.span)
        return Term(checked, node.span, "truth", None, max(term.history for term in terms))

    def _check_pair(self, operator: str, left: Term, right: Term) -> None:
        kinds = {left.kind, right.kind}
        if "text" in kinds:
            term = left if left.kind == "text" else right
            self.findings.error(
                term.span, "A text cannot be compared with anything: write a number or a series."
            )
            return
        if "broken" in kinds or kinds == {"number"}:
            return
        if kinds == {"truth"} and operator in {"==", "!="}:
            return
        both = Span(left.span.start, right.span.end)
        if kinds == {"truth"}:
            sentence = f"Conditions have no order: '{operator}' compares numbers; join conditions with 'and' or 'or'."
            self.findings.error(both, sentence)
        else:
            truth = left if left.kind == "truth" else right
            words = self.findings.words(truth.span)
            sentence = f"A condition is not a number: write {words} by itself, or 'not' before it."
            self.findings.error(both, sentence, words)

    def _logic(self, node: Logic) -> Term:
        terms = [self.term(operand) for operand in node.operands]
        for term in terms:
            self._want_truth(term)
        operands = tuple(term.node for term in terms)
        history = max(term.history for term in terms)
        checked = logic(node.operator, operands, node.span)
        lint.check_together(checked, self.lines, self.findings)
        return Term(checked, node.span, "truth", None, history)

    def _want_truth(self, term: Term) -> None:
        if term.kind == "text":
            self.findings.error(term.span, "A text is not a condition: compare numbers, such as close > 10.")
        elif term.kind == "number":
            self.findings.error(term.span, *self.wants_comparison(term))

    def wants_comparison(self, term: Term) -> tuple[str, str]:
        """Return the sentence and the fix for a number where a condition belongs."""
        words = self.findings.words(term.span)
        candlestick = isinstance(term.node, Call) and term.node.function.startswith("cdl")
        fix = f"{words} != 0" if candlestick else f"{words} > 0"
        return f"This is a number, and a condition is needed: compare it, such as {fix}.", fix

    def _want_number(self, term: Term) -> None:
        if term.kind == "truth":
            words = self.findings.words(term.span)
            fix = f"iif({words}, 1, 0)"
            sentence = f"This is a condition, and a number is needed: count it as {fix}."
            self.findings.error(term.span, sentence, fix)
        elif term.kind == "text":
            self.findings.error(term.span, "This is a text, and a number is needed.")


def _fold(operator: str, left: float, right: float) -> float:
    try:
        result = _FOLD[operator](left, right)
    except (ArithmeticError, ValueError):
        return math.nan
    # A negative number to a broken power is complex in Python; here it is unknown.
    return result if isinstance(result, float) and math.isfinite(result) else math.nan


def _scale(scale: Scale, terms: Sequence[Term]) -> PanelScale:
    return common_scale([term for term in terms if not term.is_constant]) if scale == "same" else scale


def _example_call(function: Function) -> str:
    constants = [f"{argument.default:g}" for argument in function.arguments if argument.default is not None]
    return (
        f"{function.name}({', '.join(constants[:1])})"
        if function.close_may_be_left_out or function.implied
        else f"{function.name}(…)"
    )
