from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gui.scan_form.number_fields import NumberFields, NumberSpec


@pytest.fixture
def fields(qtbot) -> Iterator[NumberFields]:
    holder = QWidget()
    before = QLineEdit(holder)
    made = NumberFields(before, holder)
    layout = QVBoxLayout(holder)
    layout.addWidget(before)
    layout.addWidget(made)
    qtbot.addWidget(holder)
    with qtbot.waitExposed(holder):
        holder.show()
    holder.activateWindow()
    yield made


def test_an_empty_line_means_the_usual_number(fields):
    fields.set_specs([NumberSpec("bars", "bars", "How many.", 20)])
    assert fields.values() == {}
    assert fields.problem() == ""
    assert fields.line("bars").placeholderText() == "20"


def test_without_a_usual_number_one_must_be_typed(fields):
    fields.set_specs([NumberSpec("n", "n")])
    assert fields.problem() == "Type a number for n."
    assert fields.typing_problem() == ""


def test_a_line_that_stays_is_the_same_line(fields):
    fields.set_specs([NumberSpec("a", "a"), NumberSpec("b", "b")])
    line = fields.line("b")
    fields.set_specs([NumberSpec("b", "b"), NumberSpec("c", "c")])
    assert fields.line("b") is line
    assert fields.keys() == ("b", "c")


def test_the_tab_key_goes_through_the_lines_in_order(qtbot, fields):
    fields.set_specs([NumberSpec("a", "a"), NumberSpec("b", "b")])
    window = fields.window()
    qtbot.waitUntil(fields.line("b").isVisible)
    fields._before.setFocus()
    QTest.keyClick(fields._before, Qt.Key.Key_Tab)
    assert window.focusWidget() is fields.line("a")
    QTest.keyClick(fields.line("a"), Qt.Key.Key_Tab)
    assert window.focusWidget() is fields.line("b")


def test_every_line_has_its_name_for_screen_readers(fields):
    fields.set_specs([NumberSpec("a", "gap percent")])
    assert fields.line("a").accessibleName() == "gap percent"


def test_numbers_for_names_to_come_are_kept(fields):
    fields.set_values({"n": 1.5})
    assert fields.values() == {}
    fields.set_specs([NumberSpec("n", "n")])
    assert fields.values() == {"n": 1.5}
