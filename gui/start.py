"""Starting the window: arguments, fences for the unexpected, the log file, and the run without a display.

1. :func:`main` reads the arguments and the settings; what is wrong with them is one sentence and exit code 2.
2. Qt starts; a plug-in that cannot load because of missing system parts is answered with the line to run.
3. Unexpected exceptions and Qt's own complaints go to log and problems panel; the window goes on.
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import logging.handlers
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QSettings, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from engine.errors import CandlewickError, SettingsError
from engine.settings import Settings, demo_folder, load_settings
from gui.app import CandlewickApp
from gui.headless import run_headless

LOG_BYTES = 1_000_000
LOG_FILES = 5
OFFSCREEN = "offscreen"

log = logging.getLogger("candlewick")


def main(argv: list[str] | None = None) -> int:
    """Open the window, or do the same scan without one; returns the exit code."""
    arguments = _parse(argv)
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if arguments.headless is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", OFFSCREEN)
    _start_logging()
    qInstallMessageHandler(_take_qt_message)
    app = QApplication.instance() or QApplication(["candlewick"])
    assert isinstance(app, QApplication)
    app.setApplicationName("candlewick")
    app.setApplicationDisplayName("Candlewick")
    app.setDesktopFileName("candlewick")
    candlewick = CandlewickApp(app, settings, demo_folder(), _layout_store())
    sys.excepthook = _fence(candlewick)
    candlewick.open(_data(arguments, settings))
    if arguments.headless is not None:
        return run_headless(app, candlewick, arguments.headless)
    if arguments.demo:
        candlewick.data_flow.ready.connect(candlewick.form.request_run)
    return app.exec()


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="candlewick-gui", description="Open Candlewick's window.")
    parser.add_argument("--data", metavar="PATH", help="scan this folder of bars")
    parser.add_argument("--demo", action="store_true", help="run the template scan at once")
    parser.add_argument(
        "--headless", type=Path, metavar="FOLDER", help="without a display: write matches and a picture there"
    )
    return parser.parse_args(argv)


def _data(arguments: argparse.Namespace, settings: Settings) -> str | None:
    if arguments.data is not None:
        return str(arguments.data)
    return str(settings.data_folder) if settings.data_folder is not None else None


def _layout_store() -> QSettings:
    """Window geometry only; everything else a user chooses is YAML."""
    folder = platformdirs.user_config_path("candlewick", appauthor=False)
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def _start_logging() -> None:
    folder = platformdirs.user_log_path("candlewick", appauthor=False)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            folder / "candlewick.log",
            maxBytes=LOG_BYTES,
            backupCount=LOG_FILES - 1,
            encoding="utf-8",
            delay=True,
        )
    except OSError as error:
        log.warning("no log file: %s", error)
    else:
        file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(file)
    if sys.stderr is not None:  # None under a Windows program without a console
        faulthandler.enable()


def _take_qt_message(kind: QtMsgType, _context: object, message: str) -> None:
    level = logging.WARNING if kind is QtMsgType.QtWarningMsg else logging.INFO
    if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
        level = logging.ERROR
        if "platform plugin" in message and sys.stderr is not None:
            sys.stderr.write(f"{message}\n{_MISSING_PARTS}\n")
    log.log(level, "Qt: %s", message)


_MISSING_PARTS = (
    "On Debian and Ubuntu the window needs: sudo apt-get install libgl1 libegl1 libxkbcommon0 libfontconfig1 "
    "libglib2.0-0 libdbus-1-3 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"
)


def _fence(candlewick: CandlewickApp):  # type: ignore[no-untyped-def]  # noqa: ANN202
    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            candlewick.window.close()
            return
        log.error("unexpected", exc_info=(kind, error, trace))
        if not isinstance(error, CandlewickError) and isinstance(error, Exception):
            details = "".join(traceback.format_exception(kind, error, trace))
            candlewick.problems.add_unexpected(f"{kind.__name__}: {error}", details)

    return caught
