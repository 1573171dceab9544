"""What the editor's tests share: a few names, a check result, and the caret."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.errors import Problem
from gui.formula_editor.state import CompletionEntry


@dataclass(frozen=True)
class FakeCheck:
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    canonical: str | None = None
    history: int = 0


@pytest.fixture
def make_check() -> type[FakeCheck]:
    return FakeCheck


@pytest.fixture
def entries() -> tuple[CompletionEntry, ...]:
    return (
        CompletionEntry("sma", "sma(series, n)", summary="Average of n bars"),
        CompletionEntry("smma", "smma(series, n)", summary="Smoothed average"),
        CompletionEntry("rsi", "rsi(series, n=14)", summary="Strength, 0 to 100"),
        CompletionEntry("close", kind="field", summary="Last price of the bar"),
        CompletionEntry("and", kind="keyword"),
    )


@pytest.fixture
def misspelt() -> Problem:
    """Return the problem of ``smaa(close, 20)``."""
    return Problem(0, 4, "There is no function 'smaa'. Did you mean 'sma'?", fix="sma")
