"""Which data is scanned: a folder of the user's or the demo universe, which is written on first use."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeAlias, cast

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.data.opening import open_repository
from engine.data.sources.synthetic import is_demo
from engine.errors import CandlewickError
from engine.scan.demo import write_demo_universe
from gui.bridge.background import BackgroundWork, WindowClosingError
from gui.flows.handlers import Handlers
from gui.scan_form.panel import ScanForm

log = logging.getLogger(__name__)

# Short, so that the form has room for all of it.
DEMO_NAME = "Demo (synthetic)"


Days: TypeAlias = tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class Universe:
    """A folder of bars and what it holds."""

    address: str
    name: str
    symbols: tuple[str, ...]


def list_universe(address: str) -> Universe:
    """Open the folder and read which symbols it has; raises DataError."""
    folder = Path(address).expanduser()
    symbols = open_repository(address).symbols()
    return Universe(address, DEMO_NAME if is_demo(folder) else folder.absolute().name, symbols)


def span_of(universe: Universe, stopping: threading.Event) -> Days:
    """Read from which day to which day the bars go; it takes a look at every file."""
    repository = open_repository(universe.address)
    first: list[np.datetime64] = []
    last: list[np.datetime64] = []
    for symbol in universe.symbols:
        if stopping.is_set():
            raise WindowClosingError
        try:
            moments = repository.read_raw(symbol).timestamp
        except CandlewickError:
            continue  # the scan reports it by name; the span does without
        if len(moments):
            first.append(moments.min())
            last.append(moments.max())
    if not first:
        return None
    return min(first).astype("datetime64[D]").item(), max(last).astype("datetime64[D]").item()


class DataFlow(QObject):
    """The universe of the window.

    ``ready`` carries it once it can be scanned, ``failed`` the sentence that says why it cannot; ``told`` has the
    words for the status bar. The days that it spans follow ``ready``: reading them takes seconds.
    """

    ready = Signal(object)
    failed = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        form: ScanForm,
        background: BackgroundWork,
        demo: Path,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._form = form
        self._background = background
        self._demo = demo
        self._window = window
        self._universe: Universe | None = None
        # Only the newest piece of work counts, whichever it is: an older one is about data no longer chosen.
        self._ticket = 0
        form.folder_chosen.connect(self.use)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {"open_data": self.ask, "open_demo": self.use_demo}

    @Slot()
    def ask(self) -> None:
        """Let the user choose a folder."""
        title = self.tr("Choose a folder of bars (symbol=AAA/*.parquet)")
        if chosen := QFileDialog.getExistingDirectory(self._window, title, self._form.values().data_path):
            self.use(chosen)

    @Slot(str)
    def use(self, address: str) -> None:
        """Scan this data from now on."""
        self._form.set_data_path(address)
        self.told.emit(self.tr("Reading {address} …").format(address=address))
        self._ticket = self._background.submit(partial(list_universe, address))

    @Slot()
    def use_demo(self) -> None:
        """Scan the demo universe, writing it first where it is not there yet."""
        if self._demo.is_dir():
            self.use(str(self._demo))
            return
        self.told.emit(self.tr("Writing the demo universe (synthetic) …"))
        self._ticket = self._background.submit(partial(_write_demo, self._demo, self._background.stopping))

    @Slot(int, object)
    def _on_done(self, ticket: int, result: object) -> None:
        if ticket != self._ticket:
            return
        if isinstance(result, Path):
            self.use(str(result))
        elif isinstance(result, Universe):
            self._universe = result
            self._show(result, None)
            work = partial(span_of, result, self._background.stopping)
            self._ticket = self._background.submit(work)
            self.ready.emit(result)
        elif self._universe is not None:
            self._show(self._universe, cast("Days", result))

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket != self._ticket:
            return
        log.error("%s", error)
        self._form.show_problems({"data_path": str(error)})
        self.told.emit(self.tr("No data"))
        self.failed.emit(str(error))

    def _show(self, universe: Universe, days: Days) -> None:
        count = len(universe.symbols)
        first, last = days or (None, None)
        self._form.set_universe(universe.name, first, last, count)
        to = self.tr(" · data to {last}").format(last=last) if last else ""
        symbols = self.tr("1 symbol") if count == 1 else self.tr("{n} symbols").format(n=f"{count:,}")
        self.told.emit(f"{universe.name} · {symbols}{to}")


def _write_demo(folder: Path, stopping: threading.Event) -> Path:
    """Write beside the final name first: a demo that was interrupted is no demo."""

    def look_up(_written: int, _total: int) -> None:
        if stopping.is_set():
            raise WindowClosingError

    partial_folder = folder.with_name(f"{folder.name}.partial")
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_demo_universe(partial_folder, progress=look_up)
    return partial_folder.rename(folder)
