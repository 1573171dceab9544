from __future__ import annotations

import pytest

from gui.why.state import counts_text, number_text, only_this_text, rows_of, verdict, walk
from gui.wording import as_written


def cells(explanation, counts=None):
    return [row.cells for row in walk(rows_of(explanation, counts))]


def test_each_condition_has_mark_value_threshold_and_distance(explained):
    assert cells(explained("close > 2 and high < 1")) == [
        ("close > 2", "✓", "3", "2", "+1 (+50.0 %)", "–"),
        ("close", "–", "3", "–", "–", "–"),
        ("high < 1", "✗", "4", "1", "−3 (−300.0 %)", "–"),
        ("high", "–", "4", "–", "–", "–"),
    ]


def test_what_is_not_known_has_a_question_mark(explained):
    assert cells(explained("volume > 5"))[0] == ("volume > 5", "?", "–", "5", "–", "–")


def test_the_conditions_of_a_named_line_stand_by_themselves(explained):
    explanation = explained("dip := close > 3\nall := dip and high > 1\nall", 2)
    assert [row.cells[0] for row in rows_of(explanation)] == ["dip", "high > 1"]


def test_a_cross_is_made_of_two_conditions_and_a_comparison_of_numbers(explained):
    cross, plain = rows_of(explained("cross_above(close, 3) and close > 3", 2))
    assert cross.has_conditions
    assert not plain.has_conditions
    assert [row.cells[1] for row in cross.rows] == ["✓", "✓"]


def test_several_formulas_stand_by_their_names(explained):
    explanation = explained("close > 3", -1, "close > 2 and high > 1")
    assert [(row.cells[0], row.cells[1]) for row in rows_of(explanation)] == [("a", "✗"), ("b", "✓")]
    assert verdict(explanation, as_written) == "AAA, 2024-01-04 (last bar): b matches."


@pytest.mark.parametrize(
    ("formula", "bar", "sentence"),
    [
        ("close > 2", 2, "AAA, 2024-01-03: a match."),
        ("close > 3 and high > 1", -1, "AAA, 2024-01-04 (last bar): no match, because close > 3 fails."),
        (
            "close > 3 and high > 9 and low > 1",
            -1,
            "AAA, 2024-01-04 (last bar): no match. 2 of 3 conditions fail.",
        ),
        (
            "close > 2 and volume > 5",
            -1,
            "AAA, 2024-01-04 (last bar): no match. 1 of 2 conditions is not known on this bar.",
        ),
    ],
    ids=["match", "one", "two", "unknown"],
)
def test_the_verdict_names_what_fails(explained, formula, bar, sentence):
    assert verdict(explained(formula, bar), as_written) == sentence


def test_the_counts_add_up_to_the_universe(counts):
    assert counts_text(counts, as_written) == (
        "On 2024-01-04: 1 of 12 symbols match, 3 fail one condition, 4 fail more, 1 not known, 2 without a bar, "
        "1 unreadable."
    )


def test_the_only_condition_that_fails_is_compared_with_the_others(explained, counts):
    assert (
        only_this_text(explained("close > 3 and high < 9"), counts, as_written)
        == "2 symbols fail exactly this one: close > 3."
    )
    assert only_this_text(explained("close > 3 and high < 1"), counts, as_written) == ""
    assert only_this_text(explained("close > 1 and high < 9"), counts, as_written) == ""


def test_every_condition_tells_how_many_fail_it_alone(explained, counts):
    rows = rows_of(explained("close > 3 and high < 9"), counts)
    assert [row.cells[-1] for row in rows] == ["2", "1"]


def test_a_line_is_spoken_without_its_empty_cells(explained):
    rows = list(walk(rows_of(explained("close > 2"))))
    assert [row.spoken(as_written) for row in rows] == [
        "close > 2, holds, value 3, threshold 2, distance +1 (+50.0 %)",
        "close, value 3",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0"),
        (38.169, "38.169"),
        (1359.916, "1,359.92"),
        (76900.0, "76,900"),
        (2963475.4, "2,963,475"),
    ],
)
def test_numbers_have_the_digits_that_one_can_use(value, text):
    assert number_text(value) == text
