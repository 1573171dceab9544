from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.data.synthetic_market import LAST_DAY, MOST_SYMBOLS, calendar, make_market, names
from engine.market.bars import Bars

DAYS = calendar(5)


@pytest.fixture(scope="module")
def market() -> list[Bars]:
    return list(make_market(names(120), DAYS, seed=1))


def test_the_calendar_holds_the_weekdays_of_whole_years():
    days = calendar(2, date(2026, 11, 20)).astype("datetime64[D]")
    assert (str(days[0]), str(days[-1])) == ("2024-11-21", "2026-11-20")
    assert np.is_busday(days).all()
    assert len(days) == np.busday_count("2024-11-21", "2026-11-21")


def test_names_are_different_sorted_and_can_be_spoken():
    for count in (0, 1, 500, 2_500):
        some = names(count)
        assert len(set(some)) == count
        assert list(some) == sorted(some)
    assert all(name[0] in "ZXQJ" and name[1] in "AEIOU" and 4 <= len(name) <= 5 for name in names(2_500))


def test_more_names_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="made-up symbols"):
        names(MOST_SYMBOLS + 1)


def test_the_same_seed_gives_the_same_bars(market):
    again = list(make_market(names(120), DAYS, seed=1))
    assert all((one.close == two.close).all() for one, two in zip(market, again, strict=True))


def test_a_bar_is_one_that_a_market_could_have_made(market):
    for bars in market:
        assert (bars.low > 0).all()
        assert (bars.low <= np.minimum(bars.open, bars.close)).all()
        assert (bars.high >= np.maximum(bars.open, bars.close)).all()
        assert (bars.volume >= 0).all()
        assert (bars.volume == np.round(bars.volume, -2)).all()


def test_a_day_without_volume_is_a_day_without_movement(market):
    still = [bars.take(bars.volume == 0) for bars in market]
    assert sum(len(bars) for bars in still) > 0
    assert all((bars.high == bars.low).all() for bars in still)


def test_some_start_late_some_end_early_and_some_miss_days(market):
    lengths = [len(bars) for bars in market]
    assert lengths.count(len(DAYS)) > 60
    assert sum(bars.timestamp[0] > DAYS[0] for bars in market) >= 5
    assert sum(bars.timestamp[-1] < np.datetime64(LAST_DAY) for bars in market) >= 1
    assert any(len(DAYS) - 6 < length < len(DAYS) for length in lengths)


def test_volatility_comes_in_clusters(market):
    lagged = []
    for bars in market:
        if len(bars) == len(DAYS):
            size = np.abs(np.diff(np.log(bars.close)))
            lagged.append(np.corrcoef(size[1:], size[:-1])[0, 1])
    assert np.mean(lagged) > 0.05


def test_symbols_move_with_their_market_but_not_in_step(market):
    returns = np.array([np.diff(np.log(bars.close)) for bars in market if len(bars) == len(DAYS)])
    correlation = np.corrcoef(returns)[np.triu_indices(len(returns), 1)]
    assert 0.05 < correlation.mean() < 0.6
    assert 0.15 < returns.std() * np.sqrt(252) < 0.6
