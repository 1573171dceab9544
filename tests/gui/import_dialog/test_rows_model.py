from __future__ import annotations

from PySide6.QtCore import Qt

from gui.import_dialog.rows_model import RowsModel


def test_rows_stand_under_their_titles(qtmodeltester):
    model = RowsModel(("What", "Count"), numbers=(1,))
    model.show([("rows", "7"), ("files", "")])
    qtmodeltester.check(model)
    assert model.data(model.index(0, 1)) == "7"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Count"
    assert model.data(model.index(0, 1), Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
