"""Explanations as the bridge hands them over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from engine.formula.explain import compile_explanation
from engine.market.bars import Bars
from engine.scan.explain import ConditionCount, WhyNot
from gui.why.state import Explanation

CLOSES = (1.0, 2.0, 4.0, 3.0)


@pytest.fixture
def bars() -> Bars:
    days = np.datetime64("2024-01-01", "us") + np.arange(4).astype("timedelta64[D]")
    closes = np.array(CLOSES)
    return Bars("AAA", days, closes, closes + 1, closes, closes, np.array([5e6, 6.0, 7.0, np.nan]))


@pytest.fixture
def explained(bars) -> Callable[..., Explanation]:
    def make(formula: str, bar: int = -1, *more: str) -> Explanation:
        texts = {"": formula} if not more else dict(zip("abc", (formula, *more), strict=False))
        found = tuple(
            (name, compile_explanation(text).over(bars).conditions_at(bar)) for name, text in texts.items()
        )
        return Explanation("AAA", str(bars.timestamp[bar])[:10], bar in (-1, 3), found)

    return make


@pytest.fixture
def counts() -> WhyNot:
    conditions = (ConditionCount("close > 3", 6, 2), ConditionCount("high < 9", 5, 1))
    return WhyNot(date(2024, 1, 4), 12, 1, 3, 4, 1, 2, 1, conditions)
