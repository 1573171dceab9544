from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.live.conditions_model import ROW_ROLE, ConditionsModel
from gui.live.state import ConditionRow

ROWS = (ConditionRow("close > 1", 0, 5, 10), ConditionRow("open > 1", 1, 2, 10))


@pytest.fixture
def model(qapp) -> ConditionsModel:
    made = ConditionsModel()
    made.show(ROWS, "bars")
    return made


def test_other_counts_for_as_many_conditions_leave_the_current_row_where_it_is(qtbot, model):
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.show((ROWS[1], ROWS[0]), "symbols")
    assert model.index(0).data(ROW_ROLE) == ROWS[1]


def test_another_number_of_conditions_is_another_list(qtbot, model):
    with qtbot.waitSignal(model.modelReset):
        model.show(ROWS[:1], "bars")
    assert model.rowCount() == 1
    assert model.index(5).data() is None


def test_tip_and_spoken_words_are_the_same(model):
    index = model.index(0)
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert tip == index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "5 of 10 bars" in tip
