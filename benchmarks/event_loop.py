"""The longest block of the window's thread while matches stream in: ``python -m benchmarks.event_loop``.

    python -m benchmarks.event_loop [--data FOLDER] [--formula TEXT] [--rounds 3] [--inspect]

Opens the real window without a screen, scans with real workers until 100,000 matches and more have come, and tells
the longest blocks with what ran in them (``heartbeat``). With ``--inspect`` the current row moves all the while, as
somebody does who looks at the first matches while the rest still come.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer

from benchmarks.heartbeat import Block, Heartbeat
from benchmarks.machine import this_machine
from benchmarks.window_at_work import opened_window, serve, universe, wait_for
from gui.app import CandlewickApp

LIMIT = 0.050
FORMULA = "rsi(close, 14) > 69.8"
STEP_MILLISECONDS = 120


def main(argv: list[str] | None = None) -> int:
    """Measure and print; 1 when a round was blocked for longer than the limit."""
    arguments = _parse(argv)
    print("\n".join(this_machine().lines()))
    worst = 0.0
    with opened_window(universe(arguments.data), workers=arguments.workers) as candlewick:
        candlewick.editor.set_text(arguments.formula)
        serve(1000)
        for number in range(1, arguments.rounds + 1):
            blocks = one_round(candlewick, number, inspect=arguments.inspect)
            worst = max([worst, *(block.own for block in blocks)])
            tell(blocks[: arguments.show])
    print(f"longest block {1000 * worst:.0f} ms, allowed {1000 * LIMIT:.0f} ms")
    return int(worst > LIMIT)


def one_round(candlewick: CandlewickApp, number: int, *, inspect: bool) -> list[Block]:
    """Scan once, and return the longest blocks of it."""
    steps = QTimer()
    steps.timeout.connect(lambda: candlewick.results.step(1))
    if inspect:
        steps.start(STEP_MILLISECONDS)
    heart = Heartbeat()
    began, thread = time.perf_counter(), time.thread_time()
    (result,) = wait_for(candlewick.scan_flow.finished, candlewick.form.request_run)
    serve(1500)  # the last sort, the first chart, the comparison with the run before
    seconds, busy = time.perf_counter() - began - 1.5, time.thread_time() - thread
    heart.stop()
    steps.stop()
    print(
        f"round {number}: {result.matches.num_rows:,} matches of {result.summary.total:,} symbols in {seconds:.2f} s; "
        f"the window's thread worked {busy:.2f} s; {heart.beats} beats, {len(heart.blocks)} late"
    )
    print(
        "  the engine:", ", ".join(f"{name} {spent:.2f} s" for name, spent in result.summary.seconds.items())
    )
    return heart.longest(20)


def tell(blocks: list[Block]) -> None:
    """Print the blocks."""
    for block in blocks:
        print(
            f"  {1000 * block.own:6.1f} ms at {block.at:5.2f} s "
            f"(wall {1000 * block.wall:.0f}, thread {1000 * block.thread:.0f}, process {1000 * block.process:.0f})"
        )
        print(block.where())


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a folder of bars; without it the demo universe")
    parser.add_argument("--formula", default=FORMULA)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--show", type=int, default=4, help="so many blocks of each round")
    parser.add_argument("--inspect", action="store_true", help="move the current row meanwhile")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
