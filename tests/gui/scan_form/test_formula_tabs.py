from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QInputDialog, QPlainTextEdit

from gui.scan_form.formula_tabs import FormulaTabs


@pytest.fixture
def editor(qtbot) -> Iterator[QPlainTextEdit]:
    made = QPlainTextEdit()
    qtbot.addWidget(made)
    yield made


@pytest.fixture
def tabs(qtbot, editor) -> Iterator[FormulaTabs]:
    made = FormulaTabs(editor, editor.toPlainText, editor.setPlainText)
    qtbot.addWidget(made)
    made.show()
    yield made


def test_one_formula_has_no_tabs(tabs, editor):
    tabs.fill({}, "close > 1")
    assert not tabs.bar.isVisible()
    assert (tabs.single(), tabs.formulas(), editor.toPlainText()) == ("close > 1", {}, "close > 1")


def test_plus_adds_an_empty_formula_and_tells(qtbot, tabs, editor):
    tabs.fill({}, "close > 1")
    with qtbot.waitSignal(tabs.changed):
        tabs.add_button.click()
    assert tabs.bar.isVisible() and editor.toPlainText() == ""
    editor.setPlainText("close < 1")
    assert tabs.formulas() == {"f1": "close > 1", "f2": "close < 1"}
    assert tabs.single() == ""


def test_a_tab_shows_its_formula_and_keeps_what_was_typed_in_the_other(tabs, editor):
    tabs.fill({"up": "close > 1", "down": "close < 1"}, "")
    editor.setPlainText("close > 2")
    tabs.bar.setCurrentIndex(1)
    assert editor.toPlainText() == "close < 1"
    tabs.bar.setCurrentIndex(0)
    assert editor.toPlainText() == "close > 2"


def test_closing_a_tab_drops_its_formula(tabs, editor):
    tabs.fill({"up": "close > 1", "down": "close < 1"}, "")
    tabs.bar.tabCloseRequested.emit(0)
    assert (tabs.single(), tabs.formulas()) == ("close < 1", {})
    assert not tabs.bar.isVisible()


@pytest.mark.parametrize(
    ("answer", "names"), [(("dips", True), ["dips", "down"]), (("dips", False), ["up", "down"])]
)
def test_a_double_click_asks_for_another_name(monkeypatch, tabs, answer, names):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_arguments, **_more: answer)
    tabs.fill({"up": "close > 1", "down": "close < 1"}, "")
    tabs.bar.tabBarDoubleClicked.emit(0)
    assert list(tabs.formulas()) == names


def test_a_formula_is_found_by_its_text(tabs, editor):
    tabs.fill({"up": "close > 1", "down": "close < 1"}, "")
    assert tabs.go_to("close < 1")
    assert (editor.toPlainText(), tabs.bar.currentIndex()) == ("close < 1", 1)
    assert not tabs.go_to("close < 3")
