"""The real window without a screen, for those who measure it: built as the program builds it, on a home of its own.

Not here: what is measured. ``event_loop``, ``flip`` and ``clicks`` do that.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSettings, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication

from engine.data.arrow_alone import leave_pandas_alone
from engine.data.sources.synthetic import write_demo
from engine.settings import Settings
from gui.app import CandlewickApp
from gui.arrival import LATER
from gui.remembered import Remembered
from gui.start import SWITCH_SECONDS, leave_objects_alone

LIMIT_MILLISECONDS = 600_000
# After the chart is loaded: the workers are up, the data has been looked through, the formula is checked.
SETTLE_MILLISECONDS = 2000


@contextmanager
def opened_window(
    data: Path, built: Callable[[], object] = lambda: None, **settings: object
) -> Iterator[CandlewickApp]:
    """Show the window with this data chosen, the interpreter set up as the program does; close it at the end.

    ``built`` is called when all is built and nothing is shown yet.
    """
    app = QApplication.instance() or QApplication(["candlewick"])
    assert isinstance(app, QApplication)
    sys.setswitchinterval(SWITCH_SECONDS)
    leave_pandas_alone()
    for name in LATER:
        import_module(name)
    with tempfile.TemporaryDirectory(prefix="candlewick-window-") as home:
        folder = Path(home)
        chosen = Settings(**{"theme": "dark", "runs_folder": folder / "runs", **settings})
        store = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        candlewick = CandlewickApp(app, chosen, folder / "demo", Remembered(store))
        built()
        wait_for(candlewick.data_flow.ready, lambda: candlewick.open(str(data)))
        try:
            yield candlewick
        finally:
            candlewick.window.close()
            candlewick.shut_down()


def warm(candlewick: CandlewickApp) -> None:
    """Wait until the chart is loaded and all that is idle work at the start is done."""
    if not candlewick.inspection_flow.is_warm:
        wait_for(candlewick.inspection_flow.warmed_up)
    serve(SETTLE_MILLISECONDS)
    leave_objects_alone()


def wait_for(signal: SignalInstance, after: Callable[[], object] = lambda: None) -> tuple[object, ...]:
    """Do something, serve events until the signal comes, and return what it carried; raises TimeoutError."""
    loop, carried = QEventLoop(), []

    def take(*values: object) -> None:
        carried.append(values)
        loop.quit()

    signal.connect(take)
    QTimer.singleShot(LIMIT_MILLISECONDS, loop, loop.quit)
    QTimer.singleShot(0, loop, after)
    loop.exec()
    signal.disconnect(take)
    if not carried:
        raise TimeoutError(str(signal))
    return carried[0]


def serve(milliseconds: int) -> None:
    """Serve events for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop, loop.quit)
    loop.exec()


def universe(folder: Path | None) -> Path:
    """Return the folder of bars, or the demo universe, written beside the other results of benchmarks on first use."""
    if folder is not None:
        return folder
    demo = Path(__file__).parents[1] / "bench" / "demo"
    if not demo.is_dir():
        partial = demo.with_name("demo.partial")
        write_demo(partial)
        partial.rename(demo)
    return demo
