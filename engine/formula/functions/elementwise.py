"""Logic and arithmetic bar by bar: nothing here looks at another bar."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from engine.formula.functions.definition import OWN, Argument, Constants, Function, Kernel
from engine.indicators import kernels

_UNKNOWN = np.int8(1)
_NUMBER = Argument("series", "number")


def choose(condition: Any, when_true: Any, otherwise: Any) -> Any:
    """Return ``when_true`` or ``otherwise`` per bar, unknown where the condition is; all may be arrays."""
    chosen = np.where(condition == kernels.TRUE, when_true, otherwise)
    if chosen.dtype == np.int8:
        return np.where(condition == kernels.UNKNOWN, _UNKNOWN, chosen)
    return np.where(condition == kernels.UNKNOWN, np.nan, chosen)


def is_missing(value: Any) -> Any:
    """Return true where a number or a truth is unknown, false elsewhere."""
    unknown = value == kernels.UNKNOWN if value.dtype == np.int8 else np.isnan(value)
    return np.where(unknown, np.int8(kernels.TRUE), np.int8(kernels.FALSE))


def _replace_missing(value: Any, instead: Any) -> Any:
    return np.where(np.isnan(value), instead, value)


def _rounding(constants: Constants) -> Kernel:
    return lambda values: kernels.round_half_away(values, int(constants[0]))


for _name, _ufunc, _word in (("max", np.maximum, "largest"), ("min", np.minimum, "smallest")):
    OWN.add(
        _name,
        Function(
            name=_name,
            summary=f"The {_word} of its arguments, bar by bar",
            family="Logic and maths",
            arguments=(Argument("a", "number"), Argument("b", "number")),
            bind=lambda _constants, ufunc=_ufunc: lambda *values: functools.reduce(ufunc, values),  # type: ignore[misc]
            is_windowed=False,
            repeats_last=True,
            scale="same",
            gaps="none",
        ),
    )

for _name, _one, _summary in (
    ("abs", np.abs, "The value without its sign"),
    ("sign", np.sign, "1 for positive, 0 for zero, -1 for negative"),
):
    OWN.add(
        _name,
        Function(
            name=_name,
            summary=_summary,
            family="Logic and maths",
            arguments=(_NUMBER,),
            bind=lambda _constants, ufunc=_one: ufunc,  # type: ignore[misc]
            is_windowed=False,
            scale="same" if _name == "abs" else "own",
            gaps="none",
        ),
    )

OWN.add(
    "round",
    Function(
        name="round",
        summary="The value rounded to some decimals, halves away from zero",
        family="Logic and maths",
        arguments=(_NUMBER, Argument("digits", "period", 0, limits=lambda: (0, 12))),
        bind=_rounding,
        is_windowed=False,
        scale="same",
        gaps="none",
    ),
)

OWN.add(
    "iif",
    Function(
        name="iif",
        aliases=("if",),
        summary="One value where the condition is true, another where it is false",
        family="Logic and maths",
        arguments=(
            Argument("condition", "truth"),
            Argument("when_true", "either"),
            Argument("otherwise", "either"),
        ),
        result="branch",
        bind=lambda _constants: choose,
        is_windowed=False,
        scale="same",
    ),
)

OWN.add(
    "nz",
    Function(
        name="nz",
        summary="The value, or another one where it is unknown",
        family="Logic and maths",
        arguments=(_NUMBER, Argument("instead", "number", 0.0)),
        bind=lambda _constants: _replace_missing,
        is_windowed=False,
        scale="same",
    ),
)

OWN.add(
    "isna",
    Function(
        name="isna",
        summary="True where the value is unknown; never unknown itself",
        family="Logic and maths",
        arguments=(Argument("value", "either"),),
        result="truth",
        bind=lambda _constants: is_missing,
        is_windowed=False,
    ),
)
