"""``candlewick replay``: a kept run computed once more; exit code 0 when everything is the same."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from engine.cli.backend_flags import add_backend_flags, chosen_backend
from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.detector_flags import chosen_catalogue
from engine.cli.interrupting import interrupt_calls
from engine.cli.progress import TerminalProgress
from engine.data.opening import open_repository
from engine.errors import RunError
from engine.scan.events import ScanFinished, ScanProgress
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.results import ScanResult
from engine.scan.runs.replay import Replay, replay
from engine.scan.runs.store import RunStore
from engine.settings import load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("run_id", metavar="RUN", help="the run's id, how it begins, or 'last'")
    parser.add_argument("--data", metavar="PATH", help="where the bars are now (default: where they were)")
    parser.add_argument("--workers", metavar="N|auto", help="worker processes (default from the settings)")
    add_backend_flags(parser)
    parser.add_argument(
        "--no-snapshot", action="store_true", help="read the files of the data folder themselves"
    )


def run(arguments: argparse.Namespace) -> int:
    """Scan again, compare and tell."""
    settings = load_settings(overrides={"workers": arguments.workers})
    store = RunStore.of(settings)
    manifest = store.manifest(arguments.run_id)
    with ProcessingEngine(
        open_repository(arguments.data or manifest.data_address),
        max_workers=settings.worker_count(),
        backend=chosen_backend(arguments, settings),
        timeout_seconds=settings.timeout_seconds,
        worker_memory_mb=settings.worker_memory_mb,
        use_snapshot=not arguments.no_snapshot,
        snapshot_limit_gb=settings.snapshot_limit_gb,
        detectors=chosen_catalogue(settings),
    ) as engine:
        replayed = replay(store, manifest.id, partial(_scan, engine, manifest.id))
    _tell(replayed)
    return DONE if replayed.is_identical else FAILED


def _scan(engine: ProcessingEngine, run_id: str, job: ProcessingJob) -> ScanResult:
    progress = TerminalProgress("symbols")
    with interrupt_calls(engine.cancel):
        for event in engine.stream(job):
            if isinstance(event, ScanProgress):
                progress.show(event.completed, event.total)
            elif isinstance(event, ScanFinished):
                progress.clear()
                if event.result.summary.symbols.get("cancelled"):
                    raise RunError(run_id, "The replay was cancelled: nothing has been compared.")
                return event.result
    message = "a stream ends in ScanFinished"
    raise AssertionError(message)


def _tell(replayed: Replay) -> None:
    for change in replayed.changed:
        print(f"Note: since run {replayed.run_id}: {change}.", file=sys.stderr)
    if replayed.is_identical:
        print(f"identical: {replayed.compared:,} symbols, result_sha256 {replayed.sha256}")
        return
    count = replayed.difference_count
    print(f"different: {count:,} {'difference' if count == 1 else 'differences'}")
    for difference in replayed.differences:
        print(f"  {difference}")
    if count > len(replayed.differences):
        print(f"  … and {count - len(replayed.differences):,} more.")
    print(f"result_sha256 was {replayed.stored_sha256 or 'never known'}, is {replayed.sha256}")


commands.add(
    "replay", Command("replay", "Compute a kept run again and compare every number.", configure, run)
)
