"""The contracts' model keeps Qt's rules and shows the state's texts."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
from PySide6.QtCore import Qt

from gui.options_panel import contracts_model
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


def test_texts_are_made_only_for_rows_in_sight(contracts, monkeypatch):
    many = contracts_model.PAGE_ROWS * 3 // contracts.table.num_rows
    table = pa.concat_tables([contracts.table] * many)
    made = []
    monkeypatch.setattr(
        contracts_model, "cells_of", lambda part: made.append(part.num_rows) or cells_of(part)
    )
    model = ContractsModel()
    model.show(replace(contracts, table=table))
    assert (model.rowCount(), made) == (table.num_rows, [])
    whole = cells_of(table)
    last = table.num_rows - 1
    for row in (0, 1, last, 0):
        assert model.index(row, 3).data() == whole[row][3]
    assert made == [contracts_model.PAGE_ROWS] * 2
    monkeypatch.setattr(contracts_model, "PAGES_KEPT", 1)
    model.show(replace(contracts, table=table))
    for row in (*range(0, last, contracts_model.PAGE_ROWS), 0):
        assert model.index(row, 3).data() == whole[row][3]
    assert len(made) > 2
