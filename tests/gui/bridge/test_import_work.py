from __future__ import annotations

import threading

import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.reading_rules import ReadingRules
from gui.bridge.background import BackgroundWork
from gui.bridge.import_work import ImportWork, OpensAsItIs, ToImport

TEXT = "Date;Open;High;Low;Close\n31.01.2020;1,5;2;1;2\n"


@pytest.fixture
def work(qtbot):
    background = BackgroundWork("imports")
    made = ImportWork(background)
    yield made
    assert background.close()


@pytest.fixture
def source(tmp_path):
    (tmp_path / "raw").mkdir()
    for name in ("aaa", "bbb", "ccc"):
        (tmp_path / "raw" / f"{name}.csv").write_text(TEXT)
    return tmp_path / "raw"


def test_bars_in_our_layout_open_as_they_are(qtbot, work, universe):
    with qtbot.waitSignal(work.looked) as told:
        work.look(str(universe))
    assert told.args == [OpensAsItIs(str(universe))]


def test_a_source_comes_with_rules_that_fit_and_with_those_that_are_given(qtbot, work, source):
    with qtbot.waitSignal(work.looked) as told:
        work.look(str(source))
    found = told.args[0]
    assert isinstance(found, ToImport)
    assert found.rules == ReadingRules(decimal_comma=True, date_order="dmy")
    with qtbot.waitSignal(work.looked) as told:
        work.look(str(source), ReadingRules())
    assert told.args[0].preview.refused == 1


def test_nothing_at_a_place_is_one_sentence(qtbot, work):
    with qtbot.waitSignal(work.failed) as told:
        work.look("/no/such/place")
    assert told.args == ["There is nothing at /no/such/place: check the path."]


def test_an_import_reports_its_progress_and_its_account(qtbot, work, source, tmp_path):
    steps = []
    work.progressed.connect(lambda done, total, _seconds: steps.append((done, total)))
    with qtbot.waitSignal(work.imported) as told:
        work.start(source, str(tmp_path / "bars"), ReadingRules(decimal_comma=True, date_order="dmy"))
    assert told.args[0].symbols == 3
    assert steps[-1] == (3, 3)
    assert HiveCandleRepository(tmp_path / "bars").symbols() == ("AAA", "BBB", "CCC")


def test_a_cancelled_import_leaves_nothing(qtbot, work, source, tmp_path, monkeypatch):
    begun, allowed = threading.Event(), threading.Event()
    original = ImportWork._progress

    def slow(self, number, stop):
        progress = original(self, number, stop)

        def wait(done, total):
            begun.set()
            allowed.wait(60)
            progress(done, total)

        return wait

    monkeypatch.setattr(ImportWork, "_progress", slow)
    with qtbot.waitSignal(work.cancelled):
        work.start(source, str(tmp_path / "bars"), ReadingRules(decimal_comma=True, date_order="dmy"))
        assert begun.wait(60)
        work.cancel()
        allowed.set()
    assert not (tmp_path / "bars").exists()
