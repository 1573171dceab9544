from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal, Slot

from gui.bridge.work_thread import WorkThread


class Notebook(QObject):
    asked = Signal()
    told = Signal(object)

    def __init__(self):
        super().__init__()
        self.own = threading.local()

    @Slot()
    def note(self):
        self.own.calls = getattr(self.own, "calls", 0) + 1
        self.told.emit((threading.get_ident(), self.own.calls))


def test_slots_run_in_one_thread_that_remembers_its_own_values(qtbot):
    thread, notebook, heard = WorkThread("notes"), Notebook(), []
    notebook.moveToThread(thread)
    notebook.asked.connect(notebook.note)
    notebook.told.connect(heard.append)
    thread.start()
    for _ in range(3):
        notebook.asked.emit()
    qtbot.waitUntil(lambda: len(heard) == 3)
    thread.quit()
    assert thread.wait(60_000)
    assert thread.objectName() == "notes"
    assert [calls for _, calls in heard] == [1, 2, 3]
    assert len({ident for ident, _ in heard}) == 1
    assert heard[0][0] != threading.get_ident()
