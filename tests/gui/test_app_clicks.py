"""Random clicks on the real window against a model of it; ``python -m benchmarks.clicks`` plays a thousand."""

from __future__ import annotations

import random

import pytest

from benchmarks.clicks import DiffersError, opened, play, universes

SEQUENCES = 15


@pytest.fixture(scope="session")
def markets(tmp_path_factory):
    return universes(tmp_path_factory.mktemp("markets"))


@pytest.fixture(autouse=True)
def look_of_the_application(qapp):
    """Put the palette back that the windows have changed."""
    palette = qapp.palette()
    yield
    qapp.setPalette(palette)


def test_the_window_is_what_the_model_says_after_each_of_many_clicks(qapp, markets):
    assert list(play(markets, range(SEQUENCES), seed=1)) == []


def test_an_action_that_stays_available_is_noticed(qapp, markets, monkeypatch):
    monkeypatch.setattr("gui.app.enable_actions", lambda *_actions, **_states: None)
    with opened(markets) as bench, pytest.raises(DiffersError, match="actions"):
        bench.play(random.Random(1))


def test_an_exception_in_a_slot_is_noticed(qapp, markets, monkeypatch):
    def broken(_flow, _event):
        raise ZeroDivisionError

    monkeypatch.setattr("gui.flows.scan_flow.ScanFlow._on_progress", broken)
    failures = list(play(markets, range(3), seed=1))
    assert failures and all("ZeroDivisionError" in failure for failure in failures)
