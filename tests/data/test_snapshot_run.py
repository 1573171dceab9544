from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.parquet import BARS_FILE, write_bars
from engine.data.snapshot_files import SnapshotFolder
from engine.errors import DataError
from engine.scan.exporters.csv import result_sha256
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.testing import generate_test_bars


def rewrite(root, symbol: str, count: int, settled=None) -> None:
    write_bars(generate_test_bars(symbol, count), root / f"symbol={symbol}" / BARS_FILE)
    if settled is not None:
        settled(root / f"symbol={symbol}")


def readable_symbols(reader) -> list[str]:
    return [symbol for symbol, found in reader.plain().items() if not isinstance(found, str)]


def test_the_first_run_reads_the_source_and_the_second_the_snapshot(market, open_snapshot):
    reader = open_snapshot(market)
    assert reader.contents() == reader.plain()
    assert reader.from_source == readable_symbols(reader)
    assert reader.contents() == reader.plain()
    assert reader.from_source == []
    assert reader.notes == []


def test_rows_reports_and_faults_are_those_of_the_source(market, open_snapshot):
    open_snapshot(market).contents()
    found = open_snapshot(market).contents()
    rows, quality = found["MESS"]
    assert quality.masked == {"not_positive": 1, "conflicting": 1}
    assert (quality.rows, quality.bars, quality.unsorted, quality.unknown_volume) == (5, 3, True, 2)
    assert len(rows) == 3
    assert "BROKEN" in found["BROKEN"]
    assert found["NONE"] == ([], found["NONE"][1])
    assert {"NO", "005930", "BRK/B"} <= found.keys()


def test_a_symbol_is_kept_when_it_is_first_asked_for(market, open_snapshot):
    reader = open_snapshot(market)
    reader.contents(["S01", "S02"])
    assert reader.from_source == ["S01", "S02"]
    reader.contents()
    assert not {"S01", "S02"} & set(reader.from_source)
    assert reader.contents() == reader.plain()


def test_each_block_is_verified_once_per_program(market, open_snapshot):
    open_snapshot(market).contents()
    reader = open_snapshot(market)
    reader.contents()
    assert len(reader.verified) == len(readable_symbols(reader)) - 1  # NONE has no block
    reader.contents()
    assert reader.verified == []


def test_only_a_changed_file_is_read_again(market, open_snapshot, settled):
    reader = open_snapshot(market)
    reader.contents()
    rewrite(market, "S03", 7, settled)
    found = reader.contents()
    assert reader.from_source == ["S03"]
    assert len(found["S03"][0]) == 7
    assert found == reader.plain()
    reader.contents()
    assert reader.from_source == []


def test_a_file_of_another_size_and_the_same_time_is_a_changed_file(market, open_snapshot):
    reader = open_snapshot(market)
    reader.contents()
    path = market / "symbol=S03" / BARS_FILE
    was, folder = path.stat(), path.parent.stat()
    rewrite(market, "S03", 7)
    os.utime(path, ns=(was.st_mtime_ns, was.st_mtime_ns))
    os.utime(path.parent, ns=(folder.st_mtime_ns, folder.st_mtime_ns))
    assert len(reader.contents()["S03"][0]) == 7


def test_a_second_file_in_a_symbols_folder_is_a_change(market, open_snapshot):
    reader = open_snapshot(market)
    reader.contents()
    write_bars(generate_test_bars("S03", 5, "2030-01-01"), market / "symbol=S03" / "later.parquet")
    assert len(reader.contents()["S03"][0]) == 43 + 5


def test_added_and_removed_symbols_come_and_go(market, open_snapshot, settled):
    open_snapshot(market).contents()
    shutil.rmtree(market / "symbol=S04")
    (market / "symbol=NEW").mkdir()
    rewrite(market, "NEW", 9, settled)
    reader = open_snapshot(market)
    found = reader.contents()
    assert found == reader.plain()
    assert "S04" not in found
    assert reader.from_source == ["NEW"]
    assert "S04" not in SnapshotFolder(reader.folder).newest().rows


def test_a_symbol_removed_while_the_program_runs_is_a_fault_of_its_own(market, open_snapshot):
    reader = open_snapshot(market)
    reader.contents()
    shutil.rmtree(market / "symbol=S04")
    assert "no symbol named 'S04'" in reader.contents(["S04"])["S04"]


def test_a_second_folder_of_one_symbol_is_its_fault_in_spite_of_the_snapshot(market, open_snapshot):
    open_snapshot(market).contents()
    shutil.copytree(market / "symbol=S04", market / "symbol=%53%30%34")
    reader = open_snapshot(market)
    assert "both hold the bars of S04" in reader.contents()["S04"]
    assert reader.contents() == reader.plain()


def test_a_file_changed_a_moment_ago_is_not_kept_yet(market, open_snapshot, settled):
    """It may change again within the same tick of the file system's clock, and nobody could tell."""
    path = market / "symbol=S03" / BARS_FILE
    soon = time.time_ns() + 1_000_000_000
    os.utime(path, ns=(soon, soon))
    reader = open_snapshot(market)
    reader.contents()
    assert "S03" not in SnapshotFolder(reader.folder).newest().rows
    settled(path.parent)
    for read in (["S03"], []):
        reader.contents()
        assert reader.from_source == read


def test_a_run_goes_by_the_files_as_they_were_at_its_begin(market, open_snapshot, settled):
    reader = open_snapshot(market)
    old = reader.contents()
    run = reader.snapshot.begin()
    version = run.repository.data_version()
    rewrite(market, "S03", 7, settled)
    assert reader.contents_in(run) == old
    assert run.repository.data_version() == version
    run.finish()
    assert len(reader.contents()["S03"][0]) == 7


def test_what_changes_while_it_is_read_is_wholly_new_and_the_user_is_told(market, open_snapshot, settled):
    reader = open_snapshot(market)
    run = reader.snapshot.begin()
    rewrite(market, "S03", 7, settled)
    assert len(reader.contents_in(run)["S03"][0]) == 7
    run.finish()
    assert run.notes == ["The bars of 1 symbols changed while the scan ran: theirs are the new ones."]


def test_files_replaced_all_the_time_read_as_one_of_their_versions(market, open_snapshot, settled):
    versions = {count: len(generate_test_bars("S03", count)) for count in (7, 400)}
    reader = open_snapshot(market)
    for turn in range(20):
        run = reader.snapshot.begin(["S03"])
        rewrite(market, "S03", (7, 400)[turn % 2], settled if turn % 3 else None)
        rows, report = reader.contents_in(run, ["S03"])["S03"]
        run.finish()
        assert len(rows) == report.rows
        assert len(rows) in {*versions.values(), 43}


def test_the_version_of_the_data_is_that_of_the_source(market, open_snapshot):
    reader, plain = open_snapshot(market), HiveCandleRepository(market)
    for _ in range(2):
        run = reader.snapshot.begin()
        assert run.repository.data_version() == plain.data_version()
        assert run.repository.data_version(("S01", "NO")) == plain.data_version(("NO", "S01"))
        reader.contents_in(run)
        run.finish()


def test_a_reader_keeps_its_generation_while_another_program_publishes(market, open_snapshot, settled):
    reader, writer = open_snapshot(market), open_snapshot(market)
    old = reader.contents()
    run = reader.snapshot.begin()
    for symbol in readable_symbols(reader):
        if symbol.startswith("S"):
            rewrite(market, symbol, 8, settled)
    new = writer.contents()
    assert new != old
    reader.from_source = []
    assert reader.contents_in(run) == old
    assert reader.from_source == []
    run.finish()
    assert reader.contents() == new
    rewrite(market, "S01", 9, settled)
    writer.contents()
    assert len(list(reader.folder.glob("table-*"))) == 1


def test_two_runs_at_once_lose_nothing_of_each_other(market, open_snapshot):
    one, other = open_snapshot(market), open_snapshot(market)
    first, second = one.snapshot.begin(["S01", "S02"]), other.snapshot.begin(["S02", "S03"])
    one.contents_in(first, ["S01", "S02"])
    other.contents_in(second, ["S02", "S03"])
    first.finish()
    second.finish()
    assert {"S01", "S02", "S03"} <= SnapshotFolder(one.folder).newest().rows.keys()
    assert one.contents() == one.plain()


BUILD = """
import sys
import time
from pathlib import Path
from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.series import load_bars
from engine.data.snapshot import gather_finds
from engine.data.snapshot_run import Snapshot
from engine.data.snapshot_source import FolderSource
from engine.errors import DataError
snapshot = Snapshot(FolderSource(HiveCandleRepository(sys.argv[1])), among=Path(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(10):
    run = snapshot.begin()
    repository = open_repository(run.repository.address)
    take = gather_finds(repository)
    for symbol in repository.symbols():
        try:
            load_bars(repository, symbol)
        except DataError:
            pass
        run.take(take())
    run.finish()
    assert not any("cannot be kept" in note for note in run.notes), run.notes
    for path in sorted(Path(sys.argv[1]).glob("*/*.parquet"))[:: int(sys.argv[3])]:
        path.touch()
"""


def test_programs_that_build_at_once_leave_a_sound_snapshot(market, open_snapshot, settled):
    reader = open_snapshot(market)
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", BUILD, str(market), str(reader.among), step],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for step in ("2", "3")
    ]
    for program in programs:
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        _, errors = program.communicate(timeout=60)
        assert program.returncode == 0, errors
    settled(market)
    assert reader.contents() == reader.plain()
    assert reader.contents() == reader.plain()
    assert reader.from_source == []
    assert not list(reader.folder.glob("*.part"))


def test_a_program_killed_while_it_builds_leaves_nothing_in_the_way(market, open_snapshot):
    reader = open_snapshot(market)
    program = """
import os, signal, sys
from pathlib import Path
from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.series import load_bars
from engine.data.snapshot import gather_finds
from engine.data.snapshot_run import Snapshot
from engine.data.snapshot_source import FolderSource
run = Snapshot(FolderSource(HiveCandleRepository(sys.argv[1])), among=Path(sys.argv[2])).begin()
repository = open_repository(run.repository.address)
take = gather_finds(repository)
load_bars(repository, "S01")
run.take(take())
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program, market, reader.among], check=False, timeout=60)
    assert list(reader.folder.glob("*.part"))
    assert reader.contents() == reader.plain()
    assert not list(reader.folder.glob("*.part"))


@pytest.mark.parametrize("kind", ["a file in its place", "no room for a folder"])
def test_a_cache_folder_that_cannot_be_used_costs_a_note(market, open_snapshot, kind):
    reader = open_snapshot(market)
    blocked = reader.among if kind == "a file in its place" else reader.among.parent
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("in the way")
    assert reader.contents() == reader.plain()
    (note,) = reader.notes
    assert note.startswith("The snapshot cannot be kept in ")
    assert reader.contents() == reader.plain()


def test_a_disk_that_gets_full_costs_a_note(market, open_snapshot, monkeypatch):
    def full(self, block):
        raise OSError(28, "No space left on device")

    reader = open_snapshot(market)
    monkeypatch.setattr("engine.data.snapshot_files.ShardWriter.add", full)
    assert reader.contents() == reader.plain()
    (note,) = reader.notes
    assert "no space left on device" in note
    assert not list(reader.folder.glob("*.part"))


def test_an_empty_folder_is_told_as_without_a_snapshot(tmp_path, open_snapshot):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no bars"):
        open_snapshot(tmp_path / "empty").snapshot.begin()


def test_what_does_not_fit_under_the_limit_is_read_from_the_source_and_the_user_is_told(
    market, open_snapshot
):
    reader = open_snapshot(market, limit_gb=6e-6)
    assert reader.contents() == reader.plain()
    (note,) = reader.notes
    assert "limit of 6e-06 GB" in note
    assert reader.contents() == reader.plain()
    assert 0 < len(reader.from_source) < len(readable_symbols(reader))
    assert sum(path.stat().st_size for path in reader.folder.glob("bars-*")) <= 6_000 + 400


def test_a_link_out_of_the_folder_is_never_served_from_a_snapshot(market, open_snapshot, tmp_path):
    outside = tmp_path / "outside.parquet"
    source = market / "symbol=S03" / BARS_FILE
    shutil.move(source, outside)
    source.symlink_to(outside)
    reader = open_snapshot(market)
    assert "leads out of" in reader.contents()["S03"]


@pytest.mark.parametrize("timeframe", ["1d", "1w"])
def test_a_scan_is_the_same_with_and_without_a_snapshot(market, timeframe):
    job = ProcessingJob("close > sma(close, 5)", {"rsi": "rsi(close, 3)"}, timeframe=timeframe)
    results = []
    for use in (False, True, True):
        repository = HiveCandleRepository(market)
        with ProcessingEngine(repository, backend="inline", use_snapshot=use) as engine:
            results.append(engine.run(job))
    plain = results[0]
    assert plain.summary.matches > 10
    for other in results[1:]:
        assert other.matches.equals(plain.matches)
        assert result_sha256(other.matches, timeframe) == result_sha256(plain.matches, timeframe)
        assert [(r.symbol, r.status, r.error, r.bars, r.masked_bars) for r in other.results] == [
            (r.symbol, r.status, r.error, r.bars, r.masked_bars) for r in plain.results
        ]
        assert other.summary.data_version == plain.summary.data_version
        assert other.summary.masked_bars == plain.summary.masked_bars
        assert other.summary.warnings == plain.summary.warnings
    assert "snapshot" not in plain.summary.seconds
    assert results[1].summary.seconds["snapshot"] > 0


def test_the_command_line_writes_the_same_bytes_with_and_without_a_snapshot(market):
    flags = ["--data", market, "--formula", "close > sma(close, 5)", "--column", "rsi=rsi(close, 3)"]
    command = [sys.executable, "-m", "engine", "scan", *flags, "--backend", "inline"]
    outputs = [
        subprocess.run([*command, *more], capture_output=True, check=False, timeout=60).stdout
        for more in (["--no-snapshot"], [], [])
    ]
    assert outputs[0].count(b"\n") > 10
    assert outputs[1:] == outputs[:1] * 2


def test_scans_in_workers_build_the_snapshot_and_then_read_it(market, open_snapshot, monkeypatch):
    monkeypatch.setattr("engine.data.snapshot_run.snapshots_folder", lambda: open_snapshot(market).among)
    job = ProcessingJob("close > sma(close, 5)")
    with ProcessingEngine(HiveCandleRepository(market), max_workers=2) as engine:
        first = engine.run(job)
        second = engine.run(job)
    assert second.matches.equals(first.matches)
    reader = open_snapshot(market)
    reader.contents()
    assert reader.from_source == []
    assert Path(reader.folder).is_dir()
