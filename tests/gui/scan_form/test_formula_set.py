from __future__ import annotations

import pytest

from gui.scan_form.formula_set import FormulaSet


@pytest.fixture
def two() -> FormulaSet:
    made = FormulaSet()
    made.fill({"up": "close > 1", "down": "close < 1"}, "")
    return made


def test_a_single_formula_has_no_name():
    made = FormulaSet()
    made.fill({}, "close > 1")
    assert (made.text, made.mapping(), made.is_several) == ("close > 1", {}, False)


def test_adding_one_names_both_and_shows_the_new_one():
    made = FormulaSet()
    made.fill({}, "close > 1")
    made.add()
    made.keep("close < 1")
    assert made.mapping() == {"f1": "close > 1", "f2": "close < 1"}
    made.remove(0)
    made.add()
    assert made.names == ("f2", "f3")


def test_the_text_that_is_kept_is_that_of_the_one_shown(two):
    two.show(1)
    two.keep("close < 2")
    assert two.mapping() == {"up": "close > 1", "down": "close < 2"}


@pytest.mark.parametrize(("removed", "shown", "left"), [(0, 0, "close < 1"), (1, 0, "close > 1")])
def test_what_is_left_is_shown(two, removed, shown, left):
    two.show(removed)
    two.remove(removed)
    assert (two.shown, two.text, two.mapping()) == (shown, left, {})


def test_the_last_formula_cannot_be_removed(two):
    two.remove(0)
    two.remove(0)
    assert two.text == "close < 1"


@pytest.mark.parametrize(("name", "is_taken"), [("dips", True), ("down", False), (" ", False), ("up", True)])
def test_a_name_is_taken_unless_it_is_empty_or_anothers(two, name, is_taken):
    assert two.rename(0, name) is is_taken
    assert two.names[0] == (name if is_taken else "up")
