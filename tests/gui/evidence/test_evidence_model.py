"""The evidence as a Qt model."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gui.evidence.evidence_model import EvidenceModel
from gui.evidence.state import COLUMNS, HISTOGRAM_COLUMN


def test_the_model_keeps_qts_rules(qtmodeltester, evidence):
    model = EvidenceModel()
    model.show(evidence)
    qtmodeltester.check(model)
    assert (model.rowCount(), model.columnCount()) == (2, len(COLUMNS))


def test_a_cell_has_its_account_as_a_tip_and_words_for_a_screen_reader(evidence):
    model = EvidenceModel()
    model.show(evidence)
    cell, picture = model.index(1, 1), model.index(1, HISTOGRAM_COLUMN)
    assert "20 not yet matured" in model.data(cell, Qt.ItemDataRole.ToolTipRole)
    assert model.data(cell, Qt.ItemDataRole.AccessibleTextRole) == f"{COLUMNS[1].title} 279"
    assert "below zero" in model.data(picture, Qt.ItemDataRole.AccessibleTextRole)
    assert model.data(picture) == ""


def test_every_header_says_what_it_means(evidence):
    model = EvidenceModel()
    tips = [
        model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        for section in range(model.columnCount())
    ]
    assert all(tips)


def test_nothing_is_no_row(evidence):
    model = EvidenceModel()
    model.show(evidence)
    model.show(None)
    assert model.rowCount() == 0
