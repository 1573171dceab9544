"""Starting the window: arguments, settings, the log file, the last fence, and the end of the program.

1. :func:`main` reads the arguments and the settings; what is wrong with them is one sentence and exit code 2.
2. Qt starts; a plug-in that cannot load because of missing system parts is answered with the line to run.
3. Unexpected exceptions and Qt's own complaints go to log and problems panel (``fence``), Ctrl-C closes the
   window (``interrupts``).
4. A second window on the same settings reads only (``writer_lock``).
5. The window is shown (``front``), and then what stands behind it is loaded (``arrival``).
6. When the window has gone, every thread and worker has, too: ``main`` makes sure of it.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import logging
import logging.handlers
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy.ma  # noqa: F401  as below; Arrow asks it of every array that it is given
import platformdirs
import pyarrow as pa  # noqa: F401  as below

from engine.errors import SettingsError
from engine.settings import Settings, demo_folder, load_settings

# isort: split
# PySide reads the source text of every module that is loaded after it: what is large goes before.
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

from gui.arrival import Arrival
from gui.bridge.fence import Fence, listen_to_qt
from gui.bridge.interrupts import Interrupts
from gui.bridge.own_garbage import OwnGarbage
from gui.front import Front
from gui.remembered import Remembered
from gui.writer_lock import WriterLock

if TYPE_CHECKING:
    from gui.app import CandlewickApp

LOG_BYTES = 1_000_000
LOG_FILES = 5
LOG_NAME = "candlewick.log"
# Two processes cannot turn over the same file.
SECOND_LOG_NAME = "candlewick.read-only.log"
CRASH_NAME = "crash.txt"
# How long a thread that computes may keep the interpreter from the window's; Python's own 5 ms add up to stutter.
SWITCH_SECONDS = 0.001
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
    lock = None if arguments.headless is not None else WriterLock(_folder_of_state())
    _start_logging(LOG_NAME if lock is None or lock.is_held else SECOND_LOG_NAME)
    sys.setswitchinterval(SWITCH_SECONDS)
    listen_to_qt()
    app = QApplication(["candlewick"])
    app.setApplicationName("candlewick")
    app.setApplicationDisplayName("Candlewick")
    app.setDesktopFileName("candlewick")
    remembered = (
        Remembered(None) if lock is None else Remembered(_layout_store(), is_read_only=not lock.is_held)
    )
    front = Front(app, settings, remembered, app)
    fence, interrupts = Fence(front), Interrupts(front)
    fence.caught.connect(front.show_unexpected)
    for source in (fence, interrupts):
        source.interrupted.connect(front.parts.window.close)

    def build() -> CandlewickApp:
        # With it comes the engine, which takes as long to load as all that one sees.
        from engine.data.arrow_alone import leave_pandas_alone  # noqa: PLC0415
        from gui.app import CandlewickApp  # noqa: PLC0415

        leave_pandas_alone()
        return CandlewickApp(app, settings, demo_folder(), remembered, front)

    run = _run_window if arguments.headless is None else _run_headless
    code, candlewick = run(app, front, build, arguments, _data(arguments, settings, remembered))
    interrupts.close()
    fence.lower()
    if lock is not None:
        lock.release()
    if candlewick is None:
        front.close()
    elif not candlewick.shut_down():
        _leave_at_once(code)
    return code


def _run_headless(
    app: QApplication,
    _front: Front,
    build: Callable[[], CandlewickApp],
    arguments: argparse.Namespace,
    data: str | None,
) -> tuple[int, CandlewickApp]:
    from gui.headless import run_headless  # noqa: PLC0415  a window that is shown needs none of it

    candlewick = build()
    OwnGarbage(candlewick)
    return run_headless(app, candlewick, arguments.headless, data), candlewick


def _run_window(
    app: QApplication,
    front: Front,
    build: Callable[[], CandlewickApp],
    arguments: argparse.Namespace,
    data: str | None,
) -> tuple[int, CandlewickApp | None]:
    """Show the window at once; what stands behind it comes after, unless it was closed before."""
    behind: list[CandlewickApp] = []

    def begin(candlewick: CandlewickApp) -> None:
        behind.append(candlewick)
        if arguments.demo:
            once = Qt.ConnectionType.SingleShotConnection
            candlewick.data_flow.ready.connect(candlewick.form.request_run, once)
        candlewick.open(data)
        leave_objects_alone()
        OwnGarbage(candlewick)
        candlewick.inspection_flow.warmed_up.connect(leave_objects_alone)

    arrival = Arrival(front.parts.window, build, front)
    arrival.arrived.connect(begin)
    front.parts.window.closing.connect(arrival.stop)
    # What is named on the command line may have to be imported first.
    front.open(None if arguments.data is not None else data or str(demo_folder()))
    code = app.exec()
    return code, behind[0] if behind else None


def leave_objects_alone() -> None:
    """Let the collector pass over all that exists now: it stays as long as the window does.

    It is not looked through for garbage before: that would hold the window up for a tenth of a second.
    """
    gc.freeze()


def _leave_at_once(code: int) -> NoReturn:
    """End the program beside a thread that does not end: to tear its objects down under it would crash."""
    log.warning("a thread did not end in time; leaving without it")
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(code)


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="candlewick-gui", description="Open Candlewick's window.")
    parser.add_argument("--data", metavar="PATH", help="scan this folder of bars")
    parser.add_argument("--demo", action="store_true", help="run the template scan at once")
    parser.add_argument(
        "--headless", type=Path, metavar="FOLDER", help="without a display: write matches and a picture there"
    )
    return parser.parse_args(argv)


def _data(arguments: argparse.Namespace, settings: Settings, remembered: Remembered) -> str | None:
    """Return which data to open; None stands for the demo."""
    if arguments.data is not None:
        return str(arguments.data)
    if settings.data_folder is not None:
        return str(settings.data_folder)
    # Without a word about data, the window opens with that of the last time; a demonstration shows the demo.
    return None if arguments.demo else remembered.data() or None


def _layout_store() -> QSettings:
    """Return where places and looks are kept; everything else that a user chooses is YAML."""
    folder = platformdirs.user_config_path("candlewick", appauthor=False)
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def _folder_of_state() -> Path:
    """Return where the lock of the window that writes is kept: beside the layout's settings, one for each user."""
    return platformdirs.user_state_path("candlewick", appauthor=False)


def _start_logging(name: str) -> None:
    folder = platformdirs.user_log_path("candlewick", appauthor=False)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            folder / name, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8", delay=True
        )
    except OSError as error:
        log.warning("no log file: %s", error)
    else:
        file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(file)
    if sys.stderr is not None:
        faulthandler.enable()
    elif folder.is_dir():
        # A Windows program without a console; the file stays open for as long as the program runs.
        faulthandler.enable((folder / CRASH_NAME).open("a", encoding="utf-8"))
