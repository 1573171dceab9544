"""The window without a display: the same scan through the same objects, then its matches and its picture.

``matches.csv`` holds what the window's table holds, ``window.png`` is the window itself, drawn offscreen.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from engine.errors import CandlewickError
from engine.scan.exporters import export
from engine.scan.report import summary_line
from engine.scan.results import ScanResult
from gui.app import CandlewickApp

LIMIT_MILLISECONDS = 600_000
# The chart of the first row is drawn by a queued signal; the picture waits until it has settled.
SETTLE_MILLISECONDS = 700


def run_headless(app: QApplication, candlewick: CandlewickApp, folder: Path) -> int:
    """Run the form's scan once the data is known, write both files; returns the exit code."""
    candlewick.data_flow.ready.connect(candlewick.form.request_run)
    result = _wait_for_result(candlewick)
    try:
        if result is None:
            sys.stderr.write("The scan did not finish; the log says why.\n")
            return 1
        settled = QEventLoop()
        QTimer.singleShot(SETTLE_MILLISECONDS, settled.quit)
        settled.exec()
        folder.mkdir(parents=True, exist_ok=True)
        written = export(
            result.matches, result.timeframe, folder / "matches.csv", complete=result.summary.complete
        )
        picture = folder / "window.png"
        candlewick.window.grab().save(str(picture))
    except (CandlewickError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        candlewick.window.close()
        app.processEvents()
    sys.stderr.write(f"{summary_line(result)}\nMatches: {written}\nPicture: {picture}\n")
    return 0 if result.summary.complete else 1


def _wait_for_result(candlewick: CandlewickApp) -> ScanResult | None:
    loop = QEventLoop()
    found: list[ScanResult] = []

    def finished(result: ScanResult) -> None:
        found.append(result)
        loop.quit()

    candlewick.scan_flow.finished.connect(finished)
    candlewick.scan_flow.failed.connect(loop.quit)
    QTimer.singleShot(LIMIT_MILLISECONDS, loop.quit)
    loop.exec()
    return found[0] if found else None
