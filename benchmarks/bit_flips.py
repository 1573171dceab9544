"""Flip single bits in source files, shards and tables, and scan: ``python benchmarks/bit_flips.py --trials 600``.

A small universe with a snapshot of its own is made from a seed. Each trial flips one bit of one file, scans as a
program that has just started would, and puts the file back. A result may be the right one, or lack the symbol of the
file, whose error then says so; a scan over a damaged snapshot must give the right one. Whatever else comes is counted
as silently different, and makes the exit code 1. The same is tested with fewer trials in ``tests/data``.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from engine.data.hive import HiveCandleRepository
from engine.data.parquet import BARS_FILE, write_bars
from engine.data.snapshot_files import snapshots_folder
from engine.data.synthetic_market import calendar, make_market, names
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine

JOB = ProcessingJob("rsi(close, 14) > 50 and volume > 0", columns={"range": "high - low", "opened": "open"})
SEED, SYMBOLS, YEARS = 7, 8, 2
LONG_AGO = 1_000_000_000
KINDS = ("source", "footer", "bars", "table")


def main() -> int:
    """Do the trials of the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="candlewick-flips-") as temporary:
        os.environ["XDG_CACHE_HOME"] = str(Path(temporary) / "cache")
        counts, wrong = trials(Path(temporary) / "bars", arguments.trials, random.Random(arguments.seed))
    for what, count in sorted(counts.items()):
        print(f"{what:40}{count:6,}")
    print(f"{'silently different':40}{len(wrong):6,}")
    for sentence in wrong[:10]:
        print(f"  {sentence}")
    return 1 if wrong else 0


def trials(folder: Path, count: int, chance: random.Random) -> tuple[Counter[str], list[str]]:
    """Return how often which end came, and what came that must not."""
    for bars in make_market(names(SYMBOLS), calendar(YEARS), SEED):
        target = folder / f"symbol={bars.symbol}"
        target.mkdir(parents=True)
        write_bars(bars, target / BARS_FILE)
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (LONG_AGO, LONG_AGO))
    wanted, _ = scanned(folder)
    (snapshot,) = snapshots_folder().iterdir()
    sound = {path: path.read_bytes() for path in snapshot.iterdir()}
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        restore(snapshot, {} if kind in {"source", "footer"} else sound)
        path = chance.choice(files_of(kind, folder, snapshot))
        contents = path.read_bytes()
        place = a_place(kind, contents, chance)
        damaged = bytearray(contents)
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        if path.is_relative_to(folder):
            os.utime(path, (LONG_AGO, LONG_AGO))
        found, errors = scanned(folder)
        end = verdict(kind, path, found, errors, wanted)
        if end is None:
            wrong.append(f"trial {number}: byte {place} of {path.name} ({kind}); errors: {errors}")
        else:
            counts[f"{kind}: {end}"] += 1
        if path.is_relative_to(folder):
            path.write_bytes(contents)
            os.utime(path, (LONG_AGO, LONG_AGO))
    return counts, wrong


def files_of(kind: str, folder: Path, snapshot: Path) -> list[Path]:
    """Return the files of a kind, in an order of their own."""
    if kind in {"source", "footer"}:
        return sorted(folder.rglob(BARS_FILE))
    return sorted(snapshot.glob(f"{kind}-*"))


def a_place(kind: str, contents: bytes, chance: random.Random) -> int:
    """Return a byte to damage: one of the Parquet footer, which no page checksum covers, or any."""
    footer = int.from_bytes(contents[-8:-4], "little") + 8
    return chance.randrange(len(contents) - footer if kind == "footer" else 0, len(contents))


def restore(snapshot: Path, sound: dict[Path, bytes]) -> None:
    """Let the snapshot be as it was made, or not be at all."""
    shutil.rmtree(snapshot, ignore_errors=True)
    for path, contents in sound.items():
        snapshot.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)


def scanned(folder: Path) -> tuple[dict[str, list[dict[str, object]]], dict[str, str]]:
    """Scan in this process; return each symbol's matches, and the errors by symbol."""
    with ProcessingEngine(HiveCandleRepository(folder), backend="inline") as engine:
        result = engine.run(JOB)
    matches: dict[str, list[dict[str, object]]] = {}
    for row in result.matches.to_pylist():
        matches.setdefault(row["symbol"], []).append(row)
    return matches, {each.symbol: each.error or "" for each in result.results if each.status != "ok"}


def verdict(
    kind: str,
    path: Path,
    found: dict[str, list[dict[str, object]]],
    errors: dict[str, str],
    wanted: dict[str, list[dict[str, object]]],
) -> str | None:
    """Say how a trial ended, or None for a result that is neither right nor explained."""
    if found == wanted and not errors:
        return "the right result"
    symbol = path.parent.name.partition("=")[2]
    others = {name: rows for name, rows in wanted.items() if name != symbol}
    is_told = kind in {"source", "footer"} and list(errors) == [symbol] and str(path) in errors[symbol]
    return "the symbol's error" if is_told and found == others else None


if __name__ == "__main__":
    sys.exit(main())
