from __future__ import annotations

import html
from importlib.metadata import version

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QMessageBox, QWidget

from gui.actions import ACTIONS
from gui.help import PANEL_KEYS, shortcuts_html, show_about, show_name, show_shortcuts


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_cheat_sheet_names_every_action_that_has_a_key():
    sheet = shortcuts_html()
    for spec in ACTIONS:
        if spec.keys:
            assert html.escape(spec.text.replace("&", "").rstrip("…")) in sheet
            assert spec.keys[0] in sheet


def test_the_cheat_sheet_names_the_keys_of_every_panel():
    sheet = shortcuts_html()
    for title, keys in PANEL_KEYS.items():
        assert title in sheet
        assert all(html.escape(text) in sheet for _, text in keys)


def test_the_cheat_sheet_opens_and_goes(qtbot, window):
    show_shortcuts(window)
    dialog = window.findChild(QDialog)
    assert dialog.isVisible()
    assert "Run scan" in dialog.findChild(QLabel).text()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()


@pytest.mark.parametrize("word", ["rsi", "RSI", "close"])
def test_a_name_of_the_language_is_explained(qtbot, window, word):
    assert show_name(window, word)
    box = window.findChild(QMessageBox)
    assert box.windowTitle() == word.lower()
    with qtbot.waitSignal(box.destroyed):
        box.accept()


def test_the_outputs_of_a_function_are_named(window):
    assert show_name(window, "bbands")
    box = window.findChild(QMessageBox)
    assert ".upper" in box.text()
    box.close()


def test_a_word_of_nobodys_is_not_explained(window):
    assert not show_name(window, "nosuchname")
    assert window.findChild(QMessageBox) is None


def test_about_tells_the_version(window):
    show_about(window)
    box = window.findChild(QMessageBox)
    assert version("candlewick") in box.text()
    box.close()
