"""The window by itself, before anything stands behind it."""

from __future__ import annotations

import logging
import subprocess
import sys
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication

from engine.settings import Settings
from gui.actions import ACTIONS
from gui.front import TEMPLATE, Front

BEHIND = (
    "pandas",
    "http.client",
    "ssl",
    "sqlalchemy",
    "exchange_calendars",
    "pyqtgraph",
    "lark",
    "talib",
    "pyarrow.compute",
)
ENGINE = (
    "engine.data.opening",
    "engine.formula.check",
    "engine.scan.plan",
    "engine.scan.processing",
    "gui.app",
)


@pytest.fixture
def front(qtbot, remembered):
    app = QApplication.instance()
    palette = app.palette()
    made = Front(app, Settings(theme="light"), remembered)
    qtbot.addWidget(made.parts.window)
    yield made
    made.close()
    made.deleteLater()
    app.setPalette(palette)


@pytest.fixture
def done():
    """What was done of what the actions say, in order."""
    return []


@pytest.fixture
def handlers(done):
    return {spec.id: partial(done.append, spec.id) for spec in ACTIONS}


def test_it_opens_with_the_template_the_data_to_come_and_the_focus_on_run(qtbot, front):
    front.open("/bars")
    with qtbot.waitExposed(front.parts.window):
        pass
    values = front.parts.form.values()
    assert (values.formula, values.data_path) == (TEMPLATE, "/bars")
    assert front.parts.form.focusWidget().text().startswith("Run scan")


def test_what_is_asked_for_before_is_done_once_and_in_order_when_somebody_can(front, handlers, done):
    front.open("/bars")
    front.parts.actions["palette"].trigger()
    front.parts.form.request_run()
    front.parts.form.data_requested.emit()
    front.serve(handlers)
    assert done == [], "the data is not there yet"
    front.catch_up()
    front.catch_up()
    assert done == ["palette", "run", "open_data"]


def test_what_is_asked_for_after_is_done_at_once(front, handlers, done):
    front.open("/bars")
    front.serve(handlers)
    front.parts.actions["run"].trigger()
    assert done == ["run"]
    front.parts.form.run_requested.emit()
    front.catch_up()
    assert done == ["run"], "who serves listens to the form by itself"


def test_what_needs_only_the_window_is_done_before(front):
    front.open("/bars")
    front.parts.actions["focus_formula"].trigger()
    assert front.parts.window.focusWidget() is front.parts.editor.focusProxy()
    front.parts.actions["focus_problems"].trigger()
    assert front.parts.problems.isVisible()
    front.catch_up()
    assert front.parts.problems.isVisible()


def test_what_is_typed_before_stays(front):
    front.open("/bars")
    front.parts.editor.set_text("close > 10")
    front.serve({})
    assert front.parts.form.values().formula == "close > 10"


def test_an_exception_before_anybody_serves_is_seen(qtbot, front):
    front.open()
    front.show_unexpected(ZeroDivisionError("planted"))
    qtbot.waitUntil(front.parts.problems.isVisible)
    (entry,) = front.parts.problems.model.entries
    assert "ZeroDivisionError" in entry.clipboard_text


def test_a_closed_window_listens_to_the_log_no_more(qtbot, remembered):
    before = list(logging.getLogger().handlers)
    made = Front(QApplication.instance(), Settings(theme="light"), remembered)
    qtbot.addWidget(made.parts.window)
    assert logging.getLogger().handlers != before
    made.close()
    assert logging.getLogger().handlers == before
    made.deleteLater()


def test_icons_of_menus_are_drawn_when_one_is_opened(front):
    action = front.parts.actions["about"]
    assert action.icon().isNull()
    menu = next(each for each in action.associatedObjects() if hasattr(each, "aboutToShow"))
    menu.aboutToShow.emit()
    assert not any(front.parts.actions[spec.id].icon().isNull() for spec in ACTIONS if spec.icon)


def test_the_window_is_there_before_what_stands_behind_it_is_loaded():
    """What is loaded here is what everybody waits for who opens the window."""
    code = f"""
import sys
import gui.start
from PySide6.QtWidgets import QApplication
from engine.settings import Settings
from gui.front import Front
from gui.remembered import Remembered
app = QApplication([])
front = Front(app, Settings(), Remembered(None))
front.open()
app.processEvents()
print(sorted(name for name in {BEHIND + ENGINE!r} if name in sys.modules))
front.parts.window.close()
front.close()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_large_and_not_of_qt_is_loaded_before_qt():
    """PySide reads the source text of every module that comes after it."""
    code = "import sys, gui.start; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    order = done.stdout.split()
    qt = order.index("PySide6")
    assert all(order.index(name) < qt for name in ("numpy", "pyarrow", "pydantic", "yaml", "engine.settings"))
