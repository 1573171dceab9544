from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from gui.why.state import rows_of
from gui.why.why_model import MARK_COLUMN, WhyModel


def test_the_model_keeps_qts_rules(qtmodeltester, explained):
    model = WhyModel()
    model.show(rows_of(explained("cross_above(close, 3) and close > 3")))
    qtmodeltester.check(model)
    assert model.rowCount() == 2
    assert model.rowCount(model.index(0, 0)) == 2


def test_another_bar_of_the_same_formula_changes_cells_and_not_the_tree(qtbot, explained):
    model = WhyModel()
    assert model.show(rows_of(explained("close > 3 and high > 1", 2)))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        assert not model.show(rows_of(explained("close > 3 and high > 1", 3)))
    assert model.data(model.index(0, MARK_COLUMN)) == "✗"


def test_another_formula_is_another_tree(explained):
    model = WhyModel()
    model.show(rows_of(explained("close > 3")))
    assert model.show(rows_of(explained("close > 2")))


def test_the_mark_has_the_colour_of_its_truth(explained):
    model = WhyModel()
    model.set_colours(QColor("#00ff00"), QColor("#ff0000"), QColor("#888888"))
    model.show(rows_of(explained("close > 2 and high < 1 and volume > 1")))
    marks = [model.index(row, MARK_COLUMN) for row in range(3)]
    colours = [model.data(mark, Qt.ItemDataRole.ForegroundRole).name() for mark in marks]
    assert colours == ["#00ff00", "#ff0000", "#888888"]


def test_a_number_has_no_mark(explained):
    model = WhyModel()
    model.show(rows_of(explained("close > 2")))
    number = model.index(0, MARK_COLUMN, model.index(0, 0))
    assert model.data(number) == "–"
    assert model.data(number, Qt.ItemDataRole.ForegroundRole) is None


def test_every_header_says_what_it_means():
    model = WhyModel()
    tips = [
        model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        for section in range(model.columnCount())
    ]
    assert all(tips)
