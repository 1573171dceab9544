"""The contracts' model keeps Qt's rules and shows the state's texts."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gui.options_panel.contracts_model import ContractsModel
from gui.options_panel.state import COLUMNS, cells_of


def test_qt_finds_nothing_wrong_with_it(qtmodeltester, contracts):
    model = ContractsModel()
    qtmodeltester.check(model)
    model.show(contracts)
    qtmodeltester.check(model)


def test_it_shows_the_texts_of_the_result(contracts):
    model = ContractsModel()
    model.show(contracts)
    shown = [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]
    assert shown == cells_of(contracts.table)
    assert "No chain of XYZ." in model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_every_column_has_a_title_and_a_meaning():
    model = ContractsModel()
    for column, declared in enumerate(COLUMNS):
        assert model.headerData(column, Qt.Orientation.Horizontal) == declared.title
        assert (
            model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
            == declared.meaning
        )


def test_nothing_is_shown_without_a_result(contracts):
    model = ContractsModel()
    model.show(contracts)
    model.show(None)
    assert model.rowCount() == 0


def test_from_nothing_to_nothing_is_no_change(qtbot, contracts):
    model = ContractsModel()
    with qtbot.assertNotEmitted(model.modelReset):
        model.show(None)
    model.show(contracts)
    with qtbot.waitSignal(model.modelReset):
        model.show(None)
