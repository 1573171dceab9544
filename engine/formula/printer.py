"""The one text of a tree: ``parse(print(tree)) == tree``, with no bracket more than that takes."""

from __future__ import annotations

from engine.formula.tree import (
    Arithmetic,
    Call,
    Comparison,
    Formula,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Offset,
    Output,
    Parameter,
    Text,
    Truth,
)

# Binding strength, the loosest first, as in grammar.lark.
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGNED, _POWER, _POSTFIX = range(9)
_ARITHMETIC = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "%": _PRODUCT, "^": _POWER}


def print_formula(formula: Formula) -> str:
    """Return the canonical text of a formula: one line per name, then the final expression."""
    lines = [f"{line.name} := {print_node(line.expression)}" for line in formula.lines]
    return "\n".join([*lines, print_node(formula.final)])


def print_node(node: Node) -> str:
    """Return the canonical text of an expression."""
    return _print(node, _OR)


def print_number(value: float) -> str:
    """Return the shortest text that reads back as this number."""
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return repr(float(value)).replace("inf", "1e999")


def _print(node: Node, least: int) -> str:
    text, strength = _with_strength(node)
    return f"({text})" if strength < least else text


def _with_strength(node: Node) -> tuple[str, int]:  # noqa: PLR0911  one return per kind of node
    match node:
        case Number(value=value):
            return print_number(value), _SIGNED if value < 0 else _POSTFIX
        case Text(value=value):
            quote = "'" if '"' in value else '"'
            return f"{quote}{value}{quote}", _POSTFIX
        case Truth(value=value):
            return ("true" if value else "false"), _POSTFIX
        case Name(name=name):
            return name, _POSTFIX
        case Parameter(name=name):
            return f":{name}", _POSTFIX
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(_print(each, _OR) for each in arguments)})", _POSTFIX
        case Output(source=source, name=name):
            return f"{_print(source, _POSTFIX)}.{name}", _POSTFIX
        case Offset(source=source, bars=bars):
            return f"{_print(source, _POSTFIX)}[{_print(bars, _OR)}]", _POSTFIX
        case Negative(operand=operand):
            return f"-{_print(operand, _SIGNED)}", _SIGNED
        case Not(operand=operand):
            return f"not {_print(operand, _NOT)}", _NOT
        case _:
            return _operators(node)


def _operators(node: Arithmetic | Comparison | Logic) -> tuple[str, int]:
    match node:
        case Arithmetic(operator="^", left=left, right=right):
            return f"{_print(left, _POSTFIX)} ^ {_print(right, _SIGNED)}", _POWER
        case Arithmetic(operator=operator, left=left, right=right):
            strength = _ARITHMETIC[operator]
            return f"{_print(left, strength)} {operator} {_print(right, strength + 1)}", strength
        case Comparison(operators=operators, operands=operands):
            words = [_print(operands[0], _SUM)]
            for operator, operand in zip(operators, operands[1:], strict=True):
                words += [operator, _print(operand, _SUM)]
            return " ".join(words), _COMPARE
        case Logic(operator=operator, operands=operands):
            strength = _AND if operator == "and" else _OR
            joined = f" {operator} ".join(_print(each, strength + 1) for each in operands)
            return joined, strength
