"""Rows say what they ask for; what cannot be asked for keeps its place."""

from __future__ import annotations

import pyarrow as pa
import pytest

from engine.options.contract_request import read_requests
from engine.options.rulebook import make_rules

RULES = make_rules({"min_days": 10, "max_days": 50})


def requests(**columns):
    return read_requests(pa.table(columns), RULES)


def test_a_row_of_matches_asks_by_its_symbol_with_the_common_rules():
    (only,) = requests(symbol=["005930"], close=[3.0])
    assert (only.ticker, only.rules, only.problem) == ("005930", RULES, "")


def test_a_row_may_have_limits_of_its_own():
    first, second = requests(
        Ticker=["A", "B"], Min_DTE=[20.0, None], max_dte=[40, 45], STRATEGY=["Bull Put", ""]
    )
    assert (first.rules.min_days, first.rules.max_days, first.rules.strategy) == (20, 40, "Bull Put")
    assert (second.rules.min_days, second.rules.max_days, second.rules.strategy) == (10, 45, "long_call")


@pytest.mark.parametrize("order", [("Trade_Bias", "Strategy"), ("Strategy", "Trade_Bias")])
def test_a_strategy_counts_more_than_a_bias(order):
    cells = {"Trade_Bias": ["bearish", "bearish"], "Strategy": ["straddle", None]}
    first, second = requests(Ticker=["A", "B"], **{name: cells[name] for name in order})
    assert first.rules.strategy == "straddle"
    assert second.rules.strategy == "bearish"


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("strategy", "moonshot", "no option strategy named 'moonshot'"),
        ("min_dte", 60.0, "swap the two"),
        ("target_delta", 1.5, "target_delta"),
        ("min_dte", 10.5, "min_days"),
    ],
)
def test_an_impossible_wish_is_told_in_its_row(column, value, words):
    bad, good = requests(Ticker=["A", "B"], **{column: [value, None]})
    assert bad.rules is None
    assert words in bad.problem
    assert good.rules == RULES


def test_a_row_without_a_ticker_keeps_its_place():
    requests_made = requests(Ticker=["A", None, "", "B"])
    assert [each.index for each in requests_made] == [0, 1, 2, 3]
    assert [each.rules is None for each in requests_made] == [False, True, True, False]
