"""The standard scan over the standard bars: cold, warm, and beside polars, in turn in one run.

    python benchmarks/snapshot.py [--symbols 2500] [--rounds 5] [--bars FOLDER] [--peer PYTHON]

The bars are made from a seed in a temporary folder (or in FOLDER, where they stay). Cold is a scan whose snapshot is
not built yet, warm one whose snapshot is there; workers are up in both. PYTHON is an interpreter that has polars and
perhaps polars-talib; without it the peers are listed as missing. Times are medians; the machine may be busy with other
things, so that only ratios of one run mean anything, and processor seconds (of all processes) more than those of the
clock. Memory is what is unique to the program and its workers, sampled; pages of mapped files are not counted (Linux
only).
"""

# ruff: noqa: PLC0415, ICN001  the peers' interpreter has no engine, ours no polars

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

S1 = "close > sma(close,200) and cross_above(rsi(close,14),30) and volume > 1.5*sma(volume,20)"
SEED, DAYS = 7, 2520
GIVEN_WAY = "missing"
# Seconds of the clock, seconds of processors, matches, peak megabytes.
Row = tuple[float, float, int, float]


def main() -> None:
    arguments = parse()
    if arguments.serve:
        serve(arguments.bars)
        return
    with tempfile.TemporaryDirectory(prefix="candlewick-bench-") as temporary:
        os.environ["XDG_CACHE_HOME"] = str(Path(temporary) / "cache")
        bars = arguments.bars or Path(temporary) / "bars"
        make(bars, arguments.symbols)
        with peer(arguments.peer, bars) as ask:
            rows = measure(bars, arguments.rounds, ask)
    report(rows, arguments)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--symbols", type=int, default=2500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bars", type=Path)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def make(folder: Path, count: int) -> None:
    from engine.data.parquet import BARS_FILE, write_bars
    from engine.data.synthetic_market import calendar, make_market, names

    if folder.is_dir() and any(folder.iterdir()):
        return
    for bars in make_market(names(count), calendar(10)[-DAYS:], SEED):
        target = folder / f"symbol={bars.symbol}"
        target.mkdir(parents=True)
        write_bars(bars, target / BARS_FILE)


def measure(bars: Path, rounds: int, ask) -> dict[str, list[Row]]:
    """Run everything in turn."""
    rows: dict[str, list[Row]] = {}
    for _ in range(rounds):
        for workers in (1, 2):
            for name, result in scans(bars, workers):
                rows.setdefault(name, []).append(result)
        for name in ("polars, cold", "polars, in memory", "polars-talib, in memory"):
            answer = ask(name)
            if answer is not None:
                rows.setdefault(name, []).append((*answer, float("nan")))
    return rows


def scans(bars: Path, workers: int):
    from engine.data.hive import HiveCandleRepository
    from engine.data.snapshot_files import snapshots_folder
    from engine.scan.job import ProcessingJob
    from engine.scan.processing import ProcessingEngine

    shutil.rmtree(snapshots_folder(), ignore_errors=True)
    with ProcessingEngine(HiveCandleRepository(bars), max_workers=workers) as engine:
        engine.run(ProcessingJob(S1, symbols=HiveCandleRepository(bars).symbols()[:1]))  # workers are up
        for name in ("cold", "warm, first", "warm"):
            with PeakMemory(engine.worker_pids) as memory:
                worked, began = processor_seconds(engine.worker_pids()), time.perf_counter()
                result = engine.run(ProcessingJob(S1))
                seconds = time.perf_counter() - began
                worked = processor_seconds(engine.worker_pids()) - worked
            assert result.summary.complete
            row = (seconds, worked, result.summary.matches, memory.megabytes)
            yield f"candlewick, {name}, {workers} workers", row


def processor_seconds(pids) -> float:
    """Return what this process and its workers have used; not a number where that cannot be known."""
    if not Path("/proc/self/stat").exists():
        return float("nan")
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


class PeakMemory:
    """Samples the anonymous memory of this process and its workers."""

    def __init__(self, pids) -> None:
        self._pids = pids
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.megabytes = float("nan")

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        peak = 0
        while not self._stop.wait(0.05):
            with contextlib.suppress(OSError):
                peak = max(peak, sum(anonymous_bytes(pid) for pid in (os.getpid(), *self._pids())))
        self.megabytes = peak / 1e6 if peak else float("nan")


def anonymous_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    return 0


@contextlib.contextmanager
def peer(python: Path | None, bars: Path):
    """Yield a function that has a peer run the scan once and returns seconds, processor seconds and matches."""
    if python is None:
        yield lambda _name: None
        return
    command = [python, __file__, "--serve", "--bars", bars]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:

        def ask(name: str):
            program.stdin.write(name + "\n")
            program.stdin.flush()
            words = program.stdout.readline().split()
            return (float(words[0]), float(words[1]), int(words[2])) if len(words) == 3 else None

        yield ask
        program.stdin.close()


def serve(bars: Path) -> None:
    """Answer the names of peers on stdin with seconds, processor seconds and matches, in the peers' interpreter."""
    import polars

    files = str(bars / "**" / "*.parquet")
    frame = polars.read_parquet(files, hive_partitioning=True)
    for line in sys.stdin:
        name = line.strip()
        worked, began = time.process_time(), time.perf_counter()
        try:
            source = polars.scan_parquet(files, hive_partitioning=True) if "cold" in name else frame.lazy()
            matches = scan_with_polars(source, talib="talib" in name).collect().height
        except (ImportError, AttributeError):
            print(GIVEN_WAY, flush=True)
            continue
        print(time.perf_counter() - began, time.process_time() - worked, matches, flush=True)


def scan_with_polars(bars, *, talib: bool):
    import polars

    close, volume = polars.col("close"), polars.col("volume")
    if talib:
        import polars_talib  # noqa: F401  adds .ta

        strength, slow, usual = close.ta.rsi(14), close.ta.sma(200), volume.ta.sma(20)
    else:
        change = close.diff()
        up, down = change.clip(lower_bound=0), (-change).clip(lower_bound=0)
        smooth = {"alpha": 1 / 14, "adjust": False, "min_samples": 14}
        strength = 100 - 100 / (1 + up.ewm_mean(**smooth) / down.ewm_mean(**smooth))
        slow, usual = close.rolling_mean(200), volume.rolling_mean(20)
    series = {"strength": strength, "slow": slow, "usual": usual}
    bars = bars.with_columns(**{name: each.over("symbol") for name, each in series.items()})
    bars = bars.with_columns(before=polars.col("strength").shift(1).over("symbol"))
    crosses = (polars.col("strength") > 30) & (polars.col("before") <= 30)
    return bars.filter((close > polars.col("slow")) & crosses & (volume > 1.5 * polars.col("usual")))


def report(rows: dict[str, list[Row]], arguments: argparse.Namespace) -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"{platform.platform()}, {cores} cores, load {busy:.1f}; {arguments.symbols:,} symbols, {DAYS:,} bars each"
    )
    print(f"{'':34}{'median s':>10}{'÷ polars':>10}{'CPU s':>8}{'÷ polars':>10}{'matches':>9}{'MB':>6}")
    yardsticks = {
        kind: [median(rows.get(f"polars, {kind}", []), place) for place in (0, 1)]
        for kind in ("cold", "in memory")
    }
    for name, results in rows.items():
        clock, processors = yardsticks["cold" if "cold" in name else "in memory"]
        seconds, worked = median(results, 0), median(results, 1)
        counts = "/".join(sorted({str(row[2]) for row in results}))
        told = f"{name:34}{seconds:10.3f}{seconds / clock:10.2f}{worked:8.2f}{worked / processors:10.2f}"
        print(f"{told}{counts:>9}{max(row[3] for row in results):6.0f}")
    if arguments.peer is None:
        print("missing: polars, polars-talib (name an interpreter that has them with --peer)")


def median(results: list[Row], place: int) -> float:
    return statistics.median(row[place] for row in results) if results else float("nan")


if __name__ == "__main__":
    main()
