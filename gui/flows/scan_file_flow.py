"""Saved scans: a YAML file into the form, the form into a YAML file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import CandlewickError
from engine.scan.saved import SavedScan, load_scan, save_scan
from gui.flows.handlers import Handlers
from gui.flows.scan_flow import ScanFlow
from gui.scan_form.panel import ScanForm
from gui.scan_form.state import values_of

SUFFIXES = (".yaml", ".yml")


class ScanFileFlow(QObject):
    """Asks for a file name, reads or writes; ``told`` carries the sentence for the status bar, ``used`` the path."""

    told = Signal(str)
    used = Signal(object)

    def __init__(
        self, form: ScanForm, scan_flow: ScanFlow, window: QWidget, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._form = form
        self._scan_flow = scan_flow
        self._window = window
        self._last = Path.home() / "scan.yaml"

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {"open_scan": self.ask_open, "save_scan": self.ask_save}

    @Slot()
    def ask_open(self) -> None:
        """Let the user choose a saved scan."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open scan"), str(self._last.parent), self._kinds()
        )
        if chosen:
            self.open(Path(chosen))

    @Slot()
    def ask_save(self) -> None:
        """Let the user choose where the form's scan is saved."""
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save scan"), str(self._last), self._kinds()
        )
        if chosen:
            path = Path(chosen)
            # A dot in a name is no ending: "above 1.5" becomes "above 1.5.yaml".
            self.save(path if path.suffix in SUFFIXES else path.with_name(f"{path.name}.yaml"))

    def open(self, path: Path) -> None:
        """Put a saved scan into the form, or say above Run why not."""
        try:
            scan = load_scan(path)
        except CandlewickError as error:
            self._form.show_problems({"": str(error)})
            return
        self._last = path
        self.used.emit(path)
        self.take(scan)
        self.told.emit(self.tr("Opened {path}").format(path=path))

    def save(self, path: Path) -> None:
        """Write the form's scan, or say in the form why not."""
        try:
            save_scan(SavedScan(path.stem, "", self._scan_flow.request().job), path)
        except CandlewickError as error:
            self._scan_flow.show_problem(error)
            return
        self._last = path
        self.used.emit(path)
        self.told.emit(self.tr("Saved {path}").format(path=path))

    def take(self, scan: SavedScan) -> None:
        """Put a scan into the form; data and workers stay."""
        now = self._form.values()
        taken = values_of(scan.job, name=scan.name, workers=now.workers, data_path=now.data_path)
        self._form.set_values(taken)

    def _kinds(self) -> str:
        return self.tr("Scan") + " (*.yaml *.yml)"
