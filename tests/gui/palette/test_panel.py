from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.palette.panel import CommandPalette
from gui.palette.state import Entry

ENTRIES = (
    Entry("run", "Run scan", "Scan", "F5"),
    Entry("cancel", "Cancel scan", "Scan", is_available=False),
    Entry("log", "Log scale", "Chart", is_on=True),
)


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    made.resize(900, 700)
    field = QLineEdit(made)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    field.setFocus()
    return made


@pytest.fixture
def palette(window) -> CommandPalette:
    made = CommandPalette(window)
    made.set_entries(ENTRIES)
    return made


def press(palette: CommandPalette, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(palette.field, key)


def test_it_opens_with_everything_and_takes_the_keys(palette):
    palette.begin()
    assert palette.isVisible() and palette.field.hasFocus()
    assert palette.model.rowCount() == len(ENTRIES)


def test_it_asks_for_what_can_be_done_now_before_it_opens(qtbot, palette):
    with qtbot.waitSignal(palette.opening):
        palette.begin()


def test_letters_and_enter_choose(qtbot, palette):
    palette.begin()
    QTest.keyClicks(palette.field, "lo")
    with qtbot.waitSignal(palette.chosen) as chosen:
        press(palette, Qt.Key.Key_Return)
    assert chosen.args[0].id == "log"
    assert palette.isHidden()


def test_arrows_move_and_the_list_follows(palette):
    palette.begin()
    press(palette, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 2
    press(palette, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 0
    press(palette, Qt.Key.Key_Up)
    assert palette.state.entry.id == "log"


def test_what_is_not_available_is_said_and_the_palette_stays(qtbot, palette):
    palette.begin()
    QTest.keyClicks(palette.field, "cancel")
    with qtbot.assertNotEmitted(palette.chosen):
        press(palette, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert "not available now" in palette.sentence.text()


def test_nothing_found_is_said_and_enter_does_nothing(qtbot, palette):
    palette.begin()
    QTest.keyClicks(palette.field, "zzz")
    assert palette.sentence.text() == "Nothing is called like this."
    with qtbot.assertNotEmitted(palette.chosen):
        press(palette, Qt.Key.Key_Return)


def test_a_click_chooses(qtbot, palette):
    palette.begin()
    place = palette.list.visualRect(palette.model.index(0, 0)).center()
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args[0].id == "run"


@pytest.mark.parametrize("again", ["escape", "the same key"])
def test_it_goes_and_gives_the_focus_back(window, palette, again):
    before = window.focusWidget()
    palette.begin()
    if again == "escape":
        press(palette, Qt.Key.Key_Escape)
    else:
        palette.begin()
    assert palette.isHidden()
    assert window.focusWidget() is before


def test_it_goes_when_the_focus_goes_elsewhere(window, palette):
    palette.begin()
    window.findChild(QLineEdit, options=Qt.FindChildOption.FindDirectChildrenOnly).setFocus()
    assert palette.isHidden()


def test_it_begins_empty_each_time(palette):
    palette.begin()
    QTest.keyClicks(palette.field, "lo")
    palette.leave()
    palette.begin()
    assert palette.field.text() == ""
    assert palette.model.rowCount() == len(ENTRIES)


@pytest.mark.parametrize("size", [(900, 700), (360, 260)])
def test_it_stays_inside_the_window(window, palette, size):
    palette.begin()
    window.resize(*size)
    assert window.rect().contains(palette.geometry())


def test_screen_readers_hear_the_field_the_list_and_the_current_entry(palette):
    palette.begin()
    press(palette, Qt.Key.Key_Down)
    assert palette.field.accessibleName() == "Find a command"
    assert palette.field.accessibleDescription() == "Cancel scan, Scan, not available now, 2 of 3"
    assert palette.list.accessibleName() == "Commands found"
    spoken = palette.model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Log scale, Chart, on"
    assert QAccessible.queryAccessibleInterface(palette.field) is not None


def test_the_model_is_a_good_model(palette, qtmodeltester):
    palette.begin()
    qtmodeltester.check(palette.model)


def test_rows_are_painted(palette):
    palette.begin()
    image = palette.list.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    colours = {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(image.height())}
    assert len(colours) > 3
