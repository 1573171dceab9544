"""What TA-Lib can compute, read from its own metadata when a function is first asked for.

Here: every function as an :class:`Indicator` with inputs, parameters, outputs, lookback and how a chart should draw
it; the limits of its parameters, found by asking TA-Lib itself. Not here: formulas, gaps in the data, or the kernels
that TA-Lib lacks.

Two liberties are taken with the metadata. Parameters that choose a kind of average come last, so that
``stoch(14, 3, 3)`` means what everybody types; and outputs get short names beside TA-Lib's own (``hist`` for
``macdhist``).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.indicators.binding import talib
from engine.market.bars import FloatArray

Style = Literal["line", "dashed", "histogram", "band_upper", "band_lower", "dots"]
ParameterKind = Literal["whole", "real", "average"]

LONGEST_PERIOD = 5_000

# Kinds of average by name; TA-Lib's "disabled" and "default" are for its own use.
AVERAGES: dict[str, int] = {
    name.lower(): number
    for name, number in sorted(vars(type(talib.MA_Type)).items(), key=lambda item: str(item[1]))
    if name.isupper() and name not in {"DISABLED", "DEFAULT"}
}
_AVERAGE_NAMES = {number: name for name, number in AVERAGES.items()}

# Their values count or add up from the first bar, which the metadata does not say.
_UNFLAGGED_PATH = frozenset({"MAXINDEX", "MININDEX", "MINMAXINDEX"})
_OWN_SCALE = frozenset({("SUPERTREND", "trend")})
_SHORT_NAMES: dict[str, str] = {
    "upperband": "upper",
    "middleband": "middle",
    "lowerband": "lower",
    "slowk": "k",
    "slowd": "d",
    "fastk": "k",
    "fastd": "d",
    "swinghigh": "high",
    "swinglow": "low",
    "bullpower": "bull",
    "bearpower": "bear",
    "plusvi": "plus",
    "minusvi": "minus",
    "leadsine": "lead",
}
_PREFIXES = ("macd", "aroon", "ha", "smi")


@dataclass(frozen=True, slots=True)
class Input:
    """One array that TA-Lib wants: the bars' field of that name, or any series when ``is_free``."""

    name: str
    is_free: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that TA-Lib wants; an ``average`` is a number in :data:`AVERAGES`."""

    name: str
    kind: ParameterKind
    default: float
    summary: str


@dataclass(frozen=True, slots=True)
class Output:
    """One array that comes back; ``short`` is the name that formulas print."""

    name: str
    short: str
    style: Style
    same_scale: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """A function of TA-Lib; ``parameters`` are in the order that users type."""

    name: str
    title: str
    group: str
    inputs: tuple[Input, ...]
    parameters: tuple[Parameter, ...]
    outputs: tuple[Output, ...]
    path_dependent: bool
    may_be_infinite: bool

    @property
    def kernel(self) -> Callable[..., Any]:
        """TA-Lib's function over float64 arrays: inputs, then :meth:`in_talib_order` of the parameters."""
        function: Callable[..., Any] = getattr(talib, self.name)
        return function

    def in_talib_order(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return parameter values, given in our order, as the kernel takes them; whole ones as ``int``."""
        by_name = {
            parameter.name: value if parameter.kind == "real" else int(value)
            for parameter, value in zip(self.parameters, values, strict=True)
        }
        return tuple(by_name[name] for name in _parameter_names(self.name))

    def lookback(self, values: Sequence[float]) -> int:
        """Return how many bars pass before the first value; raises ValueError for values that are refused."""
        return _lookback(self.name, tuple(values))

    def accepts(self, values: Sequence[float]) -> bool:
        """Tell whether TA-Lib takes these parameter values together."""
        return _accepts(self.name, tuple(values))

    def limits(self, position: int) -> tuple[float, float]:
        """Return the least and the greatest value of one parameter, the others at their defaults."""
        return _limits(self.name, position)


def talib_names() -> tuple[str, ...]:
    """Every function of TA-Lib by its own upper-case name, sorted."""
    return tuple(sorted(talib.__TA_FUNCTION_NAMES__))


def average_name(number: float) -> str:
    """Return the name of a kind of average, such as ``ema``."""
    return _AVERAGE_NAMES[int(number)]


@functools.cache
def indicator(name: str) -> Indicator:
    """Describe the TA-Lib function of that upper-case name."""
    info = talib.Function(name, getattr(talib, name)).info
    flags = info["function_flags"]
    same_scale = "Output scale same as input" in flags
    return Indicator(
        name=name,
        title=info["display_name"],
        group=info["group"],
        inputs=_inputs(info["input_names"]),
        parameters=_parameters(name),
        outputs=tuple(
            Output(
                output,
                _short_name(output),
                _style(info["output_flags"][output], flags),
                same_scale and (name, output) not in _OWN_SCALE,
            )
            for output in info["output_names"]
        ),
        path_dependent="Output is path-dependent" in flags or name in _UNFLAGGED_PATH,
        may_be_infinite="Output can be NaN or infinite" in flags,
    )


def _inputs(named: dict[str, Any]) -> tuple[Input, ...]:
    inputs: list[Input] = []
    for name, default in named.items():
        if name == "prices":
            inputs += [Input(field, is_free=False) for field in default]
        else:
            inputs.append(Input(name, is_free=True))
    return tuple(inputs)


def _parameters(name: str) -> tuple[Parameter, ...]:
    count = talib._ta_getFuncInfo(name.encode())["num_opt_inputs"]
    found = [talib._ta_getOptInputParameterInfo(name.encode(), number) for number in range(count)]
    kinds: dict[int, ParameterKind] = {0: "real", 1: "real", 2: "whole", 3: "average"}
    parameters = [
        Parameter(each["name"], kinds[each["type"]], float(each["default_value"]), each["help"])
        for each in found
    ]
    return tuple(sorted(parameters, key=lambda parameter: parameter.kind == "average"))


@functools.cache
def _parameter_names(name: str) -> tuple[str, ...]:
    count = talib._ta_getFuncInfo(name.encode())["num_opt_inputs"]
    return tuple(talib._ta_getOptInputParameterInfo(name.encode(), number)["name"] for number in range(count))


def _short_name(output: str) -> str:
    if output in _SHORT_NAMES:
        return _SHORT_NAMES[output]
    for prefix in _PREFIXES:
        if output.startswith(prefix) and output != prefix:
            return output.removeprefix(prefix)
    return output


def _style(flags: list[str], function_flags: list[str]) -> Style:
    if "Output is a candlestick" in function_flags or "Histogram" in flags:
        return "histogram"
    if "Values represent an upper limit" in flags:
        return "band_upper"
    if "Values represent a lower limit" in flags:
        return "band_lower"
    return "dashed" if "Dashed Line" in flags else "line"


@functools.cache
def _limits(name: str, position: int) -> tuple[float, float]:
    """Find the limits by bisection: the metadata has them, TA-Lib's Python wrapper does not show them."""
    described = indicator(name)
    parameter = described.parameters[position]
    values = [each.default for each in described.parameters]

    def is_accepted(value: float) -> bool:
        return described.accepts([*values[:position], value, *values[position + 1 :]])

    if parameter.kind == "average":
        return 0.0, float(max(AVERAGES.values()))
    whole = parameter.kind == "whole"
    bounds = []
    for extreme in (0.0 if whole else -1e9, float(LONGEST_PERIOD) if whole else 1e9):
        good, bad = parameter.default, extreme
        if is_accepted(extreme):
            bounds.append(extreme)
            continue
        while abs(bad - good) > (1 if whole else 1e-9 * max(1.0, abs(good))):
            middle = (good + bad) / 2
            if whole:
                middle = math.floor(middle) if good < bad else math.ceil(middle)
                middle = good + math.copysign(1, bad - good) if middle in {good, bad} else middle
            if is_accepted(middle):
                good = middle
            else:
                bad = middle
        bounds.append(good if whole else round(good, 6))
    return bounds[0], bounds[1]


@functools.lru_cache(maxsize=4096)
def _lookback(name: str, values: tuple[float, ...]) -> int:
    if not _accepts(name, values):
        message = f"TA-Lib's {name} refuses {values}"
        raise ValueError(message)
    function = talib.Function(name, getattr(talib, name))
    if values:
        function.parameters = dict(
            zip(_parameter_names(name), indicator(name).in_talib_order(values), strict=True)
        )
    return int(function.lookback)


@functools.lru_cache(maxsize=4096)
def _accepts(name: str, values: tuple[float, ...]) -> bool:
    described = indicator(name)
    one_bar = np.ones(1)
    try:
        described.kernel(*(one_bar for _ in described.inputs), *described.in_talib_order(values))
    except (Exception, OverflowError) as refusal:
        if "BAD_PARAM" in str(refusal) or isinstance(refusal, OverflowError):
            return False
        raise
    return True


def closes_only(described: Indicator) -> bool:
    """Tell whether the first input is a series that may be left out, which then is the close."""
    return bool(described.inputs) and described.inputs[0].is_free and described.inputs[0].name == "price"


def blank_lookback(values: Any, lookback: int) -> FloatArray:
    """Return a kernel's whole numbers as float64, NaN where TA-Lib writes 0 for want of history."""
    result: FloatArray = values.astype(np.float64)
    result[:lookback] = np.nan
    return result
