"""How many bars a plan's results take to forget where the data began, and which never do.

Added up along the steps: a function's own settling time on top of the slowest of its inputs. Not here: how long one
function takes (``Function.settling``), or the check that it is so (``engine.scan.audit``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.formula.fields import FIELDS
from engine.formula.frames import TIMEFRAMES
from engine.formula.functions import index
from engine.formula.plan import Plan, Step
from engine.market.timeframe import Timeframe

# The most days that a longer bar can hold.
_DAYS = {"D": 1, "W": 7, "M": 31, "Q": 92, "Y": 366}


@dataclass(frozen=True, slots=True)
class WarmUp:
    """After ``bars`` bars a result does not depend on the start of the data, but for what ``exempt`` names."""

    bars: int
    exempt: frozenset[str] = frozenset()


def warm_ups(
    plan: Plan, timeframe: Timeframe = Timeframe.DAY, passes: Sequence[tuple[tuple[int, ...], Plan]] = ()
) -> tuple[WarmUp, ...]:
    """Return the warm-up of each of the plan's results, counted in bars of ``timeframe``.

    ``passes`` are those that work out the plan's ranks: a rank takes as long as what it ranks.
    """
    ranks: dict[int, WarmUp] = {}
    for numbers, ranked in passes:
        ranks |= dict(zip(numbers, _along(ranked, timeframe, ranks), strict=True))
    return _along(plan, timeframe, ranks)


def _along(plan: Plan, timeframe: Timeframe, ranks: Mapping[int, WarmUp]) -> tuple[WarmUp, ...]:
    steps: list[WarmUp] = []
    for step in plan.steps:
        if step.operation == "csrank":
            steps.append(ranks.get(int(step.constants[0]), WarmUp(0)))
        else:
            steps.append(_after(step, plan, timeframe, [steps[number] for number in step.inputs]))
    return tuple(steps[number] for number in plan.results)


def _bars_within(name: str, timeframe: Timeframe) -> int:
    """Return the most bars of ``timeframe`` that a bar of that ``tf`` can hold."""
    longer = TIMEFRAMES[name]
    per_day = Timeframe.DAY.minutes // timeframe.minutes
    return longer.minutes // timeframe.minutes if longer.is_intraday else _DAYS[name] * per_day


def _after(step: Step, plan: Plan, timeframe: Timeframe, inputs: Sequence[WarmUp]) -> WarmUp:
    bars = max((each.bars for each in inputs), default=0)
    exempt = frozenset[str]().union(*(each.exempt for each in inputs))
    if step.operation == "ago":
        return WarmUp(bars + int(step.constants[0]), exempt)
    if step.operation == "align":
        frame = plan.frames[int(step.constants[0]) - 1]
        return WarmUp(
            (bars + 2) * _bars_within(frame.name, timeframe) if frame.kind == "tf" else bars, exempt
        )
    if step.operation == "field":
        name = str(step.constants[0])
        return WarmUp(bars, exempt | {name} if FIELDS[name].path_dependent else exempt)
    if step.operation != "call":
        return WarmUp(bars, exempt | {"detector"} if step.operation == "detector" else exempt)
    function = index.find(str(step.constants[0]))
    assert function is not None
    settling = function.settling(tuple(float(constant) for constant in step.constants[1:]))
    if settling is None:
        return WarmUp(bars, exempt | {function.name})
    return WarmUp(bars + settling, exempt)
