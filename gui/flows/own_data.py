"""Everything about the user's own data: opening and importing it, and what is wrong with it; built in one place.

Here: the parts, their threads and how they are joined with the window. Not here: what they do (``import_flow``,
``data_quality_flow``).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QColor

from engine.data.addresses import split_scheme
from engine.settings import Settings
from gui.bridge.background import BackgroundWork
from gui.bridge.data_report_loader import DataReportLoader
from gui.bridge.import_work import ImportWork
from gui.data_quality.badge import DataBadge
from gui.data_quality.dialog import DataQualityDialog
from gui.flows.data_flow import DEMO_NAME, DataFlow, Universe
from gui.flows.data_quality_flow import DataQualityFlow
from gui.flows.handlers import Handlers
from gui.flows.import_flow import ImportFlow
from gui.flows.inspection_flow import InspectionFlow
from gui.flows.scan_flow import ScanFlow
from gui.import_dialog.dialog import ImportDialog
from gui.main_window import MainWindow
from gui.remembered import Remembered
from gui.scan_form.panel import ScanForm
from gui.theme.switch import ThemeSwitch
from gui.theme.theme import Theme

# Its thread competes with that of the window, which has a table and a chart to paint when a scan ends.
LOOK_AGAIN_MILLISECONDS = 500


class OwnData(QObject):
    """``broke`` carries an exception that nobody expected."""

    broke = Signal(object)

    def __init__(
        self,
        settings: Settings,
        *,
        data: DataFlow,
        form: ScanForm,
        scans: ScanFlow,
        inspection: InspectionFlow,
        window: MainWindow,
        switch: ThemeSwitch,
        remembered: Remembered,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._remembered = remembered
        self._backgrounds = tuple(BackgroundWork(name, self) for name in ("imports", "reports"))
        imports, reports = self._backgrounds
        self.badge = DataBadge(window)
        window.statusBar().addPermanentWidget(self.badge)
        self.list = DataQualityDialog(window)
        self.dialog = ImportDialog(window)
        self.imports = ImportFlow(self.dialog, ImportWork(imports, self), data, folder, self)
        self._loader = DataReportLoader(reports, self, settings.snapshot_limit_gb)
        self.quality = DataQualityFlow(self.badge, self.list, self._loader, data, self)
        self.imports.told.connect(window.tell)
        self.list.symbol_activated.connect(inspection.go_to)
        data.ready.connect(self._keep)
        form.data_requested.connect(self.imports.ask)
        # A scan reads files that may have changed since they were looked at. First its matches are shown.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(LOOK_AGAIN_MILLISECONDS)
        self._soon.timeout.connect(self.quality.look_again)
        scans.finished.connect(self._look_soon)
        for background in self._backgrounds:
            background.broke.connect(self.broke)
        switch.changed.connect(self.set_theme)
        self.set_theme(switch.theme)

    def handlers(self) -> Handlers:
        """Return what the actions of these flows do."""
        return {**self.imports.handlers(), **self.quality.handlers()}

    def last(self) -> str | None:
        """Return the data of the user's own that was open last, in this window or in one before it."""
        return self._remembered.data() or None

    def close(self) -> bool:
        """Give up what is going on and end the threads, bounded; tell whether they ended."""
        self._soon.stop()
        closed = [background.close() for background in self._backgrounds]
        return all(closed)

    @Slot(object)
    def _look_soon(self, _result: object) -> None:
        self._soon.start()

    @Slot(object)
    def _keep(self, universe: Universe) -> None:
        """Remember for the next window which data is open; the demo is what comes without any."""
        self._remembered.keep_data("" if universe.name == DEMO_NAME else _absolute(universe.address))

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.quality.set_theme(theme)
        self.dialog.set_problem_colour(QColor(theme.interface.error))


def _absolute(address: str) -> str:
    """Return an address that means the same in every folder."""
    return address if split_scheme(address) is not None else str(Path(address).expanduser().absolute())
