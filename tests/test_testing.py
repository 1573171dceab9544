from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from engine.market.quality import clean
from engine.testing import bars_from_rows, generate_test_bars, generate_test_candles, generate_test_symbols


@pytest.mark.parametrize("count", [0, 1, 300])
def test_candles_come_in_the_number_asked_for(count):
    frame = generate_test_candles(count)
    assert frame.columns.tolist() == ["timestamp", "open", "high", "low", "close", "volume"]
    assert len(frame) == count


def test_every_candle_is_sound():
    _, report = clean(generate_test_bars("T", 5_000))
    assert (report.bars, report.masked, report.unknown_volume) == (5_000, {}, 0)


@pytest.mark.parametrize("start", [date(2021, 5, 1), datetime(2021, 5, 1, 15, 30), "2021-05-01"], ids=str)
def test_candles_begin_on_the_first_weekday_of_the_start(start):
    days = generate_test_candles(7, start)["timestamp"].to_numpy().astype("datetime64[D]")
    assert str(days[0]) == "2021-05-03"
    assert np.is_busday(days).all()


def test_a_longer_series_begins_with_the_shorter_one():
    assert generate_test_candles(50).head(20).equals(generate_test_candles(20))


def test_a_negative_number_of_candles_is_an_error():
    with pytest.raises(ValueError, match="0 or more"):
        generate_test_candles(-1)


def test_symbols_are_different():
    assert len(set(generate_test_symbols(2_500))) == 2_500
    assert generate_test_symbols(3) == generate_test_symbols(3)


def test_rows_become_bars():
    bars = bars_from_rows("T", ["2020-01-02"], [(1, 4, 0.5, 2, 7)])
    assert (bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0]) == (1, 4, 0.5, 2, 7)
    assert len(bars_from_rows("T", [], [])) == 0
