"""Saved scans that were never run, each asked about one symbol: the scan's own answer, or why there is none."""

from __future__ import annotations

from datetime import date

import pytest

from engine.data.opening import open_repository
from engine.errors import JobError
from engine.scan.job import DateRange, ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.runs.store import RunStore
from engine.scan.saved import SavedScan, save_scan
from gui.bridge.saved_look import SavedLook, SavedScans, SavedSource, look_at, saved_sources

RISEN = ProcessingJob("close > ref(close, 1) and close > sma(close, 20)")
LONG_AGO, FAR_OFF = date(1970, 1, 1), date(2100, 1, 1)


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture
def symbol(universe) -> str:
    return open_repository(universe).symbols()[0]


@pytest.fixture
def look(universe, store, symbol):
    """Ask one job about the symbol."""

    def ask(job: ProcessingJob, since: date = LONG_AGO, until: date = FAR_OFF) -> SavedLook | None:
        source = SavedSource("file:x", "x", lambda: SavedScan(job.name, "", job))
        _, looks = look_at(SavedScans((source,), str(universe)), store, symbol, since, until)
        return looks[0] if looks else None

    return ask


def scanned(universe, job: ProcessingJob, symbol: str, store: RunStore | None = None):
    with ProcessingEngine(open_repository(str(universe)), backend="inline", runs=store) as engine:
        return next(each for each in engine.run(job).results if each.symbol == symbol)


@pytest.mark.parametrize(
    "job",
    [
        RISEN,
        ProcessingJob("close > sma(close, 20)", timeframe="1w"),
        ProcessingJob("close > :level", parameters={"level": 30.0}),
        ProcessingJob(formulas={"up": "close > ref(close, 1)", "down": "close < ref(close, 1)"}),
        ProcessingJob("close > 0", last_bars=5),
        ProcessingJob("close > 0", date_range=DateRange(date(2026, 1, 1), date(2026, 3, 1))),
        ProcessingJob(detectors=("gap", "breakout")),
        ProcessingJob("close > sma(close, 50)", detectors=("gap",)),
        ProcessingJob("close < 0", detectors=("gap",)),
    ],
    ids=["plain", "weekly", "parameter", "several", "last bars", "dates", "events", "narrowed", "no event"],
)
def test_the_answer_is_that_of_a_scan(look, universe, symbol, job):
    matches = scanned(universe, job, symbol).matches
    named = bool(job.formulas or job.detectors)
    expected = {(match.timestamp, match.signal_type if named else "") for match in matches}
    found = look(job)
    assert {(moment, name.rpartition(": ")[2]) for moment, name in found.matches} == {
        (moment, name.rpartition(": ")[2]) for moment, name in expected
    }
    assert found.reason == ""
    assert [moment for moment, _ in found.matches] == sorted(
        (moment for moment, _ in found.matches), reverse=True
    )


def test_only_the_days_that_were_asked_for_count(look):
    every = look(RISEN).matches
    newest = every[0][0].date()
    assert look(RISEN, since=newest).matches == every[:1]
    assert newest not in {moment.date() for moment, _ in look(RISEN, until=date(2025, 1, 1)).matches}


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (ProcessingJob("csrank(close) > 0.9"), "csrank compares all symbols"),
        (ProcessingJob("close > 0", symbols=("NOBODY", "ELSE")), "It scans 2 symbols of its own"),
        (ProcessingJob('close > sym("NOBODY", close)'), "NOBODY"),
        (ProcessingJob("clos > 0"), "clos"),
        (ProcessingJob(detectors=("gapp",)), "gapp"),
    ],
    ids=["ranks", "other symbols", "a symbol that is not there", "misspelt", "unknown detector"],
)
def test_what_one_symbol_alone_cannot_answer_has_its_reason(look, job, words):
    found = look(job)
    assert found.matches == ()
    assert words in found.reason


def test_a_scan_that_has_been_run_over_this_data_is_not_asked(look, universe, symbol, store):
    scanned(universe, RISEN, symbol, store)
    assert look(RISEN) is None
    assert look(ProcessingJob("close > ref( close, 1 ) and close > sma(close, 20)")) is None
    assert look(ProcessingJob(RISEN.formula, timeframe="1w")) is not None


def test_a_run_over_other_data_is_none_over_this(universe, symbol, store, tmp_path):
    scanned(universe, RISEN, symbol, store)
    (tmp_path / "other").mkdir()
    for folder in universe.glob("symbol=*"):
        (tmp_path / "other" / folder.name).symlink_to(folder)
    source = SavedSource("file:x", "x", lambda: SavedScan("x", "", RISEN))
    saved = SavedScans((source,), str(tmp_path / "other"))
    assert look_at(saved, store, symbol, LONG_AGO, FAR_OFF)[1]


def test_a_symbol_is_found_however_it_is_typed_and_nothing_is_said_of_one_that_is_not_there(
    universe, symbol, store
):
    saved = SavedScans(saved_sources(()), str(universe))
    assert look_at(saved, store, symbol.lower(), LONG_AGO, FAR_OFF)[0] == symbol
    assert look_at(saved, store, "NOBODY", LONG_AGO, FAR_OFF) == ("NOBODY", ())


def test_known_are_the_files_that_are_still_there_and_the_ready_made_scans(tmp_path):
    path = tmp_path / "risen.yaml"
    save_scan(SavedScan("Risen", "", RISEN), path)
    first, *ready = saved_sources((str(path), str(tmp_path / "gone.yaml")))
    assert (first.key, first.name, first.read().job.formula) == (f"file:{path}", "risen", RISEN.formula)
    assert len(ready) == 10 and all(each.key == f"ready:{each.read().name}" for each in ready)


def test_a_file_that_cannot_be_read_is_named_with_the_reason(universe, store, symbol):
    def broken() -> SavedScan:
        raise JobError((("job", "Cannot use the scan file x.yaml: it is not valid YAML."),))

    saved = SavedScans((SavedSource("file:x", "x", broken),), str(universe))
    (found,) = look_at(saved, store, symbol, LONG_AGO, FAR_OFF)[1]
    assert (found.name, found.matches) == ("x", ())
    assert "not valid YAML" in found.reason
