"""From an arrow key in the table to the painted chart: ``python -m benchmarks.flip``.

    python -m benchmarks.flip [--data FOLDER] [--flips 200] [--soak 2000]

Scans the demo universe in the real window without a screen, sorts by date so that nearly every row is another symbol,
and presses the down key. A flip ends when the chart of the row's symbol has been painted. Wall time, and what the
window's thread worked for it; the chart is read in another thread meanwhile. With ``--soak`` it flips so often again
and tells by how much the memory of the process has grown.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path
from statistics import median

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt
from PySide6.QtTest import QTest

from benchmarks.machine import this_machine
from benchmarks.window_at_work import opened_window, serve, universe, wait_for, warm
from gui.app import CandlewickApp

LIMIT = 0.050
FORMULA = "close > sma(close, 200) and cross_above(rsi(close, 14), 50)"
# Of growth over 2,000 flips: what allocators keep, and not a chart.
LIMIT_MEGABYTES = 20.0
PATIENCE = 60.0


class Paints(QObject):
    """Counts the paints of a widget."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look on."""
        self.count += event.type() == QEvent.Type.Paint
        return False


def main(argv: list[str] | None = None) -> int:
    """Measure and print; 1 when the median flip or the growth is over its limit."""
    arguments = _parse(argv)
    print("\n".join(this_machine().lines()))
    with opened_window(universe(arguments.data), workers=2) as candlewick:
        warm(candlewick)
        candlewick.editor.set_text(FORMULA)
        (result,) = wait_for(candlewick.scan_flow.finished, candlewick.form.request_run)
        serve(2000)
        print(f"{result.matches.num_rows:,} rows")
        paints = Paints(candlewick)
        candlewick.chart.view.viewport().installEventFilter(paints)
        candlewick.results.view.setFocus()
        first, *flips = [flip(candlewick, paints) for _ in range(arguments.flips + 1)]
        tell("first", [first])
        tell("all", flips)
        grown = soak(candlewick, paints, arguments.soak) if arguments.soak else 0.0
    middle = median(wall for wall, _ in flips)
    print(f"median flip {1000 * middle:.1f} ms, allowed {1000 * LIMIT:.0f} ms")
    return int(middle > LIMIT or grown > LIMIT_MEGABYTES)


def flip(candlewick: CandlewickApp, paints: Paints) -> tuple[float, float]:
    """Press the down key, wait for the picture; return the wall's seconds and those of the window's thread."""
    model, view = candlewick.results.model, candlewick.results.view
    if view.currentIndex().row() >= model.rowCount() - 2:
        view.go_to(0)
    symbol = model.match_of(model.row_id(view.currentIndex().row() + 1))[0]
    before, limit = paints.count, time.perf_counter() + PATIENCE
    began, worked = time.perf_counter(), time.thread_time()
    QTest.keyClick(view, Qt.Key.Key_Down)
    chart = candlewick.chart
    while chart.data is None or chart.data.symbol != symbol or paints.count == before:
        if time.perf_counter() > limit:
            raise TimeoutError(symbol)
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return time.perf_counter() - began, time.thread_time() - worked


def tell(what: str, flips: list[tuple[float, float]]) -> None:
    """Print median and worst of both clocks."""
    for clock, values in zip(("wall", "window's thread"), zip(*flips, strict=True), strict=True):
        ordered = sorted(values)
        last = ordered[int(0.95 * len(ordered))] if len(ordered) > 1 else ordered[0]
        print(
            f"{what:6} {len(ordered):5} flips, {clock:16} median {1000 * median(ordered):6.1f} ms, "
            f"95 % within {1000 * last:6.1f} ms, worst {1000 * ordered[-1]:6.1f} ms"
        )


def soak(candlewick: CandlewickApp, paints: Paints, flips: int) -> float:
    """Flip so often; return the megabytes by which the process has grown since the first hundred."""
    for _ in range(100):
        flip(candlewick, paints)
    gc.collect()
    before = resident_megabytes()
    for _ in range(flips):
        flip(candlewick, paints)
    gc.collect()
    grown = resident_megabytes() - before
    print(f"after {flips:,} more flips the process is {grown:+.1f} MB larger ({before:.0f} MB before)")
    return grown


def resident_megabytes() -> float:
    """Return the memory of this process that is in use; not a number where nobody tells."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), float("nan"))


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a folder of bars; without it the demo universe")
    parser.add_argument("--flips", type=int, default=200)
    parser.add_argument("--soak", type=int, default=0, help="flip so often again and look at the memory")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
