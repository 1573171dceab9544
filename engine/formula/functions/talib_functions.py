"""TA-Lib's functions as functions of the language, made from the catalogue's metadata."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from engine.formula.functions.definition import (
    Argument,
    Constants,
    Function,
    Kernel,
    OutputField,
    Scale,
)
from engine.indicators.catalogue import (
    Indicator,
    Parameter,
    blank_lookback,
    closes_only,
    indicator,
)
from engine.indicators.fading import settling
from engine.indicators.steady import STEADY, gaps_of
from engine.indicators.undefined import undefined_bars
from engine.market.bars import FloatArray

# Plain arithmetic under a name: part of an expression, not an indicator that a chart would draw.
_ARITHMETIC = frozenset({"Math Transform"})
_ARITHMETIC_NAMES = frozenset({"ADD", "SUB", "MULT", "DIV"})
_INPUT_NAMES = {"price": "series", "price0": "a", "price1": "b"}
_MAY_OVERFLOW = frozenset({"Math Transform", "Math Operators"})


@functools.cache
def from_talib(talib_name: str, name: str | None = None, aliases: tuple[str, ...] = ()) -> Function:
    """Describe TA-Lib's function of that upper-case name, by default under its lower-case name."""
    described = indicator(talib_name)
    free = [given for given in described.inputs if given.is_free]
    implied = tuple(given.name for given in described.inputs if not given.is_free)
    if [given.is_free for given in described.inputs] != [True] * len(free) + [False] * len(implied):
        message = (
            f"TA-Lib's {talib_name} mixes given and implied inputs: its arguments need an order of their own"
        )
        raise ValueError(message)
    series = tuple(Argument(_INPUT_NAMES.get(given.name, given.name), "series") for given in free)
    constants = tuple(
        _constant(described, number, parameter) for number, parameter in enumerate(described.parameters)
    )
    several = len(described.outputs) > 1
    return Function(
        name=name or talib_name.lower(),
        summary=described.title,
        family=described.group,
        arguments=(*series, *constants),
        bind=functools.partial(_bind, described),
        aliases=aliases,
        outputs=_outputs(described) if several else (),
        implied=implied,
        lookback=described.lookback,
        settles=functools.partial(settling, described),
        refuses=functools.partial(_refusal, described),
        close_may_be_left_out=closes_only(described),
        is_indicator=described.group not in _ARITHMETIC and talib_name not in _ARITHMETIC_NAMES,
        path_dependent=described.path_dependent,
        scale=_scale(described, 0),
        style=described.outputs[0].style,
        gaps=gaps_of(talib_name),
        skips_start=talib_name in STEADY,
    )


def _outputs(described: Indicator) -> tuple[OutputField, ...]:
    return tuple(
        OutputField(output.short, (output.name,), output.style, _scale(described, number))
        for number, output in enumerate(described.outputs)
    )


def _scale(described: Indicator, output: int) -> Scale:
    if not described.outputs[output].same_scale:
        return "own"
    return "same" if any(given.is_free for given in described.inputs) else "price"


def _constant(described: Indicator, number: int, parameter: Parameter) -> Argument:
    limits = functools.partial(described.limits, number)
    if parameter.kind == "whole":
        return Argument(parameter.name, "period", parameter.default, limits=limits)
    kind: Any = parameter.kind
    return Argument(parameter.name, kind, parameter.default, limits=limits)


def _refusal(described: Indicator, constants: Constants) -> str | None:
    if described.accepts(constants):
        return None
    return "TA-Lib does not take these numbers together; a fast period must not be longer than its slow one."


def _bind(described: Indicator, constants: Constants) -> Kernel:
    raw = described.kernel
    numbers = described.in_talib_order(constants)
    if described.name in STEADY:
        return lambda *arrays: raw(*arrays, *numbers)
    lookback = described.lookback(constants)
    may_overflow = described.group in _MAY_OVERFLOW or described.may_be_infinite
    undefined = undefined_bars(described.name)

    def tidy(values: Any) -> Any:
        if values.dtype != np.float64:
            return blank_lookback(values, lookback)
        if may_overflow:
            values[np.isinf(values)] = np.nan
        return values

    def one(*arrays: FloatArray) -> Any:
        values = tidy(raw(*arrays, *numbers))
        if undefined is not None and (blank := undefined(arrays, numbers, values)) is not None:
            values[blank] = np.nan
        return values

    def several(*arrays: FloatArray) -> Any:
        outputs = tuple(tidy(values) for values in raw(*arrays, *numbers))
        if undefined is not None and (blank := undefined(arrays, numbers, outputs[0])) is not None:
            for values in outputs:
                values[blank] = np.nan
        return outputs

    return several if len(described.outputs) > 1 else one
