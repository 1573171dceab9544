"""What stands behind the window comes after its first picture, in pieces."""

from __future__ import annotations

import subprocess
import sys
from itertools import count, pairwise
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMainWindow

from gui import arrival
from gui.arrival import LATER, Arrival


@pytest.fixture
def window(qtbot):
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


def test_it_is_built_after_the_first_picture(qtbot, window):
    behind, built = object(), []
    made = Arrival(window, lambda: built.append(window.isVisible()) or behind, window)
    with qtbot.waitSignal(made.arrived) as arrived:
        window.show()
    assert arrived.args == [behind]
    assert built == [True], "once, and the window was there"


def test_a_window_that_is_never_painted_gets_it_too(qtbot, window, monkeypatch):
    monkeypatch.setattr(arrival, "AT_THE_LATEST_MILLISECONDS", 1)
    made = Arrival(window, object, window)
    with qtbot.waitSignal(made.arrived):
        pass
    assert not window.isVisible()


def test_between_two_pieces_the_window_has_its_turn(qtbot, window, monkeypatch):
    turns, loaded = count(), []
    between = QTimer(window)
    between.timeout.connect(lambda: next(turns))
    between.start(0)

    def load(name):
        loaded.append((name, next(turns)))
        return SimpleNamespace(preparations=lambda: iter(()))

    monkeypatch.setattr(arrival, "import_module", load)
    made = Arrival(window, object, window)
    with qtbot.waitSignal(made.arrived):
        window.show()
    between.stop()
    names, when = zip(*loaded, strict=True)
    assert names[: len(LATER)] == LATER
    waits = [later - earlier for earlier, later in pairwise(when[: len(LATER)])]
    assert min(waits) > 1, "somebody else had a turn"


def test_a_window_that_closes_before_needs_nothing_behind_it():
    code = """
import sys
import gui.start as start

class Closing(start.Arrival):
    def _begin(self):
        self._window.close()
        super()._begin()

start.Arrival = Closing
code = start.main([])
print(code, "gui.app" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0 False"
