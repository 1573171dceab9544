"""Marks and colours of signed numbers, and that looks stay with their columns."""

from __future__ import annotations

import pyarrow as pa
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

CLOSE, GAIN, SCORE = 2, 3, 4


def cell(panel, row, place, role=Qt.ItemDataRole.DisplayRole):
    return panel.model.data(panel.model.index(row, place), role)


@pytest.mark.parametrize(
    ("row", "text", "colour"),
    [
        pytest.param(0, "▼ -10", QColor("#ff0000"), id="down"),
        pytest.param(2, "0", None, id="zero"),
        pytest.param(3, "▲ 5", QColor("#00ff00"), id="up"),
        pytest.param(5, "–", None, id="unknown"),
    ],
)
def test_a_signed_number_has_a_mark_beside_its_colour(signed, row, text, colour):
    assert cell(signed, row, GAIN) == text
    assert cell(signed, row, GAIN, Qt.ItemDataRole.ForegroundRole) == colour


def test_marks_are_for_the_eye_and_not_for_the_ear_or_the_clipboard(signed, qapp):
    assert cell(signed, 0, GAIN, Qt.ItemDataRole.AccessibleTextRole) == "gain -10"
    signed.view.selectRow(0)
    QTest.keyClick(signed.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert qapp.clipboard().text().startswith("A\t")
    assert "▼" not in qapp.clipboard().text()


def test_switched_off_they_are_gone(signed):
    signed.looks.choose(GAIN, marks=False)
    assert cell(signed, 0, GAIN) == "-10"
    assert cell(signed, 0, GAIN, Qt.ItemDataRole.ForegroundRole) is None


def test_numbers_of_one_sign_have_marks_on_request(signed):
    assert cell(signed, 0, CLOSE) == "10.00"
    signed.looks.choose(CLOSE, marks=True)
    assert cell(signed, 0, CLOSE) == "▲ 10.00"


def test_a_seen_row_stays_dim(signed):
    signed.set_seen(["A"])
    assert cell(signed, 0, GAIN, Qt.ItemDataRole.ForegroundRole) not in (None, QColor("#ff0000"))


def test_looks_stay_with_their_columns_when_others_come_and_go(signed):
    signed.looks.choose(SCORE, bars=True)
    signed.remove_column("gain")
    bars = [signed.model.looks.bars(place) for place in range(signed.model.columnCount())]
    assert bars == [False, False, False, True, False]
    delegates = {id(signed.view.itemDelegateForColumn(place)) for place, on in enumerate(bars) if not on}
    assert id(signed.view.itemDelegateForColumn(3)) not in delegates


def test_the_looks_are_remembered(signed, qtbot):
    signed.looks.choose(GAIN, bars=True)
    state = signed.layout_state()
    signed.looks.choose(GAIN, bars=False)
    signed.restore_layout(state)
    assert signed.model.looks.bars(GAIN)


def test_what_became_of_a_symbol_has_a_word_and_a_mark(signed):
    signed.add_columns(pa.table({"change": ["entered", "persisting", None, None, None, None]}))
    place = signed.model.store.index("change")
    assert [cell(signed, row, place) for row in range(3)] == ["+ entered", "= persisting", "–"]
    assert cell(signed, 0, place, Qt.ItemDataRole.AccessibleTextRole) == "change entered"
    signed.set_filter("change=entered")
    assert signed.visible_table()["symbol"].to_pylist() == ["A"]
