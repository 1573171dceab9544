from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication

from engine.errors import Problem
from gui.bridge.formula_check import PAUSE_MS, FormulaCheck


@dataclass(frozen=True)
class Answer:
    text: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    canonical: str | None = None
    history: int = 1


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def answers() -> list[tuple[str, Answer]]:
    return []


@pytest.fixture
def check(qtbot, asked, answers):
    def answer(text: str) -> Answer:
        asked.append(text)
        return Answer(text)

    made = FormulaCheck(answer, pause_ms=1)
    made.checked.connect(lambda text, result: answers.append((text, result)))
    return made


def test_only_the_last_of_several_quick_edits_is_checked(qtbot, check, asked):
    with qtbot.waitSignal(check.checked):
        for text in ("c", "cl", "close"):
            check.schedule(text)
    assert asked == ["close"]


def test_the_result_comes_with_the_text_that_it_is_about(qtbot, check, answers):
    with qtbot.waitSignal(check.checked):
        check.schedule("close > 1")
    assert answers == [("close > 1", Answer("close > 1"))]


def test_a_flush_checks_at_once_and_only_once(qtbot, check, asked):
    check.schedule("close")
    check.flush()
    check.flush()
    assert asked == ["close"]


def test_a_check_without_a_pause_forgets_the_waiting_text(qtbot, check, asked):
    check.schedule("old")
    assert check.check_now("new") == Answer("new")
    check.flush()
    assert asked == ["new"]


def test_nothing_is_checked_before_the_pause_is_over(qtbot, asked):
    patient = FormulaCheck(lambda text: asked.append(text) or Answer(text), pause_ms=60_000)
    patient.schedule("close")
    QCoreApplication.processEvents()
    assert asked == []
    patient.flush()


def test_the_pause_is_the_one_that_the_design_names():
    assert PAUSE_MS == 250
