"""The window without a display: the same scan through the same objects, then its matches and its picture.

``matches.csv`` holds what the window's table holds, ``window.png`` is the window itself, drawn offscreen.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from engine.errors import CandlewickError, OutputError
from engine.scan.exporters import export
from engine.scan.report import summary_line
from engine.scan.results import ScanResult
from gui.app import CandlewickApp
from gui.main_window import DEFAULT_SIZE

LIMIT_MILLISECONDS = 600_000
PICTURE_MILLISECONDS = 10_000


def run_headless(app: QApplication, candlewick: CandlewickApp, folder: Path, data: str | None) -> int:
    """Run the form's scan once the data is known, write both files; returns the exit code.

    What goes wrong is told on stderr, with code 1.
    """
    run = _Run(candlewick)
    candlewick.window.resize(DEFAULT_SIZE)  # whatever the size of the display that is not there
    try:
        return _write(run.result(data), candlewick, folder)
    except CandlewickError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        candlewick.window.close()
        app.processEvents()


class _Run(QObject):
    """Waits for the one scan and all that its picture shows, or for the reason why there is none."""

    def __init__(self, candlewick: CandlewickApp) -> None:
        super().__init__(candlewick)
        self._candlewick = candlewick
        self._loop = QEventLoop(self)
        self._result: ScanResult | None = None
        self._awaited: set[str] = set()
        self._sentence = "The scan did not finish; the log says why."
        candlewick.data_flow.ready.connect(candlewick.form.request_run)
        candlewick.data_flow.failed.connect(self._fail)
        candlewick.scan_flow.failed.connect(self._fail)
        candlewick.scan_flow.finished.connect(self._finish)
        candlewick.window.closing.connect(self._loop.quit)

    def result(self, data: str | None) -> ScanResult:
        """Run to the end; raises CandlewickError."""
        limit = QTimer(self)
        limit.setSingleShot(True)
        limit.timeout.connect(self._loop.quit)
        limit.start(LIMIT_MILLISECONDS)
        self._candlewick.open(data)
        self._loop.exec()
        limit.stop()
        if self._result is None:
            raise CandlewickError(self._sentence)
        return self._result

    @Slot(object)
    def _finish(self, result: ScanResult) -> None:
        self._result = result
        candlewick = self._candlewick
        # The picture shows the chart of the first row, the run in the list, and what is known of the data.
        arrivals = {
            "run": candlewick.runs_flow.pointed_out,
            "chart": candlewick.inspection_flow.shown,
            "badge": candlewick.own_data.quality.settled,
        }
        if result.matches.num_rows == 0:
            del arrivals["chart"]
        if candlewick.own_data.quality.is_settled:
            del arrivals["badge"]
        self._awaited = set(arrivals)
        for name, signal in arrivals.items():
            signal.connect(partial(self._arrive, name))
        QTimer.singleShot(PICTURE_MILLISECONDS, self._loop.quit)

    def _arrive(self, name: str, *_news: object) -> None:
        self._awaited.discard(name)
        if not self._awaited:
            self._loop.quit()

    @Slot(object)
    def _fail(self, reason: object) -> None:
        self._sentence = str(reason)
        self._loop.quit()


def _write(result: ScanResult, candlewick: CandlewickApp, folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(str(folder), (error.strerror or str(error)).lower()) from error
    complete = result.summary.complete
    written = export(result.matches, result.timeframe, folder / "matches.csv", complete=complete)
    picture = folder / "window.png"
    if not candlewick.window.grab().save(str(picture)):
        raise OutputError(str(picture), "the picture could not be written")
    sys.stderr.write(f"{summary_line(result)}\nMatches: {written}\nPicture: {picture}\n")
    return 0 if complete else 1
