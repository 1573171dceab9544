"""Kill a scan at ten random moments and resume it each time: the outputs must be those of an uninterrupted one.

    python benchmarks/kill_and_resume.py [--kills 10] [--seed 7] [--symbols 100] [--workers 2]

Makes a synthetic universe, scans it once without interruption, and then once for each kill: the program and its
workers are killed (SIGKILL) at a moment that is drawn evenly from the length of the journal, and resumed. CSV, Parquet
and the summary's checksum are compared byte for byte; the exit code is 1 when anything differs. With ``--workers
inline`` everything happens in one process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from engine.data.sources.synthetic import write_demo
from engine.errors import CandlewickError
from engine.scan.runs.store import RunStore

# Takes long enough for a kill to find it under way: 90 long rankings over ten years a symbol.
FORMULA = " and ".join(f"percentrank(close, {period}) != 50" for period in range(1000, 1360, 4))
LAST_BARS = 20
# So many seconds at most pass between the chosen length and the kill: it need not follow a write.
MOMENT = 0.5
# A kill that comes after the scan's end is drawn again, so often.
MOST_TRIES = 50


@dataclass(frozen=True)
class Bench:
    folder: Path
    workers: str

    @property
    def store(self) -> RunStore:
        return RunStore(self.folder / "runs")

    def ids(self) -> set[str]:
        return {each.id for each in self.store.list_runs()}

    def command(self, name: str, *flags: str) -> list[str]:
        where = ("--backend", "inline") if self.workers == "inline" else ("--workers", self.workers)
        out = self.folder / f"{name}.csv"
        targets = ("--out", str(out), "--summary-json", str(out.with_suffix(".json")))
        return [sys.executable, "-m", "engine", "scan", *flags, *where, *targets]

    def start(self, name: str, *flags: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "CANDLEWICK__RUNS_FOLDER": str(self.store.folder),
            "CANDLEWICK__FLUSH_EVERY": "5",
        }
        return subprocess.Popen(
            self.command(name, *flags), env=environment, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def whole(self, name: str, *flags: str) -> None:
        """Scan without interruption."""
        if self.start(name, *flags).wait() != 0:
            sys.exit(f"The scan '{name}' failed.")

    def newest_size(self, known: set[str]) -> int:
        """Return how long the journal of a run is that is not known, -1 while there is none."""
        journals = [self.store.folder_of(run).journal for run in self.ids() - known]
        return next((journal.stat().st_size for journal in journals if journal.exists()), -1)

    def outputs(self, name: str, run: str) -> tuple[bytes, bytes, str]:
        """Return CSV, Parquet (of the kept run) and checksum."""
        parquet = self.folder / f"{name}.parquet"
        command = [sys.executable, "-m", "engine", "runs", "open", run, "--out", str(parquet)]
        environment = {**os.environ, "CANDLEWICK__RUNS_FOLDER": str(self.store.folder)}
        subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, check=True)
        document = json.loads((self.folder / f"{name}.json").read_bytes())
        return (self.folder / f"{name}.csv").read_bytes(), parquet.read_bytes(), document["result_sha256"]


def main() -> int:
    arguments = parse()
    with tempfile.TemporaryDirectory(prefix="candlewick-kills-") as temporary:
        bench = Bench(Path(temporary), arguments.workers)
        data = Path(temporary) / "bars"
        write_demo(data, symbols=arguments.symbols, years=10)
        asked = ("--data", str(data), "--formula", FORMULA, "--last", str(LAST_BARS))
        bench.whole("whole", *asked)
        size = bench.newest_size(set())
        wanted = bench.outputs("whole", "last")
        print(f"Without interruption: result_sha256 {wanted[2]}", flush=True)
        draw = random.Random(arguments.seed)
        same = [kill_once(bench, number, asked, size, draw, wanted) for number in range(arguments.kills)]
    print(
        f"{sum(same)} of {len(same)} resumed to the same CSV, Parquet and checksum; {arguments.symbols} symbols, "
        f"workers {arguments.workers}, {platform.platform()}, {os.cpu_count()} cores"
    )
    return 0 if all(same) else 1


def kill_once(bench: Bench, number: int, asked, size: int, draw: random.Random, wanted) -> bool:
    """Kill, resume, compare; a kill that came too late is drawn again."""
    name = f"kill{number}"
    for _ in range(MOST_TRIES):
        known = bench.ids()
        share, moment = draw.random(), draw.uniform(0.0, MOMENT)
        scan = bench.start(name, *asked)
        while bench.newest_size(known) < share * size and scan.poll() is None:
            time.sleep(0.005)
        time.sleep(moment)
        is_under_way = scan.poll() is None
        if is_under_way:
            os.killpg(scan.pid, signal.SIGKILL)
        scan.wait()
        [run] = bench.ids() - known
        if is_under_way and bench.store.find(run).state == "interrupted":
            break
    else:
        print(f"kill {number + 1}: no moment found the scan under way")
        return False
    kept = finished(bench, run)
    bench.whole(name, "--resume", run)
    same = bench.outputs(name, run) == wanted
    said = "the same outputs" if same else "DIFFERENT OUTPUTS"
    print(f"kill {number + 1:2d} at {share:4.0%}: {kept:4d} symbols kept, resumed to {said}", flush=True)
    return same


def finished(bench: Bench, run: str) -> int:
    try:
        return bench.store.finished_count(run)
    except CandlewickError:
        return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--symbols", type=int, default=100)
    parser.add_argument("--workers", default="2", help="a number, or 'inline'")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
