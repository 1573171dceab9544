from __future__ import annotations

import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.inspection import data_report
from engine.data.parquet import write_bars
from engine.testing import generate_test_bars
from gui.bridge.background import BackgroundWork, WindowClosingError
from gui.bridge.data_report_loader import DataReportLoader, look_through


@pytest.fixture
def loader(qtbot):
    background = BackgroundWork("reports")
    made = DataReportLoader(background)
    yield made
    assert background.close()


def test_the_report_is_the_engines(qtbot, loader, universe):
    with qtbot.waitSignal(loader.loaded) as told:
        loader.load(str(universe))
    assert told.args == [data_report(HiveCandleRepository(universe))]


def test_data_that_has_not_changed_is_not_told_again(universe):
    first = look_through(str(universe), "", 0.0, lambda done, total: None)
    again = look_through(str(universe), first.version, 0.0, lambda done, total: None)
    assert first.report is not None
    assert again.report is None


def test_data_that_has_changed_is_told(qtbot, loader, tmp_path):
    folder = tmp_path / "bars" / "symbol=AAA"
    folder.mkdir(parents=True)
    for bars in (5, 7):
        write_bars(generate_test_bars("AAA", bars), folder / "bars.parquet")
        with qtbot.waitSignal(loader.loaded) as told:
            loader.load(str(tmp_path / "bars"))
        assert told.args[0].bars == bars


def test_only_the_newest_data_is_told(qtbot, loader, universe, tmp_path):
    told = []
    loader.loaded.connect(told.append)
    loader.failed.connect(told.append)
    loader.load("/no/such/folder")
    with qtbot.waitSignal(loader.loaded):
        loader.load(str(universe))
    assert len(told) == 1
    assert len(told[0].symbols) == 12


def test_data_that_cannot_be_listed_is_one_sentence(qtbot, loader):
    with qtbot.waitSignal(loader.failed) as told:
        loader.load("/no/such/folder")
    assert "There is no folder" in told.args[0]


def test_a_look_that_is_given_up_ends_with_its_next_symbol(universe):
    seen = []

    def stop(done, total):
        seen.append(done)
        if done == 2:
            raise WindowClosingError

    with pytest.raises(WindowClosingError):
        look_through(str(universe), "", 0.0, stop)
    assert seen == [0, 1, 2]
