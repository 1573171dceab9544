from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTextEdit

from gui.dock_title import DockTitle
from gui.theme.icons import icon


@pytest.fixture
def title(qtbot):
    window = QMainWindow()
    dock = QDockWidget("Scan job", window)
    made = DockTitle(dock)
    dock.setWidget(QTextEdit(dock))
    dock.setTitleBarWidget(made)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    qtbot.addWidget(window)
    window.show()
    yield made
    window.close()


def dock_of(title: DockTitle) -> QDockWidget:
    found = title.parentWidget()
    assert isinstance(found, QDockWidget)
    return found


def test_the_name_follows_the_docks(title):
    dock_of(title).setWindowTitle("Job")
    assert title.name.text() == "Job"


def test_one_button_detaches_and_puts_back(title):
    assert title.float_button.accessibleName() == "Detach Scan job"
    QTest.mouseClick(title.float_button, Qt.MouseButton.LeftButton)
    assert dock_of(title).isFloating()
    assert title.float_button.accessibleName() == "Put back Scan job"
    QTest.mouseClick(title.float_button, Qt.MouseButton.LeftButton)
    assert not dock_of(title).isFloating()


def test_the_other_closes(title):
    QTest.mouseClick(title.close_button, Qt.MouseButton.LeftButton)
    assert not dock_of(title).isVisible()


def test_the_buttons_are_seen_on_either_ground(title, theme):
    title.set_icons(icon("float", theme), icon("close", theme))
    for button in (title.float_button, title.close_button):
        drawn = button.icon().pixmap(28, 28).toImage()
        pixels = [drawn.pixelColor(x, y) for x in range(28) for y in range(28)]
        strongest = max(pixels, key=lambda pixel: pixel.alpha())
        assert strongest.alpha() > 150
        assert abs(strongest.lightness() - QColor(theme.interface.window).lightness()) > 100
