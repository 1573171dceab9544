"""The last formulas stay compiled; what formulas compile to is in ``test_service`` and ``test_planner``."""

from __future__ import annotations

import pytest

from engine.errors import FormulaError
from engine.formula.compiler import CompiledScans


def test_what_was_compiled_lately_is_the_same_object():
    compiled = CompiledScans(most=2)
    first = compiled({"": "close > :n"}, {"x": "open"}, {"n": 1.0})
    assert compiled({"": "close > :n"}, {"x": "open"}, {"n": 1.0}) is first
    assert compiled({"": "close > :n"}, {"x": "open"}, {"n": 2.0}) is not first
    compiled({"": "close > 3"})
    again = compiled({"": "close > :n"}, {"x": "open"}, {"n": 1.0})
    assert again is not first
    assert again == first


def test_what_is_wrong_is_not_remembered():
    compiled = CompiledScans()
    for _ in range(2):
        with pytest.raises(FormulaError):
            compiled({"": "close >"})
