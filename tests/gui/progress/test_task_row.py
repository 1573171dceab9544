"""The row of the status bar for one long piece of work."""

from __future__ import annotations

import pytest

from gui.progress.task_row import TaskRow


@pytest.fixture
def row(qtbot) -> TaskRow:
    widget = TaskRow()
    qtbot.addWidget(widget)
    return widget


def test_without_work_there_is_no_row(row):
    assert row.isHidden()
    row.begin("Writing x.csv", 100)
    assert not row.isHidden()
    row.finish()
    assert row.isHidden()


def test_work_shows_its_name_how_far_it_is_and_the_time_left(row):
    row.begin("Writing x.csv", 1_000_000)
    for second in range(1, 6):
        row.show_progress(100_000 * second, 1_000_000, float(second))
    assert row.label.text() == "Writing x.csv · 0:05 left"
    assert row.bar.value() == row.bar.maximum() // 2


def test_cancel_is_asked_once_and_progress_does_not_hide_that(row, qtbot):
    row.begin("Writing x.csv", 100)
    with qtbot.waitSignal(row.cancel_requested):
        row.cancel_button.click()
    row.show_progress(60, 100, 5.0)
    assert row.label.text() == "Cancelling …"
    assert not row.cancel_button.isEnabled()
    row.begin("Writing y.csv", 100)
    assert row.cancel_button.isEnabled()


def test_bar_and_button_have_names_for_the_screen_reader(row):
    row.begin("Writing x.csv", 100)
    assert row.bar.accessibleName()
    assert row.cancel_button.accessibleName() == "Cancel: Writing x.csv"
