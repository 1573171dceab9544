"""Past returns at the nearest window, and what a structure would have made of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.options.forward import ForwardReturns, past_result
from engine.options.quote import Quote
from engine.options.structure import Leg, Structure

NAN = float("nan")


def call(days: int) -> Structure:
    quote = Quote("X", "call", date(2026, 3, 20), days, 100.0, 2.0, 2.5, NAN, 9, 99, 0.3, 0.5, 0.1, 0.1, 0.1)
    return Structure("long_call", (Leg(1, quote),), 100.0)


@pytest.mark.parametrize(("days", "window"), [(5, 5), (14, 10), (30, 20), (400, 40)])
def test_the_window_is_the_nearest_in_trading_days(days, window):
    forward = ForwardReturns({each: np.zeros(3) for each in (5, 10, 20, 40)})
    assert forward.nearest(days)[0] == window


def test_a_call_wins_where_the_price_rose_over_its_break_even():
    returns = np.array([-0.5, 0.02, 0.03, 0.10, NAN])
    past = past_result(call(30), ForwardReturns({20: returns}))
    assert past is not None
    assert (past.count, past.win_rate) == (4, 0.5)
    assert past.mean_profit == pytest.approx(np.mean([-2.5, -0.5, 0.5, 7.5]))


def test_many_returns_need_no_warning():
    past = past_result(call(30), ForwardReturns({20: np.zeros(20)}))
    assert past is not None
    assert "with care" not in past.note


@pytest.mark.parametrize("forward", [ForwardReturns({}), ForwardReturns({20: np.full(3, NAN)})])
def test_without_returns_there_is_nothing_to_say(forward):
    assert past_result(call(30), forward) is None
