"""Finds a function by any of its names, ours first, then TA-Lib's.

A name of ours that TA-Lib uses as well must be listed in :data:`OURS_INSTEAD`, or the import fails: nobody shall
replace one of TA-Lib's functions by accident.
"""

from __future__ import annotations

from engine.formula.functions.definition import OWN, Function
from engine.formula.functions.talib_functions import from_talib
from engine.indicators.catalogue import talib_names
from engine.registry import discover

# Ours under TA-Lib's name, or TA-Lib's under ours; where theirs differs it stays reachable as ``ta_…``.
OURS_INSTEAD = frozenset({"max", "min", "linearreg_slope", "vwap"})
# TA-Lib's cumulative average of all bars is not what anybody means by this name.
_PREFIXED = {"VWAP": "ta_vwap"}

discover("engine.formula.functions")


def _own_names() -> dict[str, Function]:
    found: dict[str, Function] = {}
    taken = {name.lower() for name in talib_names()} - OURS_INSTEAD
    for function in OWN:
        for name in (function.name, *function.aliases):
            if name in found or name in taken:
                message = f"the function name '{name}' is taken"
                raise ValueError(message)
            found[name] = function
    return found


_OWN = _own_names()
_TALIB = {_PREFIXED.get(name, name.lower()): name for name in talib_names()}


def find(name: str) -> Function | None:
    """Return the function of that lower-case name or alias, or None."""
    if name in _OWN:
        return _OWN[name]
    return from_talib(_TALIB[name], name) if name in _TALIB else None


def names() -> frozenset[str]:
    """Every name that :func:`find` knows, aliases included."""
    return frozenset(_OWN) | frozenset(_TALIB)


def functions() -> tuple[Function, ...]:
    """Every function once, sorted by name."""
    found = {function.name: function for name in names() if (function := find(name)) is not None}
    return tuple(found[name] for name in sorted(found))
