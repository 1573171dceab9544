"""The chart as a file or on the clipboard: which name, which format, and what is said when it does not work."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImageWriter
from PySide6.QtWidgets import QFileDialog

from engine.atomic import atomic_path
from engine.errors import OutputError
from gui.chart.picture import picture_image, picture_svg
from gui.flows.handlers import Handlers
from gui.flows.window_parts import WindowParts


class PictureFlow(QObject):
    """``told`` has words for the status bar, ``failed`` a sentence."""

    told = Signal(str)
    failed = Signal(str)

    def __init__(self, parts: WindowParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chart = parts.chart
        self._window = parts.window
        self._folder = Path.home()
        self.told.connect(parts.window.tell)
        self.failed.connect(parts.window.tell_problem)

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {"save_picture": self.ask, "copy_picture": self.copy}

    @Slot()
    def copy(self) -> None:
        """Put the chart on the clipboard."""
        if self._is_there():
            QGuiApplication.clipboard().setImage(picture_image(self._chart))
            self.told.emit(self.tr("The chart is on the clipboard."))

    @Slot()
    def ask(self) -> None:
        """Let the user choose a file."""
        if not self._is_there():
            return
        assert self._chart.data is not None
        name = f"{self._chart.data.symbol} {self._chart.data.timeframe.value}.png"
        kinds = ";;".join((self.tr("Picture") + " (*.png)", self.tr("Drawing") + " (*.svg)"))
        proposal = str(self._folder / name.replace("/", "_"))
        chosen, kind = QFileDialog.getSaveFileName(
            self._window, self.tr("Save chart picture"), proposal, kinds
        )
        if chosen:
            path = Path(chosen)
            ending = ".svg" if "svg" in kind else ".png"
            self.save(path if path.suffix.lower() in (".png", ".svg") else path.with_name(path.name + ending))

    def save(self, path: Path) -> None:
        """Write the chart as the file's ending says: SVG, or else PNG."""
        content = picture_svg(self._chart) if path.suffix.lower() == ".svg" else self._png()
        try:
            with atomic_path(path) as temporary:
                temporary.write_bytes(content)
        except OutputError as error:
            self.failed.emit(str(error))
            return
        self._folder = path.parent
        self.told.emit(self.tr("Saved {path}").format(path=path))

    def _png(self) -> bytes:
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(picture_image(self._chart))
        buffer.close()
        return bytes(content.data())

    def _is_there(self) -> bool:
        if self._chart.data is None:
            self.told.emit(self.tr("There is no chart yet: run a scan and choose one of its matches."))
        return self._chart.data is not None
