from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.formula.dial import dial_at
from gui.live.dial_row import DialRow


@pytest.fixture
def row(qtbot) -> DialRow:
    made = DialRow()
    qtbot.addWidget(made)
    made.resize(320, 30)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_arrow_keys_turn_by_one_and_page_keys_by_ten(row):
    turned = []
    row.turned.connect(turned.append)
    row.show_dial(dial_at("close > sma(close, 20)", 20))
    QTest.keyClick(row.slider, Qt.Key.Key_Right)
    QTest.keyClick(row.slider, Qt.Key.Key_PageUp)
    assert turned == [21.0, 31.0]


def test_to_show_a_dial_turns_nothing(row):
    turned = []
    row.turned.connect(turned.append)
    row.show_dial(dial_at("volume > 1.5 * sma(volume, 20)", 10))
    assert turned == []
    assert row.value.text() == "1.5"
    row.show_dial(None)
    assert turned == []


def test_a_dial_without_a_number_can_be_painted(row):
    row.show_dial(None)
    assert not row.grab().isNull()
    assert row.dial is None
