"""The words of the evidence panel."""

from __future__ import annotations

from gui.evidence.state import (
    CAVEAT,
    COLUMNS,
    EMPTY_TEXTS,
    HISTOGRAM_COLUMN,
    Phase,
    account_text,
    cells_of,
    columns_left_out,
    row_text,
    spoken_histogram,
    summary_text,
)
from gui.wording import as_written


def test_each_column_but_the_histogram_has_a_text(evidence):
    cells = cells_of(evidence.windows[0].statistics, as_written)
    assert len(cells) == HISTOGRAM_COLUMN == len(COLUMNS) - 1
    assert cells[0] == "5 bars"
    assert cells[1] == "299"


def test_gains_and_losses_have_a_sign(evidence):
    by_title = dict(
        zip(
            [column.title for column in COLUMNS],
            cells_of(evidence.windows[0].statistics, as_written),
            strict=False,
        )
    )
    assert by_title["Universe"] == "+0.40 %"
    assert by_title["5th pct"].startswith("\N{MINUS SIGN}")
    assert by_title["Win rate"][0].isdigit()


def test_the_account_of_a_window_adds_up(evidence):
    assert account_text(evidence.windows[1].statistics, as_written) == (
        "300 signals = 279 evaluated + 20 not yet matured + 1 not evaluable"
    )


def test_the_summary_names_terms_universe_and_what_is_missing(evidence):
    text = summary_text(evidence, as_written, partial=True)
    assert "300 matches, bought at the next bar's open, without costs" in text
    assert "universe of 100 symbols, 2020-01-02 to 2024-01-02" in text
    assert "⚠ 1 symbols could not be measured" not in text
    assert "⚠ 1 symbol could not be measured" in text
    assert "not complete" in text


def test_a_histogram_can_be_told(evidence):
    assert "returns below zero" in spoken_histogram(evidence, 0, as_written)


def test_every_empty_phase_says_what_to_do():
    assert all(EMPTY_TEXTS[phase] for phase in (Phase.NO_SCAN, Phase.NO_MATCHES, Phase.WAITING))


def test_the_caveat_promises_no_certainty():
    assert "overlap" in CAVEAT
    assert "delisted" in CAVEAT


def test_with_room_for_every_column_none_is_left_out():
    widths = [50] * len(COLUMNS)
    assert columns_left_out(widths, sum(widths)) == frozenset()


def test_the_least_needed_columns_go_first_and_some_never():
    widths = [50] * len(COLUMNS)
    titles = [column.title for column in COLUMNS]
    assert columns_left_out(widths, sum(widths) - 1) == {titles.index("Days")}
    assert columns_left_out(widths, 0).isdisjoint(
        map(titles.index, ("Window", "n", "Mean", "Excess", "Returns"))
    )


def test_a_rows_tip_says_every_cell_with_its_title(evidence):
    tip = row_text(evidence.windows[0].statistics, as_written)
    for column, cell in zip(COLUMNS, cells_of(evidence.windows[0].statistics, as_written), strict=False):
        assert f"{column.title}: {cell}" in tip
    assert "not yet matured" in tip
