"""How much two workers help a detector in pure Python: ``python benchmarks/detectors.py [--symbols N] [--bars N]``.

The Wyckoff baseline goes bar by bar in Python, so that nothing but processes can make it quicker. The bars are made up
and lie in memory-mapped Arrow files; pool and snapshot are warm before the clock starts. Each count of workers gets the
best of several runs, taken in turns, so that a busy moment of the machine hits all alike.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from engine.data.opening import open_repository
from engine.data.sources.synthetic import write_demo
from engine.scan.exporters.csv import result_sha256
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine

BARS_A_YEAR = 252
JOB = ProcessingJob(detectors=("wyckoff_baseline",))


def measured(folder: Path, counts: list[int], runs: int) -> dict[int, tuple[float, str]]:
    """Return the best time of each count of workers, and the checksum of what it found."""
    best: dict[int, tuple[float, str]] = {}
    engines = {count: ProcessingEngine(open_repository(folder), max_workers=count) for count in counts}
    try:
        for engine in engines.values():
            engine.run(JOB)
        for _ in range(runs):
            for count, engine in engines.items():
                began = time.perf_counter()
                result = engine.run(JOB)
                seconds = time.perf_counter() - began
                checksum = result_sha256(result.matches, result.timeframe)
                best[count] = min(best.get(count, (seconds, checksum)), (seconds, checksum))
    finally:
        for engine in engines.values():
            engine.shutdown()
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--symbols", type=int, default=2500)
    parser.add_argument("--bars", type=int, default=2520)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "bars"
        write_demo(folder, symbols=arguments.symbols, years=round(arguments.bars / BARS_A_YEAR))
        best = measured(folder, arguments.workers, arguments.runs)
    first = best[arguments.workers[0]][0]
    report = {
        "symbols": arguments.symbols,
        "bars": arguments.bars,
        "identical": len({checksum for _, checksum in best.values()}) == 1,
        "workers": {
            count: {"seconds": round(seconds, 3), "times_faster": round(first / seconds, 2)}
            for count, (seconds, _) in best.items()
        },
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
