"""The states of the window's scan against a model of its own, over random clicks."""

from __future__ import annotations

import random

import pytest

from gui.bridge.scan_state import ScanMachine, ScanState

IDLE, STARTING, RUNNING, CANCELLING = (
    ScanState.IDLE,
    ScanState.STARTING,
    ScanState.RUNNING,
    ScanState.CANCELLING,
)
MOVES = ("start", "started", "cancel", "ended")


class Model:
    """What a person would say: two facts, whether a scan is on and whether it was cancelled."""

    def __init__(self):
        self.on = self.begun = self.cancelled = False
        self.runs = 0

    def move(self, what: str) -> bool:
        if what == "start" and not self.on:
            self.on, self.begun, self.cancelled = True, False, False
            self.runs += 1
            return True
        if what == "started" and self.on and not self.begun and not self.cancelled:
            self.begun = True
            return True
        if what == "cancel" and self.on and not self.cancelled:
            self.cancelled = True
            return True
        if what == "ended" and self.on:
            self.on = False
            return True
        return False

    @property
    def state(self) -> ScanState:
        if not self.on:
            return IDLE
        if self.cancelled:
            return CANCELLING
        return RUNNING if self.begun else STARTING


@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_random_click_sequences_agree_with_the_model(seed):
    chance = random.Random(seed)
    for _ in range(100):
        machine, model = ScanMachine(), Model()
        for _ in range(40):
            what = chance.choice(MOVES)
            assert machine.move(what) == model.move(what)
            assert (machine.state, machine.run) == (model.state, model.runs)


@pytest.mark.parametrize("what", MOVES[1:])
def test_nothing_but_a_start_leaves_idle(what):
    machine = ScanMachine()
    assert not machine.move(what)
    assert (machine.state, machine.run) == (IDLE, 0)


def test_events_of_an_older_run_do_not_count():
    machine = ScanMachine()
    for what in ("start", "ended", "start"):
        machine.move(what)
    assert not machine.is_current(1)
    assert machine.is_current(2)


def test_events_after_the_end_do_not_count():
    machine = ScanMachine()
    machine.move("start")
    machine.move("ended")
    assert not machine.is_current(1)
