"""The options panel from its first hint to its contracts."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from gui.options_panel.panel import CONTRACTS_COLUMN, OptionsPanel
from gui.options_panel.state import EMPTY_TEXTS, Phase


@pytest.fixture
def panel(qtbot) -> OptionsPanel:
    made = OptionsPanel()
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show()
    return made


def press(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_says_what_to_do_at_each_step(panel):
    assert panel.empty.text() == EMPTY_TEXTS[Phase.NO_MATCHES]
    assert not panel.button.isEnabled()
    panel.expect(3)
    assert panel.empty.text() == EMPTY_TEXTS[Phase.NO_CHAINS]
    panel.set_chains(Path("chains.parquet"))
    assert panel.empty.text() == EMPTY_TEXTS[Phase.WAITING]
    assert panel.button.isEnabled()
    assert panel.choose.text() == "chains.parquet"


def test_the_request_holds_what_the_form_says(qtbot, panel):
    panel.expect(3)
    panel.set_chains(Path("chains.parquet"))
    panel.strategy.setCurrentIndex(panel.strategy.findData("iron_condor"))
    panel.fewest_days.setValue(30)
    panel.most_days.setValue(25)
    with qtbot.waitSignal(panel.search_requested) as asked:
        press(qtbot, panel.button)
    (request,) = asked.args
    assert request.chains == Path("chains.parquet")
    assert request.rules["strategy"] == "iron_condor"
    assert (request.rules["min_days"], request.rules["max_days"]) == (30, 30)


def test_a_search_can_be_cancelled(qtbot, panel):
    panel.expect(3)
    panel.set_chains(Path("chains.parquet"))
    panel.start()
    panel.show_progress(1, 3)
    assert panel.bar.isVisible()
    assert panel.button.text() == "Cancel"
    with qtbot.waitSignal(panel.cancel_requested):
        press(qtbot, panel.button)


def test_the_result_fills_the_table_and_can_be_exported(qtbot, panel, contracts):
    panel.expect(4)
    panel.show_result(contracts)
    assert panel.table.isVisible()
    assert panel.model.rowCount() == 4
    assert panel.summary.text().startswith("4 rows in, 4 rows out")
    with qtbot.waitSignal(panel.export_requested):
        press(qtbot, panel.export)


def test_another_scan_forgets_the_contracts(panel, contracts):
    panel.expect(4)
    panel.show_result(contracts)
    panel.expect(0)
    assert panel.model.rowCount() == 0
    assert not panel.export.isEnabled()


def test_a_failure_is_said_in_the_tables_place(panel):
    panel.expect(4)
    panel.show_failure("It went wrong.")
    assert panel.empty.text() == "It went wrong."


def test_long_contracts_are_shortened_before_the_numbers_go_out_of_sight(panel, contracts):
    panel.expect(4)
    panel.resize(1600, 300)
    panel.show_result(contracts)
    wide = panel.table.columnWidth(CONTRACTS_COLUMN)
    panel.resize(700, 300)
    narrow = panel.table.columnWidth(CONTRACTS_COLUMN)
    assert narrow < wide
    panel.resize(1600, 300)
    assert panel.table.columnWidth(CONTRACTS_COLUMN) == wide
