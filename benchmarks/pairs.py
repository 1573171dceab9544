"""How long all pairs of a universe take, and how well lin_parts and nested_parts balance a triangular job.

python benchmarks/pairs.py                 # 500 synthetic symbols, 10 years
python benchmarks/pairs.py --data bars/    # your own
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from engine.data.opening import open_repository
from engine.data.sources.synthetic import write_demo
from engine.execution.partition import lin_parts, molecules, nested_parts
from engine.execution.pool import SupervisedPool
from engine.pairs.job import PairJob
from engine.pairs.scanning import WORKER_IMPORTS, scan_pairs

# Cointegration takes about a millisecond a pair: fewer symbols will do.
COINTEGRATION_SYMBOLS = 60


def main() -> None:
    arguments = parsed()
    with tempfile.TemporaryDirectory() as folder:
        data = arguments.data
        if data is None:
            data = Path(folder) / "demo"
            write_demo(data, symbols=arguments.symbols, years=arguments.years)
        for workers in arguments.workers:
            time_measures(data, workers, arguments.repeats)
    for molecules_wanted in (2, 8, 24):
        show_balance(arguments.atoms, molecules_wanted)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="a folder of bars; without it a demo universe is made")
    parser.add_argument("--symbols", type=int, default=500)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--atoms", type=int, default=2000, help="rows of the triangular job")
    return parser.parse_args()


def time_measures(data: Path, workers: int, repeats: int) -> None:
    """Print the median of several scans on one warm pool."""
    repository = open_repository(data)
    few = repository.symbols()[:COINTEGRATION_SYMBOLS]
    jobs = {
        "correlation, 252 bars": PairJob("correlation"),
        "correlation, all bars": PairJob("correlation", window=100_000),
        "spread, 252 bars": PairJob("spread"),
        f"cointegration, 504 bars, {len(few)} symbols": PairJob("cointegration", symbols=few),
    }
    with closing(SupervisedPool(workers, initial_imports=WORKER_IMPORTS)) as pool:
        for name, job in jobs.items():
            results = [scan_pairs(repository, job, pool) for _ in range(repeats)]
            seconds = {
                part: statistics.median(result.seconds[part] for result in results)
                for part in ("read", "measure", "total")
            }
            print(
                f"{workers} workers  {name:42}  {results[0].pairs:>9,} pairs  read {seconds['read']:6.2f} s  "
                f"measure {seconds['measure']:6.2f} s  total {seconds['total']:6.2f} s"
            )


def show_balance(atoms: int, wanted: int) -> None:
    """Run a triangular job, one molecule at a time; print each way's slowest over its mean, in units and in time."""
    values = np.random.default_rng(1).normal(size=(atoms, 128))
    for name, boundaries in (
        ("lin_parts", lin_parts(atoms, wanted)),
        ("nested_parts", nested_parts(atoms, wanted)),
    ):
        parts = molecules(boundaries)
        units = [sum(atom + 1 for atom in part) for part in parts]
        seconds = [min(seconds_of(values, part) for _ in range(5)) for part in parts]
        print(
            f"{atoms:,} rows of a triangle in {len(parts):2} molecules  {name:12}  slowest over mean: "
            f"{max(units) / statistics.mean(units):.2f} in units, "
            f"{max(seconds) / statistics.mean(seconds):.2f} in time"
        )


def seconds_of(values: np.ndarray, part: range) -> float:
    """Return the processor time of one molecule's rows: row i is multiplied with every row up to itself."""
    began = time.thread_time()
    for atom in part:
        np.einsum("ij,j->i", values[: atom + 1], values[atom])
    return time.thread_time() - began


if __name__ == "__main__":
    main()
