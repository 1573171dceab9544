"""How long the window takes to come: ``python -m benchmarks.start_up [--rounds 5] [--imports 25]``.

Starts the program as its entry point does, without a screen and on a home of its own with the demo universe in place,
and notes when the first picture of the window has been painted, and when the first result of the demo is in the table.
Seconds count from the start of the process, on the wall and as processor time; the best round counts, because others
may load the machine. ``--imports`` lists the modules that take longest by themselves, of the best of the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.environments import ROOT
from benchmarks.machine import this_machine

VISIBLE, RESULT = 1.5, 2.0

# Runs in the measured process, before anything of the program is imported.
PROBE = """
import json, os, sys, time
began = float(os.environ["CANDLEWICK_BEGAN"])
told = {}

def note(what):
    told.setdefault(what, (time.time() - began, time.process_time()))

def watch():
    import gc
    gc.disable()  # as the entry does
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QMainWindow
    import gui.start as start

    class Paints(QObject):
        def eventFilter(self, watched, event):
            # After the paint, not before it.
            if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
                watched.removeEventFilter(self)
                QTimer.singleShot(0, lambda: note("visible"))
            return False

    Arrival = start.Arrival

    class Watched(Arrival):
        def __init__(self, window, build, parent):
            note("built")
            super().__init__(window, build, parent)
            self.paints = Paints()
            window.installEventFilter(self.paints)
            self.arrived.connect(self.follow)

        def follow(self, made):
            note("complete")
            made.scan_flow.finished.connect(self.finish)

        def finish(self, _result):
            note("result")
            QTimer.singleShot(0, self._window.close)

    start.Arrival = Watched
    note("imported")
    return start

start = watch()
code = start.main(["--demo"])
print(json.dumps(told))
sys.exit(code)
"""


def main(argv: list[str] | None = None) -> int:
    """Measure and print; 1 when a target was missed."""
    arguments = _parse(argv)
    print("\n".join(this_machine().lines()))
    with tempfile.TemporaryDirectory(prefix="candlewick-start-") as folder:
        home = Path(folder)
        environment = _environment(home)
        _write_demo(environment)
        rounds = [_one_round(environment) for _ in range(arguments.rounds)]
        best = {
            what: (min(each[what][0] for each in rounds), min(each[what][1] for each in rounds))
            for what in ("imported", "built", "visible", "complete", "result")
        }
        for what, (wall, processor) in best.items():
            print(
                f"{what:9} {wall:6.2f} s after the start, {processor:5.2f} s of processor time in the process"
            )
        if arguments.imports:
            _tell_imports(environment, arguments.imports, arguments.rounds)
    visible, after = best["visible"][0], best["result"][0] - best["visible"][0]
    print(
        f"visible after {visible:.2f} s (allowed {VISIBLE} s), first result {after:.2f} s later ({RESULT} s)"
    )
    return int(visible > VISIBLE or after > RESULT)


def _environment(home: Path) -> dict[str, str]:
    homes = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}


def _write_demo(environment: dict[str, str]) -> None:
    """Let the program write its demo universe and scan it once, as on the first day."""
    command = [sys.executable, "-m", "gui", "--headless", str(Path(environment["XDG_STATE_HOME"]) / "first")]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)


def _one_round(environment: dict[str, str]) -> dict[str, list[float]]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={**environment, "CANDLEWICK_BEGAN": repr(time.time())},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return told


def _tell_imports(environment: dict[str, str], count: int, rounds: int) -> None:
    best: dict[str, float] = {}
    for _ in range(rounds):
        command = [sys.executable, "-X", "importtime", "-c", "import gui.start"]
        lines = subprocess.run(
            command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
        ).stderr
        for line in lines.splitlines():
            own, _, name = (part.strip() for part in line.removeprefix("import time:").split("|"))
            if own.isdigit():
                best[name] = min(best.get(name, 1e9), int(own) / 1e6)
    packages: dict[str, float] = {}
    for name, seconds in best.items():
        packages[name.partition(".")[0]] = packages.get(name.partition(".")[0], 0.0) + seconds
    for title, table in (("packages", packages), ("modules", best)):
        print(f"{title}, {sum(table.values()):.2f} s in all:")
        for name, seconds in sorted(table.items(), key=lambda each: -each[1])[:count]:
            print(f"  {1000 * seconds:7.1f} ms  {name}")


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--imports", type=int, default=0, help="list so many packages and modules")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
