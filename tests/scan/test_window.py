"""The window limits which bars may match, by date, by last bars and by calendar days back."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.scan.window import MatchWindow

DAYS = np.array(
    ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"], dtype="datetime64[us]"
)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        pytest.param(MatchWindow(), [0, 1, 2, 3, 4], id="no limit"),
        pytest.param(MatchWindow(start=date(2020, 1, 2)), [1, 2, 3, 4], id="start is inclusive"),
        pytest.param(MatchWindow(end=date(2020, 1, 3)), [0, 1, 2], id="end is inclusive"),
        pytest.param(MatchWindow(date(2020, 1, 4), date(2020, 1, 5)), [], id="a weekend is empty"),
        pytest.param(MatchWindow(last_bars=2), [3, 4], id="last two bars"),
        pytest.param(MatchWindow(last_bars=99), [0, 1, 2, 3, 4], id="more last bars than there are"),
        pytest.param(MatchWindow(lookback_days=4), [2, 3, 4], id="four calendar days back"),
        pytest.param(MatchWindow(end=date(2020, 1, 6), last_bars=2), [3], id="both limits hold"),
        pytest.param(MatchWindow(start=date(2021, 1, 1)), [], id="after the data"),
        pytest.param(MatchWindow(end=date(2019, 1, 1), last_bars=1), [], id="before the data"),
    ],
)
def test_rows(window: MatchWindow, expected: list[int]) -> None:
    assert list(range(len(DAYS))[window.rows(DAYS)]) == expected


def test_an_intraday_end_includes_the_whole_day() -> None:
    moments = np.array(["2020-01-03T09:30", "2020-01-03T15:55", "2020-01-04T00:00"], dtype="datetime64[us]")
    assert MatchWindow(end=date(2020, 1, 3)).rows(moments) == slice(0, 2)


def test_no_bars_have_no_rows() -> None:
    assert MatchWindow(lookback_days=3, last_bars=1).rows(DAYS[:0]) == slice(0, 0)
