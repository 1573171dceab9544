from __future__ import annotations

import pytest

from gui.timed_bar import TimedBar


@pytest.fixture
def bar(qtbot) -> TimedBar:
    made = TimedBar("Progress of the measuring", 22)
    qtbot.addWidget(made)
    return made


def test_it_runs_to_and_fro_until_somebody_knows_how_far_the_work_is(bar):
    bar.begin()
    assert (bar.minimum(), bar.maximum()) == (0, 0)
    bar.show_progress(3, 12)
    assert (bar.value(), bar.maximum(), bar.text()) == (3, 12, "25%")


def test_time_left_stands_in_it_and_goes_when_nobody_knows_it(bar):
    bar.show_progress(3, 12, "0:09")
    assert bar.text() == "25% · 0:09 left"
    bar.show_progress(4, 12)
    assert bar.text() == "33%"


def test_the_longest_text_has_room(bar):
    bar.show_progress(99, 100, "10:59:59")
    assert bar.fontMetrics().horizontalAdvance(bar.text()) < bar.width()


def test_a_screen_reader_hears_what_it_is_about(bar):
    assert bar.accessibleName() == "Progress of the measuring"
