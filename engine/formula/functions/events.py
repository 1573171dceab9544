"""Events: crosses, and what was true on earlier bars."""

from __future__ import annotations

from engine.formula.functions.definition import (
    OWN,
    Argument,
    Function,
    never_settles,
    period,
    window_lookback,
)
from engine.indicators import kernels

_TWO_LINES = (Argument("a", "number"), Argument("b", "number"))
_CONDITION = Argument("condition", "truth")

for _name, _aliases, _summary, _kernel in (
    ("cross_above", ("cross", "crossover"), "a is above b and was not one bar before", kernels.cross_above),
    ("cross_below", ("crossunder",), "a is below b and was not one bar before", kernels.cross_below),
    ("crosses", (), "a crosses b either way", kernels.crosses),
):
    OWN.add(
        _name,
        Function(
            name=_name,
            aliases=_aliases,
            summary=_summary,
            family="Events",
            arguments=_TWO_LINES,
            result="truth",
            bind=lambda _constants, kernel=_kernel: kernel,  # type: ignore[misc]
            lookback=lambda _constants: 1,
        ),
    )

OWN.add(
    "barssince",
    Function(
        name="barssince",
        summary="Bars since the condition was last true: 0 now, unknown before the first time",
        family="Events",
        arguments=(_CONDITION,),
        bind=lambda _constants: kernels.bars_since,
        settles=never_settles,
    ),
)

OWN.add(
    "valuewhen",
    Function(
        name="valuewhen",
        summary="The series on the bar when the condition was last true (k = 0), the time before (k = 1) …",
        family="Events",
        arguments=(_CONDITION, Argument("series", "number"), period("k", default=0, least=0)),
        bind=lambda constants: lambda truth, values: kernels.value_when(truth, values, int(constants[0])),
        settles=never_settles,
        scale="same",
    ),
)

OWN.add(
    "streak",
    Function(
        name="streak",
        summary="How many bars in a row, up to this one, the condition has been true",
        family="Events",
        arguments=(_CONDITION,),
        bind=lambda _constants: kernels.streak,
        settles=never_settles,
        gaps="none",
    ),
)

OWN.add(
    "count",
    Function(
        name="count",
        summary="On how many of the last n bars the condition was true",
        family="Events",
        arguments=(_CONDITION, period()),
        bind=lambda constants: lambda truth: kernels.count(truth, int(constants[0])),
        lookback=window_lookback,
        takes_unknown=True,
    ),
)

OWN.add(
    "exists",
    Function(
        name="exists",
        aliases=("within",),
        summary="The condition was true on at least one of the last n bars",
        family="Events",
        arguments=(_CONDITION, period()),
        result="truth",
        bind=lambda constants: lambda truth: kernels.exists(truth, int(constants[0])),
        lookback=window_lookback,
        takes_unknown=True,
    ),
)

OWN.add(
    "every",
    Function(
        name="every",
        summary="The condition was true on each of the last n bars",
        family="Events",
        arguments=(_CONDITION, period()),
        result="truth",
        bind=lambda constants: lambda truth: kernels.every(truth, int(constants[0])),
        lookback=window_lookback,
        takes_unknown=True,
    ),
)
