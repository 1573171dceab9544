"""What a function of the language is, and the registry that the families fill.

Here: the data that the checker, the planner, the evaluator, completion and the reference all read. Not here: any
function. A family registers its own while it is imported; those of TA-Lib are made when they are asked for
(``talib_functions``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.indicators.catalogue import LONGEST_PERIOD, Style, average_name
from engine.indicators.steady import Gaps
from engine.registry import Registry

# What flows between the steps of a plan: an array over all bars, or one value for all of them. Numbers are float64
# with NaN for unknown; truths are int8 with 0 false, 1 unknown, 2 true.
Value: TypeAlias = NDArray[np.float64] | NDArray[np.int8] | np.float64 | np.int8
Constants: TypeAlias = tuple[float, ...]
Kernel: TypeAlias = Callable[..., Any]

ArgumentKind = Literal["series", "number", "truth", "either", "period", "real", "average"]
Scale = Literal["price", "volume", "own", "same"]

CONSTANT_KINDS = frozenset({"period", "real", "average"})


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a function.

    ``series`` wants numbers that change from bar to bar, ``number`` takes constants as well, ``truth`` a condition,
    ``either`` a number or a condition. The other kinds are constants: a ``period`` is whole, a ``real`` is any
    number, an ``average`` is the name of a kind of average. ``least`` and ``greatest`` are asked for one at a time,
    because TA-Lib must be probed for them.
    """

    name: str
    kind: ArgumentKind
    default: float | None = None
    limits: Callable[[], tuple[float, float]] = field(default=lambda: (1, LONGEST_PERIOD), compare=False)

    @property
    def is_constant(self) -> bool:
        """Whether the value must be known before any bar is read."""
        return self.kind in CONSTANT_KINDS

    @property
    def shown(self) -> str:
        """The argument in a signature: its name, and its default where it has one."""
        if self.default is None:
            return self.name
        default = f'"{average_name(self.default)}"' if self.kind == "average" else f"{self.default:g}"
        return f"{self.name}={default}"


@dataclass(frozen=True, slots=True)
class OutputField:
    """One of several results; ``name`` is what the canonical text prints, ``aliases`` are read as well."""

    name: str
    aliases: tuple[str, ...] = ()
    style: Style = "line"
    scale: Scale = "own"


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how it is written, what it needs and how it is computed.

    ``bind`` takes the constants and returns the kernel. A windowed kernel gets arrays of one length without missing
    values, the given ones first and then the bars' ``implied`` fields, and returns one array, or a tuple when there
    are several ``outputs``; an elementwise one (``is_windowed`` false) gets whatever flows, unknowns included.
    ``lookback`` says how many bars pass before the first value, ``settles`` how many before it no longer matters where
    the data begin: the lookback unless said otherwise, None for never. ``refuses`` returns a sentence for constants
    that are wrong together. ``gaps`` says where, after the lookback, a value can be unknown although the inputs are
    known and of ordinary size (``engine.indicators.steady``), and ``skips_start`` that the kernel may be given inputs
    which begin with unknown values.
    """

    name: str
    summary: str
    family: str
    arguments: tuple[Argument, ...]
    bind: Callable[[Constants], Kernel]
    aliases: tuple[str, ...] = ()
    result: Literal["number", "truth", "branch"] = "number"
    outputs: tuple[OutputField, ...] = ()
    implied: tuple[str, ...] = ()
    lookback: Callable[[Constants], int] = lambda _constants: 0
    settles: Callable[[Constants], int | None] | None = None
    refuses: Callable[[Constants], str | None] = lambda _constants: None
    is_windowed: bool = True
    takes_unknown: bool = False
    repeats_last: bool = False
    close_may_be_left_out: bool = False
    is_indicator: bool = False
    path_dependent: bool = False
    scale: Scale = "own"
    style: Style = "line"
    gaps: Gaps = "anywhere"
    skips_start: bool = False
    series_arguments: tuple[Argument, ...] = field(init=False, repr=False, compare=False)
    constant_arguments: tuple[Argument, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Tell the arguments that are constants, which follow the others, from those that are not."""
        for name, are_constant in (("series_arguments", False), ("constant_arguments", True)):
            chosen = tuple(argument for argument in self.arguments if argument.is_constant is are_constant)
            object.__setattr__(self, name, chosen)

    def settling(self, constants: Constants) -> int | None:
        """Return the bars before the start of the data no longer matters, or None when it always may."""
        if self.path_dependent:
            return None
        return self.lookback(constants) if self.settles is None else self.settles(constants)

    @property
    def signature(self) -> str:
        """The call as completion shows it, such as ``rsi(series, timeperiod=14)``."""
        shown = [argument.shown for argument in self.arguments]
        if self.repeats_last:
            shown.append("…")
        return f"{self.name}({', '.join(shown)})"

    def output_named(self, name: str) -> int | None:
        """Return the number of the output of that name or alias."""
        for number, output in enumerate(self.outputs):
            if name == output.name or name in output.aliases:
                return number
        return None


def never_settles(_constants: Constants) -> None:
    """Settling of functions that look back until something happened, however long ago."""
    return


OWN: Registry[Function] = Registry("function")


def period(name: str = "n", default: float | None = None, least: int = 1) -> Argument:
    """Return an argument for a whole number of bars."""
    return Argument(name, "period", default, limits=lambda: (least, LONGEST_PERIOD))


def window_lookback(constants: Sequence[float]) -> int:
    """Lookback of functions whose first constant is the length of their window."""
    return int(constants[0]) - 1
