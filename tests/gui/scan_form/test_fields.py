from __future__ import annotations

import pytest
from PySide6.QtWidgets import QSpinBox

from gui.scan_form.fields import ColumnsField, MatchesField, UniverseField, WorkersField


@pytest.fixture
def universe(qtbot) -> UniverseField:
    made = UniverseField()
    qtbot.addWidget(made)
    return made


def test_without_data_the_universe_says_so(universe):
    assert universe.description() == "No data chosen"


def test_the_universe_shows_its_name_and_size(universe):
    universe.describe("Demo universe", 1500, "2016-11-21 – 2026-11-20")
    assert universe.description() == "Demo universe, 1,500 symbols"
    universe.describe("Mine", 1, "")
    assert universe.description() == "Mine, 1 symbol"


def test_a_folder_that_is_not_read_yet_shows_its_path(universe):
    universe.describe("Demo universe", 500, "")
    universe.set_path("/data/mine")
    assert (universe.path(), universe.description()) == ("/data/mine", "/data/mine")


def test_the_same_path_again_keeps_the_description(universe):
    universe.set_path("/data/mine")
    universe.describe("Mine", 3, "")
    universe.set_path("/data/mine")
    assert universe.description() == "Mine, 3 symbols"


def test_the_button_asks_for_other_data(qtbot, universe):
    with qtbot.waitSignal(universe.data_requested):
        universe.button.click()


@pytest.fixture
def matches(qtbot) -> MatchesField:
    made = MatchesField()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize("bars", [None, 1, 2, 250], ids=["every", "last", "two", "many"])
def test_a_choice_of_matches_is_read_back(matches, bars):
    matches.set_limit(bars)
    assert matches.last_bars() == bars


def test_the_number_of_bars_is_there_only_where_it_counts(matches):
    number = matches.findChild(QSpinBox)
    seen = []
    for bars in (None, 1, 5):
        matches.set_limit(bars)
        seen.append(number.isVisible())
    assert seen == [False, False, True]


@pytest.mark.parametrize("days", [1, 30])
def test_last_days_are_read_back_and_leave_the_bars_alone(matches, days):
    matches.set_limit(None, days)
    assert (matches.last_bars(), matches.lookback_days()) == (None, days)
    assert matches.days.isVisible() and not matches.bars.isVisible()
    matches.set_limit(None)
    assert matches.lookback_days() is None


def test_workers_beyond_the_cores_are_called_slower(qtbot):
    workers = WorkersField(cores=2)
    qtbot.addWidget(workers)
    workers.number.setValue(2)
    assert workers.note() == "of 2 cores"
    workers.number.setValue(3)
    assert workers.note() == "of 2 cores: slower"


def test_workers_stay_between_1_and_64(qtbot):
    workers = WorkersField(cores=2)
    qtbot.addWidget(workers)
    workers.number.setValue(900)
    assert workers.number.value() == 64
    workers.number.setValue(0)
    assert workers.number.value() == 1


def test_columns_are_named_and_can_be_dropped(qtbot):
    columns = ColumnsField()
    qtbot.addWidget(columns)
    columns.set_entries({"twice": "2 * close", "half": "close / 2"})
    assert columns.entries() == {"twice": "2 * close", "half": "close / 2"}
    with qtbot.waitSignal(columns.changed):
        columns.drop.click()
    assert columns.entries() == {}
