"""Which data is scanned: a folder of the user's or the demo universe, which is written on first use."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.data.opening import open_repository
from engine.data.sources.synthetic import is_demo, write_demo
from engine.errors import CandlewickError
from gui.bridge.background import BackgroundWork
from gui.scan_form.panel import ScanForm

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Universe:
    """What a folder of bars holds."""

    address: str
    symbols: int
    first: date | None
    last: date | None


def survey(address: str) -> Universe:
    """Open the folder and read how many symbols it has and which days they span; raises DataError."""
    repository = open_repository(address)
    symbols = repository.symbols()
    first: list[np.datetime64] = []
    last: list[np.datetime64] = []
    for symbol in symbols:
        try:
            moments = repository.read_raw(symbol).timestamp
        except CandlewickError:
            continue  # the scan reports it by name; the span does without
        if len(moments):
            first.append(moments.min())
            last.append(moments.max())
    days = (
        (min(first).astype("datetime64[D]").item(), max(last).astype("datetime64[D]").item()) if first else ()
    )
    return Universe(address, len(symbols), *(days or (None, None)))


class DataFlow(QObject):
    """``ready`` carries the universe once it can be scanned, ``told`` the words for the status bar."""

    ready = Signal(object)
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
        self._surveys: dict[int, str] = {}
        self._demo_ticket = 0
        form.folder_chosen.connect(self.use)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    @Slot()
    def ask(self) -> None:
        """Let the user choose a folder."""
        title = self.tr("Choose a folder of bars (symbol=AAA/*.parquet)")
        if chosen := QFileDialog.getExistingDirectory(self._window, title):
            self.use(chosen)

    @Slot(str)
    def use(self, address: str) -> None:
        """Scan this data from now on."""
        self._form.set_data_path(address)
        self.told.emit(self.tr("Reading {address} …").format(address=address))
        self._surveys[self._background.submit(partial(survey, address))] = address

    @Slot()
    def use_demo(self) -> None:
        """Scan the demo universe, writing it first where it is not there yet."""
        if self._demo.is_dir():
            self.use(str(self._demo))
            return
        self.told.emit(self.tr("Writing the demo universe (synthetic) …"))
        self._demo_ticket = self._background.submit(partial(_write_demo, self._demo))

    @Slot(int, object)
    def _on_done(self, ticket: int, result: object) -> None:
        if ticket == self._demo_ticket:
            self.use(str(self._demo))
        elif self._surveys.pop(ticket, None) is not None and isinstance(result, Universe):
            self._show(result)

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._demo_ticket or self._surveys.pop(ticket, None) is not None:
            log.error("%s", error)
            self._form.show_problems({"data_path": str(error)})
            self.told.emit(self.tr("No data"))

    def _show(self, universe: Universe) -> None:
        folder = Path(universe.address)
        name = self.tr("Demo universe (synthetic)") if is_demo(folder) else folder.name
        self._form.set_universe(name, universe.first, universe.last, universe.symbols)
        to = self.tr(" · data to {last}").format(last=universe.last) if universe.last else ""
        self.told.emit(self.tr("{name} · {n} symbols").format(name=name, n=f"{universe.symbols:,}") + to)
        self.ready.emit(universe)


def _write_demo(folder: Path) -> Path:
    """Write beside the final name first: a demo that was interrupted is no demo."""
    partial_folder = folder.with_name(f"{folder.name}.partial")
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_demo(partial_folder)
    return partial_folder.rename(folder)
