"""Settling times of recursive averages."""

import pytest

from engine.indicators.catalogue import indicator
from engine.indicators.fading import RESIDUE, bars_until, ema, settling, wilder


@pytest.mark.parametrize("share", [0.5, 0.1, 2 / 201], ids=str)
def test_the_first_value_has_faded_to_the_residue_and_not_before(share):
    bars = bars_until(share)
    assert (1 - share) ** bars <= RESIDUE < (1 - share) ** (bars - 1)


def test_an_average_of_one_bar_remembers_nothing():
    assert ema(1) == wilder(1) == 0


@pytest.mark.parametrize(
    ("name", "values", "bars"),
    [
        ("SMA", (20.0,), 19),
        ("EMA", (20.0,), 19 + ema(20)),
        ("RSI", (14.0,), 14 + wilder(14)),
        ("ADX", (14.0,), 27 + 2 * wilder(14)),
        ("MACD", (12.0, 26.0, 9.0), 33 + ema(12) + ema(26) + ema(9)),
        ("MA", (20.0, 1.0), 19 + ema(20)),
        ("MA", (20.0, 0.0), 19),
    ],
)
def test_stages_settle_one_after_the_other(name, values, bars):
    assert settling(indicator(name), values) == bars
