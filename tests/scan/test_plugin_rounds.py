"""A plug-in may do its worst: it costs its own share of its own symbols, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.errors import JobError
from engine.scan import plugin_rounds
from engine.scan.consent import ConsentFile
from engine.scan.detector_catalogue import find_detectors
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.results import SymbolStatus
from engine.testing import generate_test_candles

HEADER = """# /// candlewick-detector
# api = 1
# name = "guest"
# summary = "A guest"
# [events]
# HIT = "Something"
# ///
"""
GOOD = "def detect(bars, params):\n    return [(bar, 'HIT', 1.0) for bar in range(9, len(bars), 10)]\n"
SYMBOLS = ("S0", "S1", "S2", "S3")


@pytest.fixture(scope="module")
def repository():
    frames = {symbol: generate_test_candles(80 + number) for number, symbol in enumerate(SYMBOLS)}
    with InMemoryCandleRepository(frames) as opened:
        yield opened


@pytest.fixture
def guest(tmp_path):
    """Write a plug-in with this body, allow it, and return the catalogue that holds it."""

    def write(body: str, *, allowed: bool = True, header: str = HEADER):
        folder = tmp_path / "detectors"
        folder.mkdir(exist_ok=True)
        path = folder / "guest.py"
        path.write_text(header + body, encoding="utf-8")
        consent = ConsentFile(tmp_path / "allowed.json")
        if allowed:
            found = find_detectors(folder, consent).found
            consent.allow(found[0].path, found[0].plugin.sha256)
        return find_detectors(folder, consent)

    return write


def scanned(repository, catalogue, job=None, **options):
    options = {"max_workers": 1, "timeout_seconds": 30.0, "backend": "inline", **options}
    with ProcessingEngine(repository, detectors=catalogue, **options) as engine:
        return engine.run(job or ProcessingJob(detectors=("guest", "inside_bar")))


@pytest.fixture(scope="module")
def alone(repository):
    with ProcessingEngine(repository, backend="inline") as engine:
        return engine.run(ProcessingJob(detectors=("inside_bar",))).matches.to_pylist()


def rows_of(result, detector):
    return [row for row in result.matches.to_pylist() if row["detector"] == detector]


def statuses(result):
    return {each.symbol: each.status for each in result.results}


def test_its_events_stand_beside_those_of_the_others(repository, guest, alone):
    result = scanned(repository, guest(GOOD))
    assert result.summary.complete
    assert len(rows_of(result, "guest")) == 8 * len(SYMBOLS)
    assert rows_of(result, "inside_bar") == alone
    assert {each["event"] for each in rows_of(result, "guest")} == {"HIT"}


# What the guest does on the symbol of that number, how that symbol ends, and words of its sentence.
FAULTS = {
    "raises": ("raise ValueError('no good')", SymbolStatus.ERROR, "): ValueError: no good"),
    "exits": ("raise SystemExit(3)", SymbolStatus.ERROR, "SystemExit: 3"),
    "interrupts": ("raise KeyboardInterrupt", SymbolStatus.ERROR, "KeyboardInterrupt"),
    "leaves": ("import os; os._exit(7)", SymbolStatus.CRASH, "exit code 7"),
    "kills": ("import os; os.kill(os.getpid(), 9)", SymbolStatus.CRASH, "ended its worker process"),
    "writes": ("bars.close[0] = 1.0", SymbolStatus.ERROR, "read-only"),
    "unlocks": ("bars.close.setflags(write=True)", SymbolStatus.ERROR, "WRITEABLE"),
    "returns nothing": ("return None", SymbolStatus.ERROR, "must return triples"),
    "returns a text": ("return 'HIT'", SymbolStatus.ERROR, "must return triples"),
    "returns pairs": ("return [(1, 'HIT')]", SymbolStatus.ERROR, "must return triples"),
    "names another event": ("return [(1, 'MISS', 1.0)]", SymbolStatus.ERROR, "declares only HIT"),
    "goes beyond the end": ("return [(5000, 'HIT', 1.0)]", SymbolStatus.ERROR, "counted from 0"),
    "goes before the start": ("return [(-1, 'HIT', 1.0)]", SymbolStatus.ERROR, "on bar -1"),
    "scores no number": ("return [(1, 'HIT', float('nan'))]", SymbolStatus.ERROR, "no finite number"),
    "repeats itself": ("return [(1, 'HIT', 1.0), (1, 'HIT', 2.0)]", SymbolStatus.ERROR, "twice"),
    "never ends": ("return iter(lambda: (1, 'HIT', 1.0), None)", SymbolStatus.ERROR, "twice"),
    "hangs": ("while True: pass", SymbolStatus.TIMEOUT, "took longer than"),
    "is well": ("return [(3, 'HIT', 1.0)]", SymbolStatus.OK, None),
}


def faulty_body() -> str:
    lines = ["def detect(bars, params):"]
    for number, (code, *_) in enumerate(FAULTS.values()):
        lines += [f"    if bars.symbol == 'F{number:02d}':", f"        {code}"]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Scan a universe with a symbol for each fault, and return the results by fault, and what others found."""
    folder = tmp_path_factory.mktemp("faulty")
    (folder / "guest.py").write_text(HEADER + faulty_body(), encoding="utf-8")
    consent = ConsentFile(folder / "allowed.json")
    found = find_detectors(folder, consent).found
    consent.allow(found[0].path, found[0].plugin.sha256)
    frames = {f"F{number:02d}": generate_test_candles(60) for number in range(len(FAULTS))}
    with InMemoryCandleRepository(frames) as many:
        result = scanned(many, find_detectors(folder, consent), timeout_seconds=10.0)
        with ProcessingEngine(many, backend="inline") as engine:
            without = engine.run(ProcessingJob(detectors=("inside_bar",))).matches.to_pylist()
    return result, without


@pytest.mark.parametrize(
    ("number", "status", "words"),
    [(number, *expected) for number, (_, *expected) in enumerate(FAULTS.values())],
    ids=list(FAULTS),
)
def test_its_fault_on_a_symbol_is_that_symbols_outcome(faulty, number, status, words):
    outcome = faulty[0].results[number]
    assert outcome.status is status
    if words is not None:
        assert words in outcome.error
        assert "guest" in outcome.error


def test_a_raised_error_names_file_and_line(faulty):
    line = HEADER.count("\n") + 3
    assert f"(guest.py, line {line}): ValueError" in faulty[0].results[0].error


def test_its_faults_take_nothing_from_other_detectors_nor_from_other_symbols(faulty):
    result, without = faulty
    assert rows_of(result, "inside_bar") == without
    assert [row["symbol"] for row in rows_of(result, "guest")] == [f"F{len(FAULTS) - 1:02d}"]
    assert sum(result.summary.symbols.values()) == len(FAULTS)
    assert not result.summary.complete


def test_one_that_cannot_be_loaded_fails_on_every_symbol_with_its_line(repository, guest, alone):
    result = scanned(repository, guest("import nowhere_to_be_found\n" + GOOD))
    assert set(statuses(result).values()) == {SymbolStatus.ERROR}
    assert "guest.py, line 8" in result.results[0].error
    assert rows_of(result, "inside_bar") == alone


def test_one_that_is_no_python_says_where(repository, guest):
    result = scanned(repository, guest("def detect(bars, params)\n    return []\n"))
    assert "guest.py, line 8): SyntaxError" in result.results[0].error


def test_one_without_the_function_says_so(repository, guest):
    assert "no function detect" in scanned(repository, guest("")).results[0].error


def test_what_it_prints_is_kept_in_part_and_does_not_reach_the_terminal(repository, guest, capfd):
    body = (
        "import os, sys\n"
        "def detect(bars, params):\n"
        "    print('x' * 3_000_000)\n"
        "    os.write(1, b'y' * 100_000)\n"
        "    os.write(2, b'y' * 100_000)\n"
        "    print('z' * 3_000_000, file=sys.stderr)\n"
        "    if bars.symbol == 'S1':\n"
        "        raise ValueError('after a long speech')\n"
        "    return []\n"
    )
    result = scanned(repository, guest(body))
    (failed,) = [each for each in result.results if each.symbol == "S1"]
    assert "Printed: xxx" in failed.details
    assert "more characters" in failed.details
    assert len(failed.details) < 12_000
    said = capfd.readouterr()
    assert "yyy" not in said.out + said.err
    assert "xxx" not in said.out + said.err


def test_what_it_does_to_its_process_harms_no_other_detector(repository, guest, alone):
    body = "import numpy\nnumpy.flatnonzero = None\nnumpy.concatenate = None\n" + GOOD
    result = scanned(repository, guest(body), backend="local")
    assert rows_of(result, "inside_bar") == alone


def test_it_never_runs_in_this_process_nor_before_consent(repository, guest, tmp_path):
    mark = tmp_path / "ran_in"
    body = f"import os, pathlib\npathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n" + GOOD
    with pytest.raises(JobError, match=r"not allowed to run yet.*candlewick detectors allow"):
        scanned(repository, guest(body, allowed=False))
    assert not mark.exists()
    scanned(repository, guest(body))
    assert mark.read_text() != str(os.getpid())


def test_a_change_asks_again(repository, guest):
    guest(GOOD)
    with pytest.raises(JobError, match="has changed since it was allowed"):
        scanned(repository, guest(GOOD + "\n", allowed=False))


def test_a_change_during_the_scan_is_refused_by_the_worker(repository, guest):
    catalogue = guest(GOOD)
    Path(catalogue.found[0].path).write_text(HEADER + GOOD + "# more\n")
    result = scanned(repository, catalogue)
    assert "has changed since the scan began" in result.results[0].error


def test_its_bytes_decide_the_jobs_identity(repository, guest):
    first = scanned(repository, guest(GOOD)).summary.job_hash
    second = scanned(repository, guest(GOOD + "# more\n")).summary.job_hash
    assert first != second


def test_a_formula_can_ask_for_its_events(repository, guest):
    job = ProcessingJob('detector("guest") and close > 0 and not detector("guest", "HIT")[1]')
    result = scanned(repository, guest(GOOD), job)
    assert result.matches.num_rows == 8 * len(SYMBOLS)
    assert scanned(repository, guest(GOOD), ProcessingJob('detector("hit")')).matches.num_rows == 32


def test_a_formula_that_needs_it_fails_with_it(repository, guest):
    body = "def detect(bars, params):\n    if bars.symbol == 'S1':\n        import os; os._exit(7)\n    return []\n"
    result = scanned(repository, guest(body), ProcessingJob('detector("guest") or close > 0'))
    assert statuses(result)["S1"] is SymbolStatus.CRASH
    assert "The detector guest ended its worker process" in result.results[1].error
    assert statuses(result)["S2"] is SymbolStatus.OK


@pytest.mark.parametrize(
    "formula", ['tf("W", detector("guest"))', 'csrank(iif(detector("guest"), 1, 0)) > 5']
)
def test_a_formula_cannot_ask_it_about_other_bars(repository, guest, formula):
    with pytest.raises(JobError, match="looks at the symbol's own bars only"):
        scanned(repository, guest(GOOD), ProcessingJob(formula))


def test_one_that_crashes_on_everything_is_given_up(guest, monkeypatch):
    monkeypatch.setattr(plugin_rounds, "HOPELESS_AFTER", 2)
    frames = {f"T{number:02d}": generate_test_candles(5) for number in range(6)}
    with InMemoryCandleRepository(frames) as many:
        body = "import os\ndef detect(bars, params):\n    os._exit(1)\n"
        result = scanned(many, guest(body), ProcessingJob(detectors=("guest",)), max_workers=1)
    kinds = [each.status for each in result.results]
    assert kinds.count(SymbolStatus.CRASH) == 2
    assert kinds.count(SymbolStatus.ERROR) == 4
    assert any("was stopped" in (each.error or "") for each in result.results)


def test_a_cancel_during_its_round_leaves_one_outcome_for_each_symbol(repository, guest):
    body = "import time\ndef detect(bars, params):\n    time.sleep(1000)\n"
    with ProcessingEngine(repository, max_workers=1, detectors=guest(body)) as engine:
        outcomes = []
        for event in engine.stream(ProcessingJob(detectors=("guest", "inside_bar"))):
            if type(event).__name__ == "ScanProgress":
                engine.cancel()
            if type(event).__name__ == "SymbolOutcome":
                outcomes.append(event.result)
    assert sorted(each.symbol for each in outcomes) == list(SYMBOLS)
    assert {each.status for each in outcomes} == {SymbolStatus.CANCELLED}
