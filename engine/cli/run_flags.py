"""The flags of ``scan`` that concern kept runs: whether to keep one, and which to resume."""

from __future__ import annotations

import argparse
import sys

from engine.errors import CandlewickError, JobError
from engine.scan.runs.manifest import RunManifest
from engine.scan.runs.store import RunStore
from engine.settings import Settings


def add_run_flags(parser: argparse.ArgumentParser) -> None:
    """Add --resume and --no-journal."""
    parser.add_argument(
        "--resume",
        metavar="RUN",
        help="complete an interrupted, cancelled or partial run ('last', or its id as 'candlewick runs' tells); "
        "data and formula are those of the run",
    )
    parser.add_argument("--no-journal", action="store_true", help="keep nothing of this run")


def chosen_store(arguments: argparse.Namespace, settings: Settings) -> RunStore | None:
    """Return where the run is kept, None for nowhere."""
    if not arguments.no_journal:
        return RunStore.of(settings)
    if arguments.resume is not None:
        raise JobError((("resume", "A run is resumed in its journal: leave out --no-journal."),))
    return None


def resumed_run(arguments: argparse.Namespace, store: RunStore | None) -> RunManifest | None:
    """Return the run of --resume; without it, check that data and formula are given. Raises JobError, RunError."""
    if arguments.resume is not None and store is not None:
        return store.manifest(arguments.resume)
    problems = []
    if arguments.data is None:
        problems.append(("data", "Say where the bars are: --data PATH."))
    if arguments.formula is None and arguments.job is None and arguments.detector is None:
        sentence = "Say what to look for: --formula TEXT, --detector NAME or --job FILE.yaml."
        problems.append(("formula", sentence))
    if problems:
        raise JobError(tuple(problems))
    return None


def tell_how_to_go_on(store: RunStore | None, run: str) -> None:
    """Say on stderr how a run that is not complete is taken up again."""
    if store is None:
        return
    try:
        kept = store.find(run)
    except CandlewickError:
        return
    if kept.can_resume:
        print(f"To complete it: candlewick scan --resume {run}", file=sys.stderr)
