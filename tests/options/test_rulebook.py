"""Contract rules from values and files: all problems at once, each in a sentence."""

from __future__ import annotations

import pytest

from engine.errors import ContractRulesError
from engine.options.rulebook import LARGEST_FILE, ContractRules, make_rules, read_rules


def problems(values) -> str:
    with pytest.raises(ContractRulesError) as caught:
        make_rules(values)
    return str(caught.value)


def test_the_defaults_are_rules():
    rules = make_rules({})
    assert rules == ContractRules()
    assert rules.wanted_days == 40
    assert make_rules({"target_days": 30}).wanted_days == 30


def test_all_problems_are_told_at_once_with_the_nearest_names():
    told = problems({"min_dayz": 3, "max_spread_percent": -1, "min_volume": "many"})
    assert "Did you mean 'min_days'?" in told
    assert "max_spread_percent" in told
    assert "min_volume" in told
    assert len(told.splitlines()) == 3


def test_days_the_wrong_way_round_are_told():
    assert "swap the two" in problems({"min_days": 50, "max_days": 20})


def test_an_unknown_strategy_is_answered_with_the_nearest_one():
    assert "Did you mean 'iron_condor'?" in problems({"strategy": "iron_condr"})


@pytest.mark.parametrize("name", ["Bull Put", "bull-put-spread", "BULL_PUT_SPREAD", "bull_put"])
def test_a_strategy_may_be_written_as_people_write_it(name):
    assert make_rules({"strategy": name}).strategy == name


def test_rules_are_read_from_yaml(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text("strategy: straddle\nmin_days: 5\n", encoding="utf-8")
    assert read_rules(path) == ContractRules(strategy="straddle", min_days=5)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"- one\n- two\n", "must hold lines", id="a list"),
        pytest.param(b"strategy: [", "cannot be read", id="broken YAML"),
        pytest.param(b"!!python/object/apply:os.system [ls]", "cannot be read", id="an object"),
        pytest.param(b"strategy: \xff\xfe", "cannot be read", id="not UTF-8"),
        pytest.param(b"a" * (LARGEST_FILE + 1), "too large", id="too large"),
    ],
)
def test_a_file_that_holds_no_rules_is_refused_in_a_sentence(tmp_path, content, words):
    path = tmp_path / "rules.yaml"
    path.write_bytes(content)
    with pytest.raises(ContractRulesError, match=words):
        read_rules(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ContractRulesError, match="No such file"):
        read_rules(tmp_path / "none.yaml")
