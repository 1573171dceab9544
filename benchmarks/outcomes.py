"""How long forward returns take: of 100,000 signals by themselves, and in a pass over a universe with its means.

python benchmarks/outcomes.py                 # 200 synthetic symbols, 10 years
python benchmarks/outcomes.py --data bars/    # your own
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from engine.data.opening import open_repository
from engine.data.sources.synthetic import write_demo
from engine.outcomes.forward_returns import OutcomeTerms, account_of, forward_returns
from engine.outcomes.statistics import Sample, statistics_of
from engine.scan.evaluation.evaluate import evaluate
from engine.scan.evaluation.forward_pass import ForwardRequest, measure_signals
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine

SIGNALS = 100_000
TERMS = OutcomeTerms()


def main() -> None:
    arguments = parsed()
    time_signals(arguments.repeats)
    with tempfile.TemporaryDirectory() as folder:
        data = arguments.data
        if data is None:
            data = Path(folder) / "demo"
            write_demo(data, symbols=arguments.symbols, years=10)
        time_pass(data, arguments.workers, arguments.repeats)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--symbols", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    return parser.parse_args()


def time_signals(repeats: int) -> None:
    """Forward returns and statistics of the signals of 2,500 symbols with 2,520 bars, forty each."""
    random = np.random.default_rng(0)
    closes = 50 * np.exp(np.cumsum(random.normal(0, 0.02, (2_500, 2_520)), axis=1))
    opens = closes * random.uniform(0.99, 1.01, closes.shape)
    bars = [np.sort(random.choice(2_520, SIGNALS // 2_500, replace=False)) for _ in range(2_500)]
    took, summed = [], []
    for _ in range(repeats):
        began = time.perf_counter()
        found = [forward_returns(*each, TERMS) for each in zip(opens, closes, bars, strict=True)]
        took.append(time.perf_counter() - began)
        values, fates = (
            np.concatenate(parts) for parts in zip(*((f.values, f.fates) for f in found), strict=True)
        )
        when = np.datetime64("2020-01-01", "us") + np.concatenate(bars) * np.timedelta64(1, "D")
        began = time.perf_counter()
        statistics_of(Sample(when, values, fates, values), TERMS, np.datetime64("2023-01-01", "us"))
        summed.append(time.perf_counter() - began)
    account = account_of(fates, TERMS)[0]
    print(f"{account.words}, {len(TERMS.windows)} windows")
    print(f"  forward returns  {seconds(took)}")
    print(f"  statistics       {seconds(summed)}")


def time_pass(data: Path, workers: int, repeats: int) -> None:
    """A whole evaluation, and by itself the pass that measures its signals and the universe."""
    repository = open_repository(data)
    job = ProcessingJob(formula="close > hhv(high, 20)[1]")
    with ProcessingEngine(repository, max_workers=workers) as engine:
        whole, passes = [], []
        for _ in range(repeats + 1):
            began = time.perf_counter()
            evaluation = evaluate(engine, job, TERMS)
            whole.append(time.perf_counter() - began)
            events = evaluation.events
            began = time.perf_counter()
            measure_signals(engine, events["symbol"], events["date"], ForwardRequest(TERMS))
            passes.append(time.perf_counter() - began)
    coverage = evaluation.measured.coverage
    print(f"{events.num_rows:,} signals in {coverage.symbols:,} symbols, {coverage.years:,.0f} symbol-years")
    print(f"  scan, pass and comparison, {workers} workers  {seconds(whole[1:])}")
    print(f"  the pass with universe means, {workers} workers  {seconds(passes[1:])}")


def seconds(took: list[float]) -> str:
    return f"median {statistics.median(took):.3f} s, best {min(took):.3f} s"


if __name__ == "__main__":
    main()
