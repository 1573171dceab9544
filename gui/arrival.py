"""What stands behind the window comes after the window: loaded and built in short pieces once it has been painted.

1. :class:`Arrival` waits for the window's first picture.
2. It loads the modules of :data:`LATER` one after another, each between two turns of the event loop, so that what is
   typed meanwhile appears at once. The order is that of who needs whom, the pieces are of some ten milliseconds each.
3. It lets be built what takes long and is kept (``app.preparations``).
4. Then it builds the ``CandlewickApp`` and hands it on: ``arrived``.

Modules are loaded in the window's own thread: PySide looks at each one that is loaded, and Qt's classes come to life
as they are first used; two threads that do so at once have crashed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from gui.app import CandlewickApp

# A window that is never painted, because it starts as an icon, gets what stands behind it all the same.
AT_THE_LATEST_MILLISECONDS = 1000

LATER = (
    "email.parser",  # reads the versions of packages, which are kept with a run
    "pyarrow.parquet",
    "pyarrow.compute",
    "engine.indicators.catalogue",
    "engine.formula.functions.index",
    "engine.formula.checker",
    "engine.formula.service",
    "engine.formula.parser",
    "engine.data.hive",
    "engine.data.opening",
    "engine.scan.chunk_worker",
    "engine.scan.plan",
    "engine.execution.pool",
    "engine.scan.blocks",
    "engine.scan.assembly",
    "engine.scan.processing",
    "engine.scan.runs.store",
    "engine.scan.detector_catalogue",
    "engine.scan.evaluation.evidence",
    "engine.scan.live.scanning",
    "engine.scan.explain",
    "gui.bridge.chart_loader",
    "gui.flows.scan_flow",
    "gui.flows.live_flow",
    "gui.flows.export_flow",
    "engine.data.own_data",
    "gui.import_dialog.dialog",
    "gui.data_quality.dialog",
    "gui.flows.own_data",
    "gui.flows.palette_flow",
    "gui.flows.runs_flow",
    "gui.flows.why_flow",
    "gui.app",
)


class Arrival(QObject):
    """``arrived`` carries the ``CandlewickApp`` that ``build`` has made, unless the window was closed before."""

    arrived = Signal(object)

    def __init__(
        self, window: QMainWindow, build: Callable[[], CandlewickApp], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._build = build
        self._steps: Iterator[None] | None = None
        self._is_stopped = False
        window.installEventFilter(self)
        QTimer.singleShot(AT_THE_LATEST_MILLISECONDS, self, self._begin)

    @Slot()
    def stop(self) -> None:
        """Load and build no more."""
        self._is_stopped = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin after the first picture of the window."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # After it, not before it.
            QTimer.singleShot(0, self, self._begin)
        return False

    @Slot()
    def _begin(self) -> None:
        if self._steps is None:
            self._steps = self._all_steps()
            self._go_on()

    @Slot()
    def _go_on(self) -> None:
        assert self._steps is not None
        if not self._is_stopped and next(self._steps, self) is not self:
            QTimer.singleShot(0, self, self._go_on)

    def _all_steps(self) -> Iterator[None]:
        for name in LATER:
            import_module(name)
            yield
        yield from import_module("gui.app").preparations()
        self.arrived.emit(self._build())
