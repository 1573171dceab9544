"""The longest block of the window's thread while matches stream in: ``python -m benchmarks.event_loop``.

    python -m benchmarks.event_loop [--data FOLDER] [--formula TEXT] [--rounds 3] [--inspect]

Opens the real window without a screen and waits until it is warm: the chart is loaded, as it is for whoever has
looked at the window for a second; what the loading blocked is told by itself. Then it scans until 100,000 matches and
more have come, from the click on Run to three seconds after the end, and tells the longest blocks with what ran in
them (``heartbeat``). The last round is cancelled in its middle. With ``--inspect`` the current row moves all the
while, as somebody does who looks at the first matches while the rest still come.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer

from benchmarks.heartbeat import Block, Heartbeat
from benchmarks.machine import this_machine
from benchmarks.window_at_work import opened_window, serve, universe, wait_for, warm
from gui.app import CandlewickApp

LIMIT = 0.050
FORMULA = "rsi(close, 14) > 69.8"
STEP_MILLISECONDS = 120
AFTER_MILLISECONDS = 3000


def main(argv: list[str] | None = None) -> int:
    """Measure and print; 1 when a round was blocked for longer than the limit."""
    arguments = _parse(argv)
    print("\n".join(this_machine().lines()))
    worst: list[Block] = []
    hearts: list[Heartbeat] = []
    with opened_window(
        universe(arguments.data),
        lambda: hearts.append(Heartbeat(takes_stacks=False)),
        workers=arguments.workers,
    ) as candlewick:
        warm_up(candlewick, *hearts)
        candlewick.editor.set_text(arguments.formula)
        serve(1000)
        for number in range(1, arguments.rounds + 1):
            worst += one_round(candlewick, f"round {number}", arguments)[:1]
        worst += one_round(candlewick, "cancelled", arguments, cancel_after=arguments.cancel_after)[:1]
    own, thread = (max((getattr(block, name) for block in worst), default=0.0) for name in ("own", "thread"))
    print(
        f"longest block {1000 * own:.0f} ms, of which the window's own thread worked at most {1000 * thread:.0f} ms; "
        f"allowed {1000 * LIMIT:.0f} ms"
    )
    return int(own > LIMIT)


def warm_up(candlewick: CandlewickApp, heart: Heartbeat) -> None:
    """Wait until the window is warm, and tell what has blocked it since it was built."""
    warm(candlewick)
    heart.stop()
    print(
        "warm-up: window shown, chart loaded and rehearsed; the longest blocks, which are no part of the verdict:"
    )
    tell(heart.longest(2))


def one_round(
    candlewick: CandlewickApp, name: str, arguments: argparse.Namespace, cancel_after: int | None = None
) -> list[Block]:
    """Scan once, tell about it, and return the longest blocks; a cancel comes so many milliseconds after the click."""
    steps = QTimer()
    steps.timeout.connect(lambda: candlewick.results.step(1))
    if arguments.inspect:
        steps.start(STEP_MILLISECONDS)
    heart = Heartbeat()
    began, thread = time.perf_counter(), time.thread_time()
    if cancel_after is not None:
        QTimer.singleShot(cancel_after, candlewick.bridge.cancel)
    (result,) = wait_for(candlewick.scan_flow.finished, candlewick.form.request_run)
    seconds = time.perf_counter() - began
    serve(AFTER_MILLISECONDS)  # the last sort, the first chart, the comparison with the run before
    busy = time.thread_time() - thread
    heart.stop()
    steps.stop()
    print(
        f"{name}: {result.matches.num_rows:,} matches of {result.summary.total:,} symbols in {seconds:.2f} s; "
        f"the window's thread worked {busy:.2f} s; {heart.beats} beats, {len(heart.blocks)} late"
    )
    print(
        "  the engine:",
        ", ".join(f"{phase} {spent:.2f} s" for phase, spent in result.summary.seconds.items()),
    )
    blocks = heart.longest(20)
    tell(blocks[: arguments.show])
    return blocks


def tell(blocks: list[Block]) -> None:
    """Print the blocks."""
    for block in blocks:
        print(
            f"  {1000 * block.own:6.1f} ms at {block.at:5.2f} s (wall {1000 * block.wall:.0f}, waited for a processor "
            f"{1000 * block.queued:.0f}, thread {1000 * block.thread:.0f}, process {1000 * block.process:.0f})"
        )
        print(block.where())


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a folder of bars; without it the demo universe")
    parser.add_argument("--formula", default=FORMULA)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--show", type=int, default=4, help="so many blocks of each round")
    parser.add_argument("--cancel-after", type=int, default=150, help="milliseconds, of the last round")
    parser.add_argument("--inspect", action="store_true", help="move the current row meanwhile")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
