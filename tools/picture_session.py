"""A session at the window, for the pictures of one theme: ``picture_session.py THEME DEMO OUT``.

It does what a user would do and waits for what each step leads to; ``pictures.py`` starts it in a home of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from engine.scan.report import summary_line
from engine.settings import Settings
from gui.app import CandlewickApp
from gui.main_window import DEFAULT_SIZE
from gui.options_panel.state import Phase
from gui.remembered import Remembered
from gui.runs.panel import RunsPanel

# What stands on the pictures beside the window itself, and in which theme.
PANELS = {"why": "dark", "evidence": "light", "options": "dark"}
CLOCK = "16:30"
LIMIT_SECONDS = 120.0
PAUSE_MILLISECONDS = 400
PULSE_MILLISECONDS = 20


def draw(app: QApplication, theme: str, demo: Path, out: Path) -> None:
    """Draw everything that is shown in this theme."""
    app.setCursorFlashTime(0)
    settings = Settings(theme=theme, runs_folder=demo.parent / f"runs_{theme}")
    candlewick = CandlewickApp(app, settings, demo, Remembered(None))
    candlewick.window.resize(DEFAULT_SIZE)
    session = Session(app, candlewick, out)
    try:
        session.scan()
        session.grab(f"window_{theme}")
        for panel, wanted in PANELS.items():
            if wanted == theme:
                getattr(session, panel)()
                session.grab(panel)
    finally:
        candlewick.window.close()
        candlewick.shut_down()
        for built in (candlewick.window, candlewick):
            built.deleteLater()


class Session:
    """What a user would do, step by step; each step waits for what it leads to."""

    def __init__(self, app, candlewick, out: Path) -> None:
        self.app = app
        self.candlewick = candlewick
        self.out = out
        self.pulse = QTimer(candlewick)
        self.pulse.start(PULSE_MILLISECONDS)
        stop_the_clock(candlewick.runs)

    def scan(self) -> None:
        window = self.candlewick
        window.data_flow.ready.connect(window.form.request_run)
        window.open(None)
        self.wait(lambda: window.scan_flow.result is not None and window.bridge.state.name == "IDLE")
        self.wait(lambda: window.chart.data is not None and window.runs.model.rowCount() > 0)
        self.wait(lambda: len(window.results.model.closes) > 0)
        self.wait(lambda: window.own_data.badge.badge.level != "unknown")

    def why(self) -> None:
        self.candlewick.window.raise_panel("why")
        self.wait(lambda: self.candlewick.why.model.rowCount() > 0)

    def evidence(self) -> None:
        self.candlewick.actions["measure"].trigger()
        self.wait(lambda: self.candlewick.evidence.model.rowCount() > 0)

    def options(self) -> None:
        self.candlewick.window.raise_panel("options")
        self.candlewick.options.button.click()
        self.wait(lambda: self.candlewick.options.phase in (Phase.SHOWN, Phase.FAILED))

    def grab(self, name: str) -> None:
        self.leave_out_the_moment()
        path = self.out / f"{name}.png"
        if not self.candlewick.window.grab().save(str(path)):
            message = f"{path} could not be written"
            raise OSError(message)

    def leave_out_the_moment(self) -> None:
        """Do not show how long the scan took, nor what has the keys."""
        window = self.candlewick
        window.progress.finish(summary_line(window.scan_flow.result).rpartition(" · ")[0])
        window.window.clear_message()
        # A frame about what has the keys is drawn in the active window only, and that is the desktop's choice.
        if (focused := window.window.focusWidget()) is not None:
            focused.clearFocus()
        self.settle()

    def wait(self, is_met: Callable[[], bool]) -> None:
        """Let the window work until it has come so far; TimeoutError if it never does."""
        deadline = QDeadlineTimer(int(LIMIT_SECONDS * 1000))
        while not is_met():
            if deadline.hasExpired():
                message = f"the window did not come so far within {LIMIT_SECONDS:g} s"
                raise TimeoutError(message)
            self.turn()
        self.settle()

    def settle(self) -> None:
        """Let everything that is due be laid out and painted."""
        pause = QDeadlineTimer(PAUSE_MILLISECONDS)
        while not pause.hasExpired():
            self.turn()

    def turn(self) -> None:
        """Let what is due happen, and sleep a moment: the window's threads need the processor, too."""
        self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def stop_the_clock(runs: RunsPanel) -> None:
    """Let every run be one of half past four."""
    show = runs.show_runs
    runs.show_runs = lambda rows: show([replace(row, cells=(CLOCK, *row.cells[1:])) for row in rows])


if __name__ == "__main__":
    draw(QApplication(["candlewick"]), sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
