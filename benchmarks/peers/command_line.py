"""How long the command line takes as a whole, from nothing to its last line, and what of that is Python itself."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

from benchmarks.peers.candlewick import keep_snapshots_in
from benchmarks.standard_work import S1
from benchmarks.system import HERE, Places, Prepared, System

SCAN = ("scan", "--data", "{bars}", "--formula", S1, "--out", "{own}/matches.csv", "--no-journal")


def command(places: Places, words: tuple[str, ...]) -> Prepared:
    keep_snapshots_in(places.own / "cache")
    given = [word.format(bars=places.bars, own=places.own) for word in words]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return Prepared(lambda: subprocess.run([sys.executable, *given], check=True, **silent))


def row(name: str, *words: str, ready: str = "nothing") -> System:
    return System(f"command line: {name}", HERE, ready, partial(command, words=words))


SYSTEMS = (
    row("Python that does nothing", "-c", "pass"),
    row(
        "import of the engine",
        "-c",
        "import engine; engine.ProcessingEngine",
        ready="nothing; what a script imports",
    ),
    row("candlewick --version", "-m", "engine", "--version"),
    row("candlewick describe functions rsi", "-m", "engine", "describe", "functions", "rsi"),
    row(
        "candlewick scan, start to exit",
        "-m",
        "engine",
        *SCAN,
        ready="the snapshot is built; workers are not up",
    ),
)
