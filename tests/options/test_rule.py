"""Each rule refuses what it is for, keeps what is on its limit, and takes unknown figures as too little."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.options.quote import Quote
from engine.options.rulebook import make_rules
from engine.options.rules import CONTRACT_RULES, broken_rule

NAN = float("nan")
GOOD = Quote(
    "X", "call", date(2026, 3, 20), 35, 100.0, 2.85, 3.15, 3.0, 50.0, 25.0, 0.3, 0.5, 0.02, -0.03, 0.1
)
RULES = make_rules({"min_volume": 50, "max_spread_percent": 10.000001})


def test_a_quote_on_every_limit_is_kept():
    assert broken_rule(replace(GOOD, days=20), 1, RULES) is None
    assert broken_rule(replace(GOOD, days=60, bid=0.05, ask=0.0552), -1, RULES) is None


@pytest.mark.parametrize(
    ("change", "side", "words"),
    [
        ({"bid": NAN}, 1, "no bid"),
        ({"ask": NAN}, 1, "no bid or no ask"),
        ({"bid": 0.0, "ask": 0.0}, 1, "no bid"),
        ({"bid": 4.0}, 1, "crossed market"),
        ({"bid": 0.04, "ask": 0.043}, -1, "below 0.05"),
        ({"open_interest": 24.0}, 1, "open interest 24 below 25"),
        ({"open_interest": NAN}, 1, "open interest"),
        ({"volume": 49.0}, 1, "volume 49 below 50"),
        ({"volume": NAN}, 1, "volume"),
        ({"ask": 3.2}, 1, "spread 11.6 %"),
        ({"days": 19}, 1, "19 days to expiry"),
        ({"days": 61}, 1, "61 days to expiry"),
    ],
)
def test_a_quote_over_a_limit_is_refused_with_its_reason(change, side, words):
    reason = broken_rule(replace(GOOD, **change), side, RULES)
    assert reason is not None
    assert words in reason


def test_a_low_bid_is_no_reason_against_buying():
    assert broken_rule(replace(GOOD, bid=0.04, ask=0.043), 1, RULES) is None


def test_a_limit_of_nothing_lets_unknown_figures_pass():
    rules = make_rules({"min_open_interest": 0})
    assert broken_rule(replace(GOOD, open_interest=NAN, volume=NAN), 1, rules) is None


def test_rules_have_an_order_of_their_own():
    orders = [rule.order for rule in CONTRACT_RULES]
    assert len(set(orders)) == len(orders) >= 6
