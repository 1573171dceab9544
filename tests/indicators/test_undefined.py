"""A share that does not move is neither oversold nor overbought."""

import numpy as np
import pytest

from engine.indicators.binding import talib
from engine.indicators.undefined import undefined_bars

FLAT = np.full(40, 10.0)


def blanked(name, inputs, numbers):
    output = getattr(talib, name)(*inputs, *numbers)
    first = output[0] if isinstance(output, tuple) else output
    return undefined_bars(name)(inputs, numbers, first)


@pytest.mark.parametrize(
    ("name", "inputs", "numbers"),
    [
        ("RSI", 1, (14,)),
        ("CMO", 1, (14,)),
        ("WILLR", 3, (14,)),
        ("STOCHF", 3, (5, 3, 0)),
        ("STOCH", 3, (5, 3, 0, 3, 0)),
        ("KDJ", 3, (9, 3, 13, 3, 13)),
        ("MFI", 4, (14,)),
    ],
    ids=str,
)
def test_flat_prices_are_undefined(name, inputs, numbers):
    assert blanked(name, [FLAT] * inputs, numbers)[-1]


def test_rsi_of_falling_prices_stays_zero():
    falling = np.arange(40.0, 0.0, -1.0)
    assert blanked("RSI", [falling], (14,)) is None
    assert talib.RSI(falling, 14)[-1] == 0


def test_rsi_is_defined_from_the_first_change_on():
    prices = np.array([10.0] * 20 + [11.0] + [10.5] * 9)
    assert blanked("RSI", [prices], (14,)).tolist() == [True] * 20 + [False] * 10


def test_a_close_at_the_top_of_a_real_range_stays():
    high, low, close = np.arange(20.0) + 1, np.arange(20.0), np.arange(20.0) + 1
    assert not blanked("WILLR", [high, low, close], (14,)).any()


def test_money_flow_is_undefined_only_while_the_typical_price_stands_still():
    price = np.array([10.0, 11.0] + [10.0] * 20)
    volume = np.full(22, 1000.0)
    blank = blanked("MFI", [price, price, price, volume], (5,))
    assert blank.tolist() == [False] * 7 + [True] * 15


def test_other_functions_have_no_undefined_bars():
    assert undefined_bars("SMA") is None
