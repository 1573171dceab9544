from __future__ import annotations

import ast
import html
from importlib.metadata import version
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QLabel, QMessageBox, QScrollArea, QWidget

import gui
from gui.actions import ACTIONS, plain_text
from gui.help import PANEL_KEYS, shortcuts_html, show_about, show_name, show_shortcuts

NATIVE = QKeySequence.SequenceFormat.NativeText


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_cheat_sheet_names_every_action_with_its_keys():
    sheet = shortcuts_html()
    for spec in ACTIONS:
        assert html.escape(plain_text(spec.text)) in sheet
        assert html.escape(plain_text(spec.submenu)) in sheet
        assert all(QKeySequence(key).toString(NATIVE) in sheet for key in spec.keys)


# What any text field does with it needs no line.
TYPING = {"Backspace"}
# Where a module's keys stand on the sheet; a module that is missing here has none.
SECTIONS = {
    "chart/panel.py": "In the chart",
    "results/view.py": "In the table",
    "results/filter_bar.py": "In the filter",
    "results/column_bar.py": "In the line for a new column",
    "formula_editor/text_box.py": "In the formula",
    "runs/panel.py": "In the recent runs",
    "scan_form/date_field.py": "In the scan job",
    "scan_form/panel.py": "In the scan job",
    "palette/panel.py": "In the list of commands",
}
WRITTEN = {
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
    "PageUp": "PgUp",
    "PageDown": "PgDn",
    "Return": "Enter",
    "Escape": "Esc",
    "Delete": "Del",
    "Plus": "+",
    "Minus": "−",
    "Slash": "/",
    "NumberSign": "#",
    "BracketLeft": "[",
    "BracketRight": "]",
}


def keys_read_in(path: Path) -> set[str]:
    """Return the names of the keys that a module asks for."""
    found = {
        node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)
    }
    return {name.removeprefix("Key_") for name in found if name.startswith("Key_")}


def panel_modules() -> list[str]:
    root = Path(gui.__file__).parent
    # Fields with a life of their own, and dialogs that say beside their buttons what keys do.
    own = {"data_quality/dialog.py"}
    modules = [
        path.relative_to(root).as_posix() for path in sorted(root.glob("*/*.py")) if keys_read_in(path)
    ]
    return [module for module in modules if module not in own]


@pytest.mark.parametrize("module", panel_modules())
def test_every_key_that_a_panel_reads_stands_on_the_cheat_sheet(module):
    keys = keys_read_in(Path(gui.__file__).parent / module)
    told = " ".join(key for key, _ in PANEL_KEYS[SECTIONS[module]])
    missing = {key for key in keys - TYPING if WRITTEN.get(key, key) not in told}
    assert missing == set()


def test_the_keys_of_the_table_that_are_no_panels_own_stand_there_too():
    assert any(key == "N P" for key, _ in PANEL_KEYS["In the table"])


def test_the_cheat_sheet_names_the_keys_of_every_panel():
    sheet = shortcuts_html()
    for title, keys in PANEL_KEYS.items():
        assert title in sheet
        assert all(html.escape(text) in sheet for _, text in keys)


def test_the_cheat_sheet_is_as_wide_as_its_dialog(window):
    show_shortcuts(window)
    area = window.findChild(QScrollArea)
    assert area.widget().minimumSizeHint().width() <= area.viewport().width()
    window.findChild(QDialog).reject()


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
