"""Fixtures of all window tests: no screen needed, nothing left behind, a picture of every failure.

A test that leaves a running thread, a running timer or a top-level widget fails, because the next test would
meet it. When a test fails, every visible window is saved under ``out/failed_gui_tests``.
"""

from __future__ import annotations

import gc
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Set
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, Qt, QThread, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.data.sources.synthetic import write_demo
from engine.settings import Settings
from gui.app import CandlewickApp
from gui.bridge.work_thread import WorkThread
from gui.remembered import Remembered
from gui.theme.theme import Theme, make_theme

# Milliseconds until a test gives up on what must come: a busy machine is slow, not wrong.
PATIENCE = 60_000
NO_KEY = Qt.KeyboardModifier.NoModifier


class PatientBot(QtBot):
    """Waits for long where pytest-qt waits for five seconds."""

    def waitSignal(self, signal, *, timeout: int = PATIENCE, **how):
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitSignals(self, signals, *, timeout: int = PATIENCE, **how):
        return super().waitSignals(signals, timeout=timeout, **how)

    def waitUntil(self, callback, *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitExposed(self, widget: QWidget, *, timeout: int = PATIENCE):
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp, request: pytest.FixtureRequest) -> PatientBot:
    return PatientBot(request)


@pytest.fixture
def dark() -> Theme:
    return make_theme("dark")


@pytest.fixture
def light() -> Theme:
    return make_theme("light")


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Theme:
    return make_theme(request.param)


@pytest.fixture(scope="session")
def universe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up market on the disk: 12 symbols, 3 years."""
    folder = tmp_path_factory.mktemp("universe") / "small"
    write_demo(folder, symbols=12, years=3)
    return folder


@pytest.fixture
def remembered(tmp_path: Path) -> Remembered:
    return Remembered(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def build(qtbot, tmp_path: Path, remembered: Remembered) -> Iterator[Callable[..., CandlewickApp]]:
    """Build the whole program as ``start`` does, on a home of its own; closed again at the end."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    palette, built = app.palette(), []

    def make(**settings: object) -> CandlewickApp:
        chosen = Settings(**{"workers": 1, "theme": "light", "runs_folder": tmp_path / "runs", **settings})
        made = CandlewickApp(app, chosen, tmp_path / "demo", remembered)
        built.append(made)
        qtbot.addWidget(made.window)
        return made

    yield make
    for made in built:
        made.window.close()
        assert made.shut_down(), "a thread did not end"
        made.deleteLater()
    app.setPalette(palette)


@pytest.fixture
def candlewick(qtbot, build, universe: Path) -> CandlewickApp:
    """The program with its window shown and the small universe chosen."""
    made = build()
    with qtbot.waitSignal(made.data_flow.ready):
        made.open(str(universe))
    return made


@pytest.fixture(autouse=True)
def garbage_is_collected_in_this_thread() -> Iterator[None]:
    """Let no thread of a test collect what an earlier one has dropped: Qt's objects must go where they were made."""
    gc.disable()
    yield
    # What is due is collected here, as soon as the next object is made.
    gc.enable()


@pytest.fixture(autouse=True)
def work_threads_are_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let coverage see what runs in them: Qt starts them, so that Python's own hook does not reach them."""
    serve = WorkThread.run

    def run(thread: WorkThread) -> None:
        sys.settrace(threading.gettrace())
        serve(thread)

    monkeypatch.setattr(WorkThread, "run", run)


@pytest.fixture(autouse=True)
def no_key_stays_held() -> Iterator[None]:
    """Let go of Ctrl and Shift: Qt takes what the last key of a test was pressed with for what is held in the next."""
    yield
    if QApplication.instance() is not None and QApplication.keyboardModifiers() != NO_KEY:
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control, NO_KEY)


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch: pytest.MonkeyPatch):
    """Fail the test that leaves a thread, a timer or a window. Runs after pytest-qt closed its widgets."""
    started: list[QObject] = []
    for kind in (QThread, QTimer):
        monkeypatch.setattr(kind, "start", _recording(kind.start, started))
    before = _windows().keys()
    yield
    if QApplication.instance() is None:
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if _left(started, before):
        # What only a reference cycle keeps alive is not a leak.
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = _left(started, before)
    assert not left, "the test left behind: " + ", ".join(left)


def _recording(start, started):
    def record(subject, *arguments):
        started.append(subject)
        return start(subject, *arguments)

    return record


def _left(started: list[QObject], before: Set[int]) -> list[str]:
    left = []
    for subject in started:
        if not shiboken6.isValid(subject):
            continue
        if isinstance(subject, QThread) and subject.isRunning():
            left.append(f"running thread {subject!r}")
        if isinstance(subject, QTimer) and subject.isActive():
            left.append(f"running timer {subject!r}")
    left += [f"window {widget!r}" for address, widget in _windows().items() if address not in before]
    return left


def _windows() -> dict[int, QWidget]:
    """Return the windows that nobody owns, by address: a wrapper's own id may be given to the next one."""
    return {
        shiboken6.getCppPointer(widget)[0]: widget
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None and widget.metaObject().className() != "QTipLabel"
    }


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.when == "call" and report.failed and QApplication.instance() is not None:
        _save_windows(item)
    return report


def _save_windows(item: pytest.Item) -> None:
    folder = item.config.rootpath / "out" / "failed_gui_tests"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "_", item.nodeid)[-150:]
    visible: list[QWidget] = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    for number, widget in enumerate(visible):
        path = folder / f"{name}.{number}.png"
        if not widget.grab().save(str(path)):
            sys.stderr.write(f"could not save {path}\n")
