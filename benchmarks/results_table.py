"""The results table with a million rows: to append, sort, filter, scroll. ``python -m benchmarks.results_table``

    python -m benchmarks.results_table [--rows 1000000] [--rounds 5]

The table is the window's own, without a screen, and gets its rows in parts as large as the window hands over in one
turn of its loop. Sorts and filters go the way of a click: the order is computed, the view takes it over and keeps its
place. ``wall`` is what a user waits for, ``processor`` what the window's thread worked for it. The exit code is 1 when
the median of a sort is above the limit by the processor's time.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyarrow as pa
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from benchmarks.machine import this_machine
from benchmarks.table import in_columns
from engine.data.arrow_alone import leave_pandas_alone
from gui.bridge.scan_bridge import ROWS_A_TURN
from gui.results.panel import ResultsPanel
from gui.results.row_order import SortKey

LIMIT = 0.3
SYMBOLS = 2_500
DAYS = 2_520
SEED = 20_260_101
# What a user sees at once.
WIDTH, HEIGHT = 1200, 600


@dataclass
class Timed:
    """Seconds of several rounds of one piece of work."""

    what: str
    is_sort: bool = False
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, work: Callable[[], object]) -> None:
        """Do it once more and keep both clocks."""
        wall, processor = time.perf_counter(), time.thread_time()
        work()
        self.processor.append(time.thread_time() - processor)
        self.wall.append(time.perf_counter() - wall)

    def row(self) -> list[str]:
        """Return least, median and worst of both clocks, in milliseconds."""
        kinds = (min, median, max)
        return [
            self.what,
            *(f"{1000 * of(each):.1f}" for each in (self.wall, self.processor) for of in kinds),
        ]


def main(argv: list[str] | None = None) -> int:
    """Measure and print; 1 when a sort takes longer than the limit."""
    arguments = _parse(argv)
    print("\n".join(this_machine().lines()))
    app = QApplication.instance() or QApplication(["candlewick"])
    leave_pandas_alone()
    panel = ResultsPanel(sparklines=True)
    panel.resize(WIDTH, HEIGHT)
    panel.show()
    timed = [each for part in (appending, sorting, filtering, seeing) for each in part(panel, arguments)]
    panel.close()
    panel.deleteLater()
    assert app is not None
    head = ["milliseconds", "wall least", "median", "worst", "processor least", "median", "worst"]
    print(f"{arguments.rows:,} rows in parts of {ROWS_A_TURN:,}")
    print(in_columns([head, *(each.row() for each in timed)]))
    slowest = max(median(each.processor) for each in timed if each.is_sort)
    print(f"slowest sort {1000 * slowest:.0f} ms, allowed {1000 * LIMIT:.0f} ms")
    return int(slowest > LIMIT)


def matches(rows: int) -> pa.Table:
    """Return made-up matches in the order in which they come: symbol by symbol, each by date."""
    random = np.random.default_rng(SEED)
    names = pa.array([f"SYM{number:04d}" for number in range(SYMBOLS)])
    codes = np.sort(random.integers(0, SYMBOLS, rows)).astype(np.int32)
    days = random.integers(0, DAYS, rows)
    days = days[np.lexsort((days, codes))]
    values = {name: random.normal(size=rows) for name in ("momentum", "slope")}
    values["momentum"][:: 1 + rows // 100] = np.nan
    return pa.table(
        {
            "symbol": pa.DictionaryArray.from_arrays(pa.array(codes), names),
            "timestamp": pa.array(np.datetime64("2016-01-04", "us") + days * np.timedelta64(1, "D")),
            "close": pa.array(random.lognormal(4.0, 1.0, rows)),
            "rsi": pa.array(random.uniform(0.0, 100.0, rows)),
            **{name: pa.array(column) for name, column in values.items()},
        }
    )


def appending(panel: ResultsPanel, arguments: argparse.Namespace) -> Iterator[Timed]:
    """Fill the table part by part, in scan order."""
    table = matches(arguments.rows)
    parts = [table.slice(start, ROWS_A_TURN) for start in range(0, table.num_rows, ROWS_A_TURN)]
    panel.begin([name for name in table.column_names if name != "symbol"], SYMBOLS)
    panel.restore_scan_order()
    first, each = Timed("append the first part, widths fitted"), Timed("append a part")
    first.add(lambda: panel.append(parts[0]))
    for part in parts[1:]:
        each.add(lambda part=part: panel.append(part))
        QCoreApplication.processEvents()
    panel.finish()
    yield first
    if each.wall:
        yield each


def sorting(panel: ResultsPanel, arguments: argparse.Namespace) -> Iterator[Timed]:
    """Sort by one and by two keys; each round begins in scan order."""
    place = {column.name: number for number, column in enumerate(panel.model.store.columns)}
    orders = {
        "sort by a number": [("rsi", False)],
        "sort by a number, descending": [("momentum", True)],
        "sort by date, descending": [("timestamp", True)],
        "sort by symbol": [("symbol", False)],
        "sort by date, then symbol": [("timestamp", True), ("symbol", False)],
        "sort by symbol, then a number": [("symbol", False), ("rsi", True)],
        "sort by two numbers": [("rsi", False), ("slope", True)],
    }
    for what, named in orders.items():
        keys = [SortKey(place[name], descending=descending) for name, descending in named]
        timed = Timed(what, is_sort=True)
        for _ in range(arguments.rounds):
            panel.model.set_sort(())
            timed.add(lambda keys=keys: panel.model.set_sort(keys))
        yield timed


def filtering(panel: ResultsPanel, arguments: argparse.Namespace) -> Iterator[Timed]:
    """Type a filter, with the table in scan order and with it sorted by a number."""
    place = panel.model.store.index("rsi")
    assert place is not None
    for order, keys in (("", ()), (", sorted by a number", (SortKey(place),))):
        panel.model.set_sort(keys)
        for text in ("rsi<30", "rsi<30 symbol=SYM0007"):
            timed = Timed(f"filter {text}{order}")
            for _ in range(arguments.rounds):
                panel.set_filter("")
                timed.add(lambda text=text: panel.set_filter(text))
            yield timed
    panel.set_filter("")
    panel.model.set_sort(())


def seeing(panel: ResultsPanel, arguments: argparse.Namespace) -> Iterator[Timed]:
    """Jump about in the table and paint what is there; step from row to row."""
    places = np.random.default_rng(SEED).integers(0, arguments.rows, 20 * arguments.rounds).tolist()
    view = panel.view
    jump, step = Timed("scroll somewhere and paint"), Timed("next row and paint")
    for row in places:
        view.verticalScrollBar().setValue(row)
        jump.add(view.viewport().repaint)
    panel.select_first()
    for _ in places:
        step.add(lambda: (panel.step(1), view.viewport().repaint()))
    yield jump
    yield step


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
