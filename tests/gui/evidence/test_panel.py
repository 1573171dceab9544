"""The evidence panel: what it offers in each phase, and that nobody has to guess."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from gui.evidence.panel import EvidencePanel
from gui.evidence.state import Phase


@pytest.fixture
def panel(qtbot):
    made = EvidencePanel()
    qtbot.addWidget(made)
    made.resize(900, 300)
    return made


def shown_text(panel: EvidencePanel) -> str:
    return panel.empty.text() if panel.empty.isVisibleTo(panel) else ""


def test_before_a_scan_it_says_what_to_do_and_offers_nothing(panel):
    assert "Run a scan" in shown_text(panel)
    assert not panel.button.isEnabled()


def test_a_scan_without_matches_has_nothing_to_measure(panel):
    panel.expect(0)
    assert "no matches" in shown_text(panel)
    assert not panel.button.isEnabled()


def test_matches_can_be_measured_with_the_button(qtbot, panel):
    panel.expect(12)
    with qtbot.waitSignal(panel.measure_requested):
        QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)


def test_measuring_can_be_cancelled_with_the_same_button(qtbot, panel):
    panel.expect(12)
    panel.start()
    panel.show_progress(3, 10)
    assert (panel.bar.value(), panel.bar.maximum()) == (3, 10)
    assert panel.button.text() == "Cancel"
    with qtbot.waitSignal(panel.cancel_requested):
        QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)


def test_evidence_is_a_table_with_its_caveat(panel, evidence):
    panel.expect(300)
    panel.start()
    panel.show_evidence(evidence)
    assert panel.phase is Phase.SHOWN
    assert panel.table.model().rowCount() == 2
    assert panel.table.isVisibleTo(panel)
    assert panel.caveat.isVisibleTo(panel)
    assert not panel.bar.isVisibleTo(panel)
    assert panel.summary.text().startswith("300 matches")


def test_old_evidence_stays_while_it_is_measured_anew(panel, evidence):
    panel.show_evidence(evidence)
    panel.start()
    assert panel.table.isVisibleTo(panel)


def test_a_new_scan_takes_the_old_evidence_away(panel, evidence):
    panel.show_evidence(evidence)
    panel.expect(None)
    assert panel.model.rowCount() == 0
    assert panel.summary.text() == ""


def test_a_failure_is_told_and_can_be_tried_again(panel):
    panel.expect(4)
    panel.show_failure("No worker could be started.")
    assert shown_text(panel) == "No worker could be started."
    assert panel.button.isEnabled()


def test_it_can_be_painted_in_any_colours(qtbot, panel, evidence):
    panel.set_colours(QColor("#0000ff"), QColor("#ff0000"), QColor("#888888"), QColor("#000000"))
    panel.show_evidence(evidence)
    panel.show()
    picture = panel.grab().toImage()
    blue = QColor("#0000ff")
    assert any(
        picture.pixelColor(x, y) == blue
        for x in range(0, picture.width(), 2)
        for y in range(0, picture.height(), 4)
    )


def test_everything_that_takes_the_focus_has_a_name(panel):
    assert panel.table.accessibleName()
    assert panel.bar.accessibleName()
    assert panel.button.text()


@pytest.mark.parametrize("width", [420, 640, 1000])
def test_the_table_never_scrolls_sideways(qtbot, panel, evidence, width):
    panel.resize(width, 300)
    panel.show_evidence(evidence)
    with qtbot.waitExposed(panel):
        panel.show()
    assert panel.table.horizontalScrollBar().maximum() == 0


def test_columns_come_back_with_the_room(qtbot, panel, evidence):
    panel.resize(420, 300)
    panel.show_evidence(evidence)
    with qtbot.waitExposed(panel):
        panel.show()
    columns = range(panel.model.columnCount())
    assert any(panel.table.isColumnHidden(column) for column in columns)
    panel.resize(1000, 300)
    assert not any(panel.table.isColumnHidden(column) for column in columns)


def test_evidence_that_comes_into_a_wide_panel_leaves_no_column_out(qtbot, panel, evidence):
    panel.resize(1000, 300)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.expect(4)
    panel.start()
    panel.show_evidence(evidence)
    columns = range(panel.model.columnCount())
    qtbot.waitUntil(lambda: not any(panel.table.isColumnHidden(column) for column in columns))
    assert panel.table.horizontalScrollBar().maximum() == 0
