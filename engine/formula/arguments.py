"""The arguments of a call: put into order, filled up with defaults, and checked one by one.

1. :func:`_in_order` accepts what other programs write: numbers before the series, and no series at all where the
   close is meant.
2. :func:`settle` matches terms with the function's arguments and reports what is missing, superfluous or of the wrong
   kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.errors import closest
from engine.formula.functions.definition import Argument, Function
from engine.formula.printer import print_number
from engine.formula.term import Findings, Term
from engine.formula.tree import Name, Number, Span, Text
from engine.indicators.catalogue import AVERAGES, average_name

_WANTED = {"series": "number", "number": "number", "truth": "truth"}


@dataclass(frozen=True, slots=True)
class Settled:
    """The arguments of one call as the function wants them: series first, then constants."""

    terms: tuple[Term, ...]
    constants: tuple[float, ...]


def settle(function: Function, given: Sequence[Term], call: Span, findings: Findings) -> Settled | None:
    """Return the call's arguments, or None after reporting what is wrong with them."""
    if any(term.kind == "broken" for term in given):
        return None
    before = len(findings.problems)
    ordered = _in_order(function, given)
    matched = _match(function, ordered, call, findings)
    if matched is None:
        return None
    terms = [_checked(function, argument, term, findings) for argument, term in matched]
    if len(findings.problems) > before:
        return None
    constants = tuple(
        _constant_value(term)
        for (argument, _), term in zip(matched, terms, strict=True)
        if argument.is_constant
    )
    if (refusal := function.refuses(constants)) is not None:
        findings.error(call, f"{function.name}: {refusal}")
        return None
    return Settled(tuple(terms), constants)


def close_term(at: Span) -> Term:
    """Return the close that was left out."""
    return Term(Name("close", at), at, "number", scale="price")


def _in_order(function: Function, given: Sequence[Term]) -> list[Term]:
    """Put series before constants where a constant came first, and a left-out close in front."""
    terms = list(given)
    series = function.series_arguments
    if not series or function.repeats_last or any(argument.kind == "number" for argument in series[:1]):
        return terms
    moving = [term for term in terms if not term.is_constant]
    if (
        terms
        and terms[0].is_constant
        and moving
        and len(moving) <= len(series)
        and function.constant_arguments
    ):
        terms = moving + [term for term in terms if term.is_constant]
    if function.close_may_be_left_out and not moving and len(terms) <= len(function.constant_arguments):
        at = Span(terms[0].span.start, terms[0].span.start) if terms else Span(0, 0)
        terms.insert(0, close_term(at))
    return terms


def _match(
    function: Function, terms: list[Term], call: Span, findings: Findings
) -> list[tuple[Argument, Term]] | None:
    arguments = list(function.arguments)
    if function.repeats_last and len(terms) > len(arguments):
        arguments += [arguments[-1]] * (len(terms) - len(arguments))
    if len(terms) > len(arguments):
        findings.error(*_too_many(function, terms, call, findings))
        return None
    matched = list(zip(arguments, terms, strict=False))
    for argument in arguments[len(terms) :]:
        if argument.default is None:
            sentence = f"{function.name} needs '{argument.name}' as well: {function.signature}."
            findings.error(call, sentence)
            return None
        at = Span(call.end, call.end)
        default = float(argument.default)
        matched.append((argument, Term(Number(default, at), at, "number", value=default)))
    return matched


def _too_many(
    function: Function, terms: list[Term], call: Span, findings: Findings
) -> tuple[Span, str, str | None]:
    constants = [term for term in terms if term.is_constant]
    if function.implied and not function.series_arguments and len(constants) <= len(function.arguments):
        fix = f"{function.name}({', '.join(findings.words(term.span) for term in constants)})"
        fields = " and ".join([", ".join(function.implied[:-1]), function.implied[-1]]).removeprefix(" and ")
        return call, f"{function.name} reads {fields} of the bars by itself: write {fix}.", fix
    most = len(function.arguments)
    number = "no arguments" if most == 0 else f"at most {most} argument{'s' if most > 1 else ''}"
    surplus = Span(terms[most].span.start, terms[-1].span.end)
    return surplus, f"{function.name} takes {number}: {function.signature}.", None


def _checked(function: Function, argument: Argument, term: Term, findings: Findings) -> Term:
    if argument.kind == "average":
        return _average(argument, term, findings)
    if argument.is_constant:
        return _number_constant(function, argument, term, findings)
    if argument.kind == "either":
        if term.kind == "text":
            findings.error(term.span, f"'{argument.name}' of {function.name} cannot be a text.")
        return term
    wanted = _WANTED[argument.kind]
    if term.kind != wanted:
        findings.error(term.span, *_wrong_kind(function, argument, term, findings))
    elif argument.kind == "series" and term.is_constant:
        sentence = (
            f"'{argument.name}' of {function.name} must be a series such as close, not a constant number."
        )
        findings.error(term.span, sentence)
    return term


def _wrong_kind(
    function: Function, argument: Argument, term: Term, findings: Findings
) -> tuple[str, str | None]:
    if term.kind == "truth":
        fix = f"iif({findings.words(term.span)}, 1, 0)"
        sentence = (
            f"'{argument.name}' of {function.name} is a number, and this is a condition: count it as {fix}."
        )
        return sentence, fix
    if argument.kind == "truth":
        sentence = (
            f"'{argument.name}' of {function.name} is a condition, and this is {_named(term)}: compare it, "
            f"such as {findings.words(term.span)} > 0."
        )
        return sentence, f"{findings.words(term.span)} > 0"
    return f"'{argument.name}' of {function.name} is a number, and this is {_named(term)}.", None


def _named(term: Term) -> str:
    return {"number": "a number", "truth": "a condition", "text": "a text"}.get(term.kind, "unclear")


def _number_constant(function: Function, argument: Argument, term: Term, findings: Findings) -> Term:
    least, greatest = argument.limits()
    whole = argument.kind == "period"
    value = term.number
    if value is not None and least <= value <= greatest and (not whole or value == int(value)):
        return term if isinstance(term.node, Number) else replace(term, node=Number(value, term.span))
    called = f"'{argument.name}' of {function.name}"
    allowed = (
        f"from {_shown(least)} to {_shown(greatest)}" if greatest < 1e8 else f"of at least {_shown(least)}"
    )
    if greatest >= 1e8 and least <= -1e8:
        allowed = "of any size"
    wanted = f"a fixed {'whole ' if whole else ''}number {allowed}"
    if value is None:
        findings.error(term.span, f"{called} must be {wanted}; it cannot change from bar to bar.")
    elif whole and value != int(value):
        findings.error(term.span, f"{called} must be {wanted}, not {print_number(value)}.", f"{value:.0f}")
    else:
        nearest = print_number(least if value < least else greatest)
        findings.error(term.span, f"{called} must be {wanted}, not {print_number(value)}.", nearest)
    return term


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else print_number(number)


def _average(argument: Argument, term: Term, findings: Findings) -> Term:
    if isinstance(term.value, str):
        name = term.value.lower()
        if name in AVERAGES:
            return replace(term, node=Text(name, term.span), value=name)
        nearest = closest(name, AVERAGES)
        known = ", ".join(AVERAGES)
        hint = f'Did you mean "{nearest}"?' if nearest else f"Known: {known}."
        findings.error(
            term.span, f"There is no average named '{name}'. {hint}", f'"{nearest}"' if nearest else None
        )
    elif term.number is not None and term.number in AVERAGES.values():
        name = average_name(term.number)
        return replace(term, node=Text(name, term.span), value=name)
    else:
        sentence = f"'{argument.name}' is the name of a kind of average in quotes: {', '.join(AVERAGES)}."
        findings.error(term.span, sentence)
    return term


def _constant_value(term: Term) -> float:
    if isinstance(term.value, str):
        return float(AVERAGES[term.value])
    return float(term.value or 0.0)
