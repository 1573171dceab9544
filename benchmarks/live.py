"""From an edit of the formula to the live answer, over the standard bars, beside a whole warm scan of the same text.

    python -m benchmarks.live [--cache bench] [--symbols 2500] [--rounds 5]

Each row edits one thing of the standard formula, as a key or a slider does, and asks for matches and counts again; a
whole scan by two warm workers stands beside it. ``wall`` is what a user waits for, ``processor`` what it would be on a
machine with nothing else to do. The least and the median of the rounds are told. The exit code is 1 when a median of
the processor's time is above the limit.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.machine import this_machine
from benchmarks.standard_work import SYMBOLS, bars_folder
from engine.data.opening import open_repository
from engine.data.repository import CandleRepository
from engine.scan.job import ProcessingJob
from engine.scan.live.scanning import LiveScan
from engine.scan.processing import ProcessingEngine

LIMIT = 0.2
TEXT = (
    "close > sma(close,{slow}) and cross_above(rsi(close,{bars}),{level}) and volume > {times}*sma(volume,20)"
)
USUAL = {"slow": 200, "bars": 14, "level": 30, "times": 1.5}
# What is edited, from one round to the next, and how.
EDITS = {
    "the threshold of RSI": ("level", 1),
    "the factor of the volume": ("times", 0.1),
    "the period of RSI": ("bars", 1),
    "the period of the average": ("slow", 5),
}


@dataclass
class Timed:
    """Seconds of several rounds."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, wall: float, processor: float) -> None:
        self.wall.append(wall)
        self.processor.append(processor)

    def told(self) -> str:
        return " ".join(f"{_least(each):>16}" for each in (self.wall, self.processor))


def main(argv: list[str] | None = None) -> int:
    """Measure and print; 1 when an edit takes longer than the limit."""
    arguments = _parse(argv)
    print("\n".join(this_machine().lines()))
    repository = open_repository(bars_folder(arguments.cache, arguments.symbols))
    print(f"{'milliseconds: least (median)':44} {'wall':>16} {'processor':>16}")
    whole = scanned(repository, arguments.rounds)
    print(f"{'a whole scan, 2 warm workers':44} {whole.told()}")
    worst = 0.0
    for name, timed in edited(repository, arguments.rounds):
        print(f"{name:44} {timed.told()}", flush=True)
        worst = max(worst, statistics.median(timed.processor))
    print(f"slowest edit {1000 * worst:.0f} ms of processor time, allowed {1000 * LIMIT:.0f} ms")
    return int(worst > LIMIT)


def scanned(repository: CandleRepository, rounds: int) -> Timed:
    """Scan with warm workers, after two runs that make snapshot and workers warm."""
    timed = Timed()
    with ProcessingEngine(repository, max_workers=2, backend="local") as engine:
        for number in range(rounds + 2):
            began = time.perf_counter()
            engine.run(ProcessingJob(formula=TEXT.format(**USUAL)))
            if number >= 2:
                # The workers' own time is not this process's to tell.
                timed.add(time.perf_counter() - began, float("nan"))
    return timed


def edited(repository: CandleRepository, rounds: int) -> Iterator[tuple[str, Timed]]:
    """Yield each edit with its times, over all bars and over each symbol's last."""
    for title, window in (("all bars", {}), ("last bar", {"last_bars": 1})):
        live = LiveScan.open(repository, job(USUAL, window))
        print(f"{f'the first answer, {title}':44} {asked(live, [job(USUAL, window)]).told()}", flush=True)
        for name, (what, step) in EDITS.items():
            jobs = [job({**USUAL, what: USUAL[what] + step * (1 + each)}, window) for each in range(rounds)]
            yield f"{name}, {title}", asked(live, jobs)
        live.close()


def job(numbers: dict[str, float], window: dict[str, int]) -> ProcessingJob:
    """Return the standard scan with these numbers."""
    return ProcessingJob(formula=TEXT.format(**numbers), **window)


def asked(live: LiveScan, jobs: list[ProcessingJob]) -> Timed:
    """Ask one job after another, each once: a second time it would have nothing to do."""
    timed = Timed()
    for each in jobs:
        wall, processor = time.perf_counter(), time.process_time()
        live.answer(each)
        timed.add(time.perf_counter() - wall, time.process_time() - processor)
    return timed


def _least(seconds: list[float]) -> str:
    least, middle = 1000 * min(seconds), 1000 * statistics.median(seconds)
    return f"{least:.0f} ({middle:.0f})" if least == least else ""


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path("bench"), help="where the standard bars are kept")
    parser.add_argument("--symbols", type=int, default=SYMBOLS)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
