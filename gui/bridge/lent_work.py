"""Work on the scan's own thread and warm workers, when no scan needs them: measuring, one more column.

A piece of work gets the engine and a function to tell its progress to; it returns None when it was cancelled. A scan
that starts stops it: the scan needs the workers. Only the newest piece counts. Not here: the scan (``scan_bridge``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal, Slot

from engine.scan.processing import ProcessingEngine
from gui.bridge.scan_bridge import ScanBridge, ScanRequest

PROGRESS_SECONDS = 0.1

Progress: TypeAlias = Callable[[int, int], None]
Work: TypeAlias = Callable[[ProcessingEngine, Progress], object | None]


class LentRunner(QObject):
    """The half that lives in the scan's thread."""

    progressed = Signal(int, int, int)
    done = Signal(int, object)
    failed = Signal(int, object)
    cancelled = Signal(int)

    def __init__(self, engine_for: Callable[[ScanRequest], ProcessingEngine]) -> None:
        super().__init__()
        self._engine_for = engine_for
        self._engine: ProcessingEngine | None = None
        self._newest = 0

    @Slot(int, object, object)
    def run(self, number: int, scan: ScanRequest, work: Work) -> None:
        """Carry out the work, unless something newer has been asked for."""
        if number != self._newest:
            self.cancelled.emit(number)
            return
        try:
            answer = self._carry_out(number, scan, work)
        except Exception as error:  # noqa: BLE001  the fence: the window shows it and goes on
            self.failed.emit(number, error)
            return
        finally:
            self._engine = None
        if answer is None:
            self.cancelled.emit(number)
        else:
            self.done.emit(number, answer)

    def expect(self, number: int) -> None:
        """Let only that piece count from now on, and stop any other; called from the window's thread."""
        self._newest = number
        if (engine := self._engine) is not None:
            engine.cancel()

    def _carry_out(self, number: int, scan: ScanRequest, work: Work) -> object | None:
        engine = self._engine_for(scan)
        self._engine = engine
        told = 0.0

        def show(completed: int, total: int) -> None:
            nonlocal told
            # A cancel that came before the engine knew of this work.
            if number != self._newest:
                engine.cancel()
            if time.perf_counter() - told >= PROGRESS_SECONDS:
                told = time.perf_counter()
                self.progressed.emit(number, completed, total)

        return work(engine, show)


class LentWork(QObject):
    """The window's side of it; ``done`` carries the answer, ``ended`` comes after a cancel."""

    progressed = Signal(int, int)
    done = Signal(object)
    failed = Signal(object)
    ended = Signal()
    _requested = Signal(int, object, object)

    def __init__(self, scans: ScanBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self.is_working = False
        self._runner = LentRunner(scans.engine_for)
        scans.join(self._runner)
        self._requested.connect(self._runner.run)
        self._runner.progressed.connect(self._on_progressed)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._runner.cancelled.connect(self._on_cancelled)
        scans.starting.connect(self.cancel)

    def begin(self, scan: ScanRequest, work: Work) -> None:
        """Begin a piece of work with the engine of this scan; what was being done is stopped."""
        self._number += 1
        self.is_working = True
        self._runner.expect(self._number)
        self._requested.emit(self._number, scan, work)

    @Slot()
    def cancel(self) -> None:
        """Stop, if anything is being done."""
        if self.is_working:
            self._number += 1
            self._runner.expect(self._number)
            self.is_working = False
            self.ended.emit()

    @Slot(int, int, int)
    def _on_progressed(self, number: int, completed: int, total: int) -> None:
        if number == self._number:
            self.progressed.emit(completed, total)

    @Slot(int, object)
    def _on_done(self, number: int, answer: object) -> None:
        if number == self._number:
            self.is_working = False
            self.done.emit(answer)

    @Slot(int, object)
    def _on_failed(self, number: int, error: Exception) -> None:
        if number == self._number:
            self.is_working = False
            self.failed.emit(error)

    @Slot(int)
    def _on_cancelled(self, number: int) -> None:
        if number == self._number:
            self.is_working = False
            self.ended.emit()
