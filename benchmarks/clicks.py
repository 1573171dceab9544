"""Random clicks on the real window, held against a model after each: ``python -m benchmarks.clicks --sequences 1000``.

1. The window is the program's own, with a small universe, a run store and an engine that waits for its turn
   (``paced_engine``), so that a click can fall between any two events of a scan.
2. A sequence is a dozen clicks drawn from a seed: actions of the menus, columns, filters, docks, kept runs, turns of
   the engine, errors in it. Some sequences end with the window being closed, in the middle of whatever runs.
3. After each click the available actions, the rows and the state are those of the model (``window_model``), nobody
   has raised, Qt has not complained, and the problems panel knows of no exception but those that were planted.

A sequence that fails is told with its seed and its clicks; ``--only N`` plays it alone.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pyarrow as pa
from PySide6.QtCore import QCoreApplication, QEvent, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QFileDialog, QMenu

from benchmarks.paced_engine import PATIENCE, Pace, StuckError, paced
from benchmarks.window_model import EVERYTHING, Filter, State, WindowModel
from engine.data.sources.synthetic import write_demo
from engine.scan.events import MatchBatch, ScanFinished, ScanStarted
from engine.settings import Settings
from gui.actions import ACTIONS
from gui.app import CandlewickApp
from gui.bridge.background import BackgroundWork
from gui.bridge.fence import Fence
from gui.bridge.scan_state import ScanState
from gui.bridge.turns import OneATurn
from gui.problems.state import Severity
from gui.remembered import Remembered

CLICKS = 12
CLOSE_SHARE = 0.04
# What offscreen cannot do; a screen can.
HARMLESS = ("This plugin does not support",)
FORMULAS = ("close > sma(close, 20)", "cross_above(rsi(close, 14), 50)", "close > 1e9")
FILTERS = (
    EVERYTHING,
    Filter("close>100", lambda close: close > 100),
    Filter("close<0", lambda close: close < 0),
)
PLANTED = "planted"
# Closing is a sequence's end, and opening a page elsewhere is nobody's test.
_NOT_CLICKED = {"quit"}
_STATES = {
    ScanState.IDLE: State.IDLE,
    ScanState.STARTING: State.STARTING,
    ScanState.RUNNING: State.RUNNING,
    ScanState.CANCELLING: State.CANCELLING,
}


class DiffersError(AssertionError):
    """The window is not what the model says."""


@dataclass
class Bench:
    """One window with its model, until it is closed."""

    candlewick: CandlewickApp
    pace: Pace
    data: Sequence[Path]
    model: WindowModel = field(default_factory=WindowModel)
    kept: dict[str, list[float]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    clicked: list[str] = field(default_factory=list)
    played: int = 0

    # ------------------------------------------------------------------ sequences

    def play(self, chance: random.Random, clicks: int = CLICKS) -> None:
        """Click so often, and look after each click; raises DiffersError."""
        self.clicked.clear()
        for _ in range(clicks):
            name, click = self._choose(chance)
            self.clicked.append(name)
            click()
            serve()
            self._take_turns()
            self.compare()
        self.played += 1

    def calm_down(self) -> None:
        """Bring the scan to its end, so that the next sequence begins where none runs."""
        self.clicked.append("to the end")
        self._finish()
        self._take_turns()
        self.compare()

    def _choose(self, chance: random.Random) -> tuple[str, Callable[[], object]]:
        """Draw a click; while a scan runs, mostly its next event."""
        if self.model.state is not State.IDLE and chance.random() < 0.5:
            return chance.choices(
                (("event", self._turn), ("to the end", self._finish), ("exception", self._raise)), (12, 2, 1)
            )[0]
        if chance.random() < 0.35:
            name = chance.choice(("run", "run", "run", "cancel", "cancel", "open_run", "open and run"))
        else:
            name = chance.choice((*_CLICKS, *(spec.id for spec in ACTIONS if spec.id not in _NOT_CLICKED)))
        own = _CLICKS.get(name)
        click = (lambda: self._press(name)) if own is None else (lambda: own(self, chance))
        return name, click

    # ------------------------------------------------------------------ clicks

    def _press(self, name: str) -> None:
        """Trigger an action of the menus, whether it is available or not: then nothing may happen."""
        if name == "run" and self.model.state is State.IDLE:
            self.pace.expect()
        self.candlewick.actions[name].trigger()
        if name in ("run", "cancel"):
            getattr(self.model, name)()

    def _sort(self, chance: random.Random) -> None:
        columns = self.candlewick.results.model.columnCount()
        if columns:
            self.candlewick.results.sort_by(chance.randrange(columns), extend=chance.random() < 0.3)

    def _filter(self, chance: random.Random) -> None:
        chosen = chance.choice(FILTERS)
        self.candlewick.results.set_filter(chosen.text)
        self.model.set_filter(chosen)

    def _toggle_dock(self, chance: random.Random) -> None:
        chance.choice(self.candlewick.window.findChildren(QDockWidget)).toggleViewAction().trigger()

    def _write_formula(self, chance: random.Random) -> None:
        self.candlewick.editor.set_text(chance.choice(FORMULAS))

    def _mark(self, chance: random.Random) -> None:
        view = self.candlewick.results.view
        chance.choice((view.seen_toggled, view.watch_toggled)).emit()

    def _open_run(self, chance: random.Random, *, and_run: bool = False) -> None:
        rows = [row for row in self.candlewick.runs.model.rows if row.can_open and row.run_id in self.kept]
        if not rows or self.model.state is not State.IDLE:
            return
        run = chance.choice(rows).run_id
        self.candlewick.runs.open_requested.emit(run)
        if and_run:
            self._press("run")
        self._settle()
        self.model.open_run(self.kept[run])

    def _open_and_run(self, chance: random.Random) -> None:
        self._open_run(chance, and_run=True)

    # ------------------------------------------------------------------ the engine

    def _turn(self) -> None:
        """Let the engine tell its next event."""
        if self.model.state is State.IDLE:
            return
        event = self.pace.next()
        if isinstance(event, ScanStarted):
            self.model.hear("started")
        elif isinstance(event, MatchBatch):
            self.model.hear("batch", closes_of(event.matches))
        elif isinstance(event, ScanFinished):
            closes = closes_of(event.result.matches)
            self.model.hear("finished", closes)
            self.kept[event.run_id] = closes
        if event is None or isinstance(event, ScanFinished):
            self._end()

    def _finish(self) -> None:
        while self.model.state is not State.IDLE:
            self._turn()

    def _raise(self) -> None:
        if self.model.state is not State.IDLE:
            self.pace.fail(RuntimeError(PLANTED))
            self._end()

    def _end(self) -> None:
        wait_until(lambda: self.candlewick.bridge.state is ScanState.IDLE)
        self.model.end()

    # ------------------------------------------------------------------ looking

    def _take_turns(self) -> None:
        """Wait until the window has heard all that the engine has told it, one thing at each turn."""
        turns = self.candlewick.findChildren(OneATurn)
        wait_until(lambda: not any(map(len, turns)))

    def _settle(self) -> None:
        """Wait until whatever was asked of the threads beside the window has been answered."""
        for background in self.candlewick.findChildren(BackgroundWork):
            answered: list[int] = []
            background.done.connect(lambda ticket, _result, heard=answered: heard.append(ticket))
            ticket = background.submit(lambda: None)
            wait_until(lambda ticket=ticket, answered=answered: ticket in answered)

    def compare(self) -> None:
        """Hold the window against the model; raises DiffersError."""
        window, model = self.candlewick, self.model
        self._same("state", _STATES[window.bridge.state], model.state)
        self._same("rows", window.results.model.rowCount(), model.rows)
        wanted = {spec.id for spec in ACTIONS if model.allows(spec.needs)}
        self._same("actions", {name for name, action in window.actions.items() if action.isEnabled()}, wanted)
        result = window.scan_flow.result
        self._same("result", None if result is None else result.matches.num_rows, model.result)
        is_idle = model.state is State.IDLE
        self._same("bar of progress", window.progress.bar.isHidden(), is_idle)
        self._same("runs can be opened", window.runs.resume_button.isEnabled(), is_idle)
        unexpected = [
            entry.sentence
            for entry in window.problems.model.entries
            if entry.severity is Severity.UNEXPECTED and PLANTED not in entry.sentence
        ]
        self._same("problems", unexpected, [])
        self._same("complaints", self.complaints, [])

    def _same(self, what: str, found: object, wanted: object) -> None:
        if found == wanted:
            return
        if isinstance(found, set) and isinstance(wanted, set):
            found, wanted = f"{sorted(found - wanted)} more", f"{sorted(wanted - found)} less"
        raise DiffersError(f"{what}: {found}, not {wanted}")


# Clicks that are no action of the menus.
_CLICKS: dict[str, Callable[[Bench, random.Random], None]] = {
    "sort": Bench._sort,
    "filter": Bench._filter,
    "dock": Bench._toggle_dock,
    "formula": Bench._write_formula,
    "mark": Bench._mark,
    "open_run": Bench._open_run,
    "open and run": Bench._open_and_run,
}


def closes_of(table: pa.Table) -> list[float]:
    """Return the closes of some matches."""
    return list(table.column("close").to_pylist())


# ---------------------------------------------------------------------- windows


@contextmanager
def opened(data: Sequence[Path]) -> Iterator[Bench]:
    """Open a window of its own on the first universe; the others can be chosen. Close it whatever runs."""
    app = QApplication.instance() or QApplication(["candlewick"])
    assert isinstance(app, QApplication)
    pace = Pace()
    with tempfile.TemporaryDirectory(prefix="candlewick-clicks-") as home, ExitStack() as stack:
        stack.enter_context(patch("gui.bridge.scan_bridge.ProcessingEngine", paced(pace)))
        stack.enter_context(answered_dialogs(Path(home), data))
        settings = Settings(theme="light", runs_folder=Path(home) / "runs", workers=1)
        candlewick = CandlewickApp(app, settings, data[-1], Remembered(None))
        bench = Bench(candlewick, pace, data)
        stack.enter_context(listened_to(bench))
        candlewick.open(str(data[0]))
        wait_until(lambda: candlewick.form.values().data_path == str(data[0]))
        bench._settle()
        try:
            yield bench
        finally:
            pace.let_all_go()
            candlewick.window.close()
            assert candlewick.shut_down(), "a thread did not end"
            candlewick.window.deleteLater()
            candlewick.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@contextmanager
def listened_to(bench: Bench) -> Iterator[None]:
    """Note whatever Qt complains of and whatever nobody caught."""

    def note(kind: QtMsgType, _context: object, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not message.startswith(HARMLESS):
            bench.complaints.append(f"Qt: {message}")

    before = qInstallMessageHandler(note)
    fence = Fence(bench.candlewick)
    fence.caught.connect(lambda error: bench.complaints.append(repr(error)))
    try:
        yield
    finally:
        fence.lower()
        qInstallMessageHandler(before)


@contextmanager
def answered_dialogs(folder: Path, data: Sequence[Path]) -> Iterator[None]:
    """Let the dialogs that ask for a file answer by themselves: nobody is there to do it."""
    answers = {
        "getSaveFileName": (str(folder / "file.csv"), "CSV (*.csv)"),
        "getOpenFileName": ("", ""),
        "getExistingDirectory": str(data[0]),
    }
    with ExitStack() as stack:
        for name, answer in answers.items():
            stack.enter_context(
                patch.object(QFileDialog, name, staticmethod(lambda *_, said=answer, **__: said))
            )
        yield


def serve() -> None:
    """Deliver what is waiting, and close what has popped up over the window."""
    QCoreApplication.processEvents()
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog | QMenu) and widget.isVisible():
            widget.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def wait_until(what: Callable[[], bool]) -> None:
    """Serve events until it is so; raises StuckError."""
    limit = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > limit:
            raise StuckError
        QCoreApplication.processEvents()


# ---------------------------------------------------------------------- the program


def universes(folder: Path) -> tuple[Path, ...]:
    """Write two small markets."""
    small, other = folder / "small", folder / "other"
    write_demo(small, symbols=6, years=1)
    write_demo(other, symbols=3, years=1)
    return small, other


def play(data: Sequence[Path], numbers: Sequence[int], seed: int) -> Iterator[str]:
    """Play the sequences of these numbers and yield what went wrong, with the window opened anew after it."""
    waiting = list(reversed(numbers))
    while waiting:
        with opened(data) as bench:
            while waiting:
                number = waiting.pop()
                chance = random.Random(f"{seed}/{number}")
                try:
                    bench.play(chance)
                    if chance.random() < CLOSE_SHARE:
                        break
                    bench.calm_down()
                except Exception as error:  # noqa: BLE001  whatever it is, the next sequence is played
                    clicked = " → ".join(bench.clicked)
                    yield f"sequence {number} of seed {seed}, {bench.played} before it: {error!r} after {clicked}"
                    break


def main(argv: list[str] | None = None) -> int:
    """Play and count; 1 when the window was not what it should be."""
    arguments = _parse(argv)
    numbers = [arguments.only] if arguments.only is not None else list(range(arguments.sequences))
    began, failures = time.perf_counter(), 0
    with tempfile.TemporaryDirectory(prefix="candlewick-clicks-") as folder:
        for failure in play(universes(Path(folder)), numbers, arguments.seed):
            failures += 1
            print(failure, flush=True)
    seconds = time.perf_counter() - began
    print(f"{len(numbers):,} sequences of {CLICKS} clicks in {seconds:.0f} s: {failures} went wrong")
    return int(failures > 0)


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sequences", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", type=int, help="play the sequence of this number alone")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
