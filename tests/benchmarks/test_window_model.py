"""The model of the window's actions, by itself."""

from __future__ import annotations

import pytest

from benchmarks.window_model import Filter, State, WindowModel


def scanned(*closes: float) -> WindowModel:
    model = WindowModel()
    model.run()
    model.hear("started")
    model.hear("batch", closes)
    model.hear("finished", closes)
    model.end()
    return model


def test_a_scan_goes_from_idle_over_starting_and_running_back_to_idle():
    model = WindowModel()
    seen = [model.state]
    model.run()
    seen.append(model.state)
    model.hear("started")
    seen.append(model.state)
    model.hear("finished")
    model.end()
    assert [*seen, model.state] == [State.IDLE, State.STARTING, State.RUNNING, State.IDLE]


def test_a_cancel_before_the_start_is_not_forgotten_when_the_scan_starts():
    model = WindowModel()
    model.run()
    model.cancel()
    model.hear("started")
    assert model.state is State.CANCELLING
    assert not model.allows("running") and not model.allows("idle")


@pytest.mark.parametrize(
    ("text", "passes", "rows", "can_export"),
    [
        pytest.param("", lambda _close: True, True, True, id="everything"),
        pytest.param("close<0", lambda close: close < 0, False, True, id="nothing passes"),
    ],
)
def test_rows_follow_the_filter_and_the_result_does_not(text, passes, rows, can_export):
    model = scanned(10.0, 20.0)
    model.set_filter(Filter(text, passes))
    assert (model.allows("rows"), model.allows("result")) == (rows, can_export)


def test_an_empty_result_and_a_running_scan_have_nothing_to_export():
    assert not scanned().allows("result")
    model = scanned(10.0)
    model.run()
    assert model.allows("rows") and not model.allows("result")
    model.hear("started")
    assert not model.allows("rows")
