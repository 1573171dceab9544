"""Windows over a series: extremes and how long ago they were, and what TA-Lib has no kernel for."""

from __future__ import annotations

from engine.formula.functions.definition import OWN, Argument, Function, period, window_lookback
from engine.formula.functions.talib_functions import from_talib
from engine.indicators import kernels

_SERIES = Argument("series", "series")

for _talib_name, _name, _aliases in (
    ("MAX", "hhv", ("highest", "ta_max")),
    ("MIN", "llv", ("lowest", "ta_min")),
    ("LINEARREG_SLOPE", "slope", ("linearreg_slope",)),
):
    OWN.add(_name, from_talib(_talib_name, _name, _aliases))

for _name, _summary, _kernel in (
    ("hhvbars", "How many bars ago the highest value of the last n was", kernels.bars_since_highest),
    ("llvbars", "How many bars ago the lowest value of the last n was", kernels.bars_since_lowest),
    ("zscore", "How many standard deviations the series is from its mean of n bars", kernels.zscore),
):
    OWN.add(
        _name,
        Function(
            name=_name,
            summary=_summary,
            family="Windows",
            arguments=(_SERIES, period(least=2 if _name == "zscore" else 1)),
            bind=lambda constants, kernel=_kernel: lambda values: kernel(values, int(constants[0])),  # type: ignore[misc]
            lookback=window_lookback,
            close_may_be_left_out=True,
            is_indicator=True,
            gaps="anywhere" if _name == "zscore" else "none",
        ),
    )

OWN.add(
    "median",
    Function(
        name="median",
        summary="The median of the last n bars",
        family="Windows",
        arguments=(_SERIES, period()),
        bind=lambda constants: lambda values: kernels.median(values, int(constants[0])),
        lookback=window_lookback,
        close_may_be_left_out=True,
        is_indicator=True,
        scale="same",
        gaps="none",
    ),
)

OWN.add(
    "quantile",
    Function(
        name="quantile",
        summary="The value that a share q (0 to 1) of the last n bars does not exceed",
        family="Windows",
        arguments=(_SERIES, period(), Argument("q", "real", limits=lambda: (0.0, 1.0))),
        bind=lambda constants: lambda values: kernels.quantile(values, int(constants[0]), constants[1]),
        lookback=window_lookback,
        close_may_be_left_out=True,
        is_indicator=True,
        scale="same",
        gaps="none",
    ),
)

OWN.add(
    "change",
    Function(
        name="change",
        summary="The difference to the value n bars ago",
        family="Windows",
        arguments=(_SERIES, period(default=1)),
        bind=lambda constants: lambda values: kernels.change(values, int(constants[0])),
        lookback=lambda constants: int(constants[0]),
        close_may_be_left_out=True,
        is_indicator=True,
        gaps="none",
    ),
)
