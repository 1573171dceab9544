"""What is wrong with the data in use, found out beside the window whenever the data may have changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor

from engine.data.inspection import DataReport
from gui.bridge.data_report_loader import DataReportLoader
from gui.data_quality.badge import DataBadge
from gui.data_quality.dialog import DataQualityDialog
from gui.data_quality.state import badge_of
from gui.flows.data_flow import DataFlow, Universe
from gui.flows.handlers import Handlers
from gui.theme.theme import Theme


class DataQualityFlow(QObject):
    """Joins badge and list with the data that was chosen; ``settled`` follows when the badge says what is so."""

    settled = Signal()

    def __init__(
        self,
        badge: DataBadge,
        dialog: DataQualityDialog,
        loader: DataReportLoader,
        data: DataFlow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._badge = badge
        self._dialog = dialog
        self._loader = loader
        self._data = data
        self._address = ""
        data.ready.connect(self._open)
        data.failed.connect(self._forget)
        loader.loaded.connect(self._show)
        loader.progressed.connect(badge.show_looking)
        loader.failed.connect(self._forget)
        badge.clicked.connect(self.show_list)

    @property
    def is_settled(self) -> bool:
        """Whether the badge says what is so, and not that the data is being looked at."""
        return not self._address or self._badge.badge.level != "unknown"

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {"data_quality": self.show_list}

    @Slot()
    def look_again(self) -> None:
        """Find out whether the data has changed, and what is wrong with it now."""
        if self._address:
            self._loader.load(self._address)

    @Slot()
    def show_list(self) -> None:
        """Show the list of symbols."""
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        colours = theme.interface
        self._badge.set_colours(
            *map(QColor, (colours.positive, colours.warning, colours.error, colours.muted))
        )

    @Slot(object)
    def _open(self, universe: Universe) -> None:
        self._address = universe.address
        self._loader.forget()
        self._badge.show_looking()
        self._loader.load(universe.address)

    @Slot(object)
    def _show(self, report: DataReport) -> None:
        self._badge.show_badge(badge_of(report, self.tr))
        self._dialog.show_report(report)
        self._data.show_days(report.first, report.newest)
        self.settled.emit()

    @Slot()
    def _forget(self) -> None:
        self._address = ""
        self._badge.show_nothing()
        self.settled.emit()
