from __future__ import annotations

import numpy as np
import pytest

from engine.errors import UnknownNameError
from engine.market.timeframe import Timeframe


@pytest.mark.parametrize(
    ("code", "timeframe"),
    [("5M", Timeframe.MINUTE_5), ("1d", Timeframe.DAY), (" 1W ", Timeframe.WEEK), ("1mo", Timeframe.MONTH)],
)
def test_a_code_is_read_without_case_and_blanks(code, timeframe):
    assert Timeframe.parse(code) is timeframe


def test_an_unknown_code_names_those_that_exist():
    with pytest.raises(UnknownNameError, match="1d"):
        Timeframe.parse("5h")


def test_every_timeframe_has_a_word_for_the_form():
    assert [timeframe.label for timeframe in Timeframe] == [
        *("1 minute", "5 minutes", "15 minutes", "30 minutes", "1 hour", "2 hours", "4 hours"),
        "Daily",
        "Weekly",
        "Monthly",
        "Quarterly",
        "Yearly",
    ]


def test_intraday_bars_are_shorter_than_a_day():
    lengths = {timeframe.value: timeframe.minutes for timeframe in Timeframe if timeframe.is_intraday}
    assert lengths == {"1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240}


@pytest.mark.parametrize(
    ("timeframe", "text"),
    [("1d", "2026-03-11"), ("1w", "2026-03-11"), ("5m", "2026-03-11 09:35"), ("1h", "2026-03-11 09:35")],
)
def test_only_an_intraday_bar_tells_the_time_of_day(timeframe, text):
    assert Timeframe(timeframe).moment_text(np.datetime64("2026-03-11T09:35", "us")) == text


def test_seconds_are_told_where_there_are_some():
    assert Timeframe.MINUTE.moment_text(np.datetime64("2026-03-11T09:35:07", "us")) == "2026-03-11 09:35:07"
