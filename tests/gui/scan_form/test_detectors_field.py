from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.detectors.base import Declaration, Parameter
from gui.scan_form.detectors_field import DetectorsField

DECLARATIONS = (
    Declaration(
        "breakout", "Leaves the range.", {"UP": "Up."}, (Parameter("bars", 20, 2, 1000, "How many."),)
    ),
    Declaration(
        "gap",
        "Opens beyond.",
        {"UP": "Up."},
        (Parameter("percent", 1.0, 0, 100, "How far.", is_whole=False),),
    ),
    Declaration("inside", "Lies within.", {"IN": "In."}),
)


@pytest.fixture
def field(qtbot) -> Iterator[DetectorsField]:
    made = DetectorsField()
    made.set_declarations(DECLARATIONS)
    qtbot.addWidget(made)
    made.show()
    yield made


def tick(field: DetectorsField, name: str) -> None:
    next(action for action in field.menu.actions() if action.text() == name).trigger()


def test_without_a_choice_the_scan_is_the_formulas_alone(field):
    assert field.chosen() == ()
    assert field.button.text() == "none: matches of the formula"
    assert not field.numbers.isVisible()


def test_a_ticked_detector_is_named_and_offers_its_numbers(qtbot, field):
    with qtbot.waitSignal(field.changed):
        tick(field, "gap")
    assert field.chosen() == ("gap",)
    assert field.button.text() == "gap"
    assert field.numbers.keys() == ("gap percent",)
    assert field.numbers.line("gap percent").placeholderText() == "1"
    assert field.parameters() == {}
    field.numbers.line("gap percent").setText("2,5")
    assert field.parameters() == {"gap": {"percent": 2.5}}


def test_several_stand_in_the_order_of_the_menu(field):
    for name in ("inside", "breakout"):
        tick(field, name)
    assert field.chosen() == ("breakout", "inside")


def test_a_number_is_kept_while_its_detector_is_not_ticked(field):
    field.set_chosen(("breakout",), {"breakout": {"bars": 55}})
    tick(field, "breakout")
    assert field.parameters() == {}
    tick(field, "breakout")
    assert field.parameters() == {"breakout": {"bars": 55}}


def test_a_detector_that_is_not_known_here_stays_with_the_scan(field):
    field.set_chosen(("gap", "mine"), {})
    assert field.chosen() == ("gap", "mine")


def test_the_menu_stays_open_while_detectors_are_ticked(qtbot, field):
    field.menu.popup(field.mapToGlobal(field.rect().bottomLeft()))
    place = field.menu.actionGeometry(field.menu.actions()[1]).center()
    QTest.mouseMove(field.menu, place)
    QTest.mouseClick(field.menu, Qt.MouseButton.LeftButton, pos=place)
    assert field.chosen() == ("gap",)
    assert field.menu.isVisible()
    field.menu.close()
