from __future__ import annotations

import pytest

from engine.errors import UnknownNameError
from engine.market.timeframe import Timeframe


@pytest.mark.parametrize(
    ("code", "timeframe"), [("1d", Timeframe.DAY), (" 1W ", Timeframe.WEEK), ("1mo", Timeframe.MONTH)]
)
def test_a_code_is_read_without_case_and_blanks(code, timeframe):
    assert Timeframe.parse(code) is timeframe


def test_an_unknown_code_names_those_that_exist():
    with pytest.raises(UnknownNameError, match="1d"):
        Timeframe.parse("5h")


def test_every_timeframe_has_a_word_for_the_form():
    assert [timeframe.label for timeframe in Timeframe] == [
        "Daily",
        "Weekly",
        "Monthly",
        "Quarterly",
        "Yearly",
    ]
