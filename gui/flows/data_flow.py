"""Which data is scanned: a folder of the user's or the demo universe, which is written on first use.

The demo is written beside its final name first. A cancel, other data that is chosen meanwhile, a failure and a window
that closes end the writing and leave nothing of it.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.data.addresses import without_password
from engine.data.opening import open_repository
from engine.data.sources.synthetic import is_demo
from engine.scan.demo import write_demo_universe
from gui.bridge.background import BackgroundWork
from gui.bridge.newest_look import LookUp
from gui.flows.handlers import Handlers
from gui.flows.row_work import RowWork
from gui.progress.task_row import TaskRow
from gui.scan_form.panel import ScanForm

log = logging.getLogger(__name__)

# Short, so that the form has room for all of it.
DEMO_NAME = "Demo (synthetic)"


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


class DataFlow(QObject):
    """The universe of the window.

    ``ready`` carries it once it can be scanned, ``failed`` the sentence that says why it cannot; ``told`` has the
    words for the status bar. The days that it spans come later, through :meth:`show_days`: they take seconds to read.
    ``row`` belongs into the status bar.
    """

    ready = Signal(object)
    failed = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        form: ScanForm,
        background: BackgroundWork,
        demo: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._form = form
        self._background = background
        self._demo = demo
        self._universe: Universe | None = None
        # Only the newest piece of work counts, whichever it is: an older one is about data no longer chosen.
        self._ticket = 0
        self.row = TaskRow()
        self._writing = RowWork(background, self.row, self)
        self._writing.done.connect(self._on_written)
        self._writing.failed.connect(self._refuse)
        self._writing.cancelled.connect(self._on_cancelled)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {"open_demo": self.use_demo}

    @Slot(str)
    def use(self, address: str) -> None:
        """Scan this data from now on; a demo that is being written for it is not wanted any more."""
        self._writing.give_up()
        self._form.set_data_path(address)
        self.told.emit(self.tr("Reading {address} …").format(address=without_password(address)))
        self._ticket = self._background.submit(partial(list_universe, address))

    @Slot()
    def use_demo(self) -> None:
        """Scan the demo universe, writing it first where it is not there yet."""
        if self._demo.is_dir():
            self.use(str(self._demo))
            return
        if self._writing.is_working:
            return
        self._ticket = 0
        self.told.emit(self.tr("Writing the demo universe (synthetic) …"))
        self._writing.start(self.tr("Writing the demo universe"), partial(_write_demo, self._demo))

    @Slot(object)
    def _on_written(self, folder: Path) -> None:
        self.use(str(folder))

    @Slot()
    def _on_cancelled(self) -> None:
        if self._universe is not None:
            self.told.emit(_words(self, self._universe))
            return
        sentence = self.tr(
            "The demo universe was not written: choose it again in the menu File, or data of your own."
        )
        self._form.show_problems({"data_path": sentence})
        self.told.emit(self.tr("No data"))

    @Slot(int, object)
    def _on_done(self, ticket: int, result: object) -> None:
        if ticket != self._ticket:
            return
        if isinstance(result, Universe):
            self._universe = result
            self.show_days(None, None)
            self.told.emit(_words(self, result))
            self.ready.emit(result)

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._ticket:
            self._refuse(str(error))

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        log.error("%s", sentence)
        self._form.show_problems({"data_path": sentence})
        self.told.emit(self.tr("No data"))
        self.failed.emit(sentence)

    def show_days(self, first: date | None, last: date | None) -> None:
        """Show in the form from which day to which the universe's bars go."""
        if (universe := self._universe) is not None:
            self._form.set_universe(universe.name, first, last, len(universe.symbols))


def _words(flow: QObject, universe: Universe) -> str:
    count = len(universe.symbols)
    symbols = flow.tr("1 symbol") if count == 1 else flow.tr("{n} symbols").format(n=f"{count:,}")
    return f"{universe.name} · {symbols}"


def _write_demo(folder: Path, look_up: LookUp) -> Path:
    """Write beside the final name first: a demo that was interrupted is no demo, and nothing of it stays."""
    partial_folder = folder.with_name(f"{folder.name}.partial")
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_demo_universe(partial_folder, progress=look_up)
        return partial_folder.rename(folder)
    except BaseException:
        shutil.rmtree(partial_folder, ignore_errors=True)
        raise
