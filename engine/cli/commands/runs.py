"""``candlewick runs``: what has been kept of scans; list, show, open, remove, search and compare it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.table import print_rows
from engine.errors import JobError
from engine.scan.exporters import check_target, endings, export
from engine.scan.exporters.csv import csv_bytes
from engine.scan.job import parse_day
from engine.scan.report import summary_line
from engine.scan.runs.history import catches, compare
from engine.scan.runs.store import KeptRun, RunStore
from engine.settings import load_settings

_RUN_HELP = "the run's id, how it begins, or 'last'"
_TITLE_WIDTH = 60


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs; without one the runs are listed."""
    parser.set_defaults(verb=_list)
    verbs = parser.add_subparsers(metavar="VERB", parser_class=type(parser))

    def add(
        name: str, text: str, verb: Callable[[RunStore, argparse.Namespace], int]
    ) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=text, description=text, allow_abbrev=False)
        added.set_defaults(verb=verb)
        return added

    show = add("show", "Tell everything about one run.", _show)
    show.add_argument("run_id", metavar="RUN", help=_RUN_HELP)
    show.add_argument("--json", action="store_true", help="the run's manifest, for programs")
    open_ = add("open", "Write the result that a run has kept, without any scan.", _open)
    open_.add_argument("run_id", metavar="RUN", help=_RUN_HELP)
    open_.add_argument("--out", type=Path, metavar="FILE", help=f"{endings()}; without it CSV goes to stdout")
    remove = add("remove", "Remove runs; those under way stay.", _remove)
    remove.add_argument("run_ids", nargs="*", metavar="RUN", help=_RUN_HELP)
    remove.add_argument("--older-than", type=float, metavar="DAYS", help="all runs that began longer ago")
    history = add("history", "Tell which scans caught a symbol lately.", _history)
    history.add_argument("symbol", metavar="SYMBOL", help="the symbol")
    history.add_argument(
        "--days", type=int, default=30, metavar="N", help="how many days back (default %(default)s)"
    )
    history.add_argument("--until", metavar="DATE", help="the last of these days (default today)")
    comparison = add(
        "compare", "Tell which symbols entered, stay or left since the scan's run before.", _compare
    )
    comparison.add_argument(
        "run_id", nargs="?", default="last", metavar="RUN", help=f"{_RUN_HELP} (the default)"
    )
    comparison.add_argument("--with", dest="previous", metavar="RUN", help="compare with this run instead")


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says."""
    verb: Callable[[RunStore, argparse.Namespace], int] = arguments.verb
    return verb(RunStore.of(load_settings()), arguments)


def _list(store: RunStore, _arguments: argparse.Namespace) -> int:
    kept = store.list_runs()
    if not kept:
        print(f"No runs are kept in {store.folder} yet.", file=sys.stderr)
    width = max((len(each.state) for each in kept), default=0)
    for each in kept:
        manifest = each.manifest
        matches = "" if manifest is None or manifest.finished is None else f"{manifest.matches:,}"
        title = manifest.title if manifest is not None else ""
        print(
            f"{each.id}  {_when(each.begun)}  {each.state:<{width}}  {matches:>9}  {_short(title)}".rstrip()
        )
    return DONE


def _show(store: RunStore, arguments: argparse.Namespace) -> int:
    kept = store.find(arguments.run_id)
    manifest = store.manifest(kept.id)
    if arguments.json:
        print(manifest.model_dump_json(indent=2))
        return DONE
    rows = [("run", kept.id), ("state", _state_in_words(store, kept)), ("started", _when(manifest.started))]
    if manifest.finished is not None:
        rows.append(("finished", f"{_when(manifest.finished)}, after {manifest.seconds:.2f} s"))
    rows += [("job", f"{key}: {_plain(value)}") for key, value in manifest.job.items()]
    rows += [("data", manifest.data_address), ("data version", manifest.data_version)]
    if manifest.finished is not None:
        counts = (f"{count:,} {status}" for status, count in manifest.symbols.items() if count)
        rows += [("symbols", ", ".join(counts)), ("matches", f"{manifest.matches:,}")]
        rows.append(("result_sha256", manifest.result_sha256 or ""))
    rows += [("job hash", manifest.job_hash), ("formula hash", manifest.formula_hash)]
    rows.append(("versions", ", ".join(f"{name} {version}" for name, version in manifest.versions.items())))
    rows += [("warning", warning) for warning in manifest.warnings]
    print_rows(rows)
    return DONE


def _open(store: RunStore, arguments: argparse.Namespace) -> int:
    if arguments.out is not None:
        check_target(arguments.out)
    result = store.open_run(arguments.run_id)
    if arguments.out is None:
        sys.stdout.buffer.write(csv_bytes(result.matches, result.timeframe))
        sys.stdout.flush()
    else:
        written = export(result.matches, result.timeframe, arguments.out, complete=result.summary.complete)
        if not result.summary.complete:
            print(f"The result is partial: it was written to {written}.", file=sys.stderr)
    for warning in result.summary.warnings:
        print(f"Note: {warning}", file=sys.stderr)
    print(summary_line(result), file=sys.stderr)
    return DONE if result.summary.complete else FAILED


def _remove(store: RunStore, arguments: argparse.Namespace) -> int:
    if bool(arguments.run_ids) == (arguments.older_than is not None):
        sentence = "Say which runs to remove: their ids, or --older-than DAYS."
        raise JobError((("run", sentence),))
    if arguments.older_than is not None and not arguments.older_than >= 0:
        raise JobError((("older_than", "--older-than must be a number of days, 0 or more."),))
    ids, days = arguments.run_ids, arguments.older_than
    removed = store.remove(ids) if ids else store.remove_older_than(days)
    print(f"{len(removed):,} {'run' if len(removed) == 1 else 'runs'} removed.", file=sys.stderr)
    return DONE


def _history(store: RunStore, arguments: argparse.Namespace) -> int:
    if arguments.days < 1:
        raise JobError((("days", f"--days must be 1 or more, not {arguments.days}."),))
    until = _day(arguments.until) if arguments.until else datetime.now(UTC).astimezone().date()
    found = catches(store, arguments.symbol, arguments.days, until)
    if not found:
        last = f"the {arguments.days:,} days up to {until}"
        print(f"No kept scan caught {arguments.symbol} in {last}.", file=sys.stderr)
    for each in found:
        formula = f"  {each.formula}" if each.formula else ""
        print(f"{_bar(each.timestamp)}  {each.run_id}{formula}  {_short(each.title)}")
    return DONE


def _compare(store: RunStore, arguments: argparse.Namespace) -> int:
    found = compare(store, arguments.run_id, arguments.previous)
    print(
        f"Run {found.run_id} beside {found.previous_id}, by matches on each symbol's last bar.",
        file=sys.stderr,
    )
    groups = {
        "entered": found.entered,
        "persisting": found.persisting,
        "left": found.left,
        "not comparable": found.undecided,
    }
    for name, symbols in groups.items():
        if symbols or name != "not comparable":
            print(f"{name} ({len(symbols):,}): {', '.join(symbols) or 'none'}")
    return DONE


def _state_in_words(store: RunStore, kept: KeptRun) -> str:
    assert kept.manifest is not None
    words = f"{kept.state}, {store.finished_count(kept.id):,} of {kept.manifest.total:,} symbols kept"
    if kept.can_resume:
        words += f"; candlewick scan --resume {kept.id} completes it"
    return words


def _day(text: str) -> date:
    return parse_day(text, "until")


def _when(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _bar(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}" if moment.time() == datetime.min.time() else f"{moment:%Y-%m-%d %H:%M}"


def _short(text: str) -> str:
    return text if len(text) <= _TITLE_WIDTH else f"{text[: _TITLE_WIDTH - 1]}…"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


commands.add("runs", Command("runs", "List the runs that are kept, or work with them.", configure, run))
