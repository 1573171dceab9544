"""What lies over the chart, and that its numbers are those of the evidence and of the options panel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from option_market import market_chain
from PySide6.QtCore import QObject

from engine.data.opening import open_repository
from engine.options.enrichment import Enrichment, enrich
from engine.options.providers.base import Expirations
from engine.options.rulebook import make_rules
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.evaluation.forward_pass import ForwardRequest, measure_signals
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from gui.actions import build_actions
from gui.bridge.chart_loader import ChartSource
from gui.bridge.scan_bridge import ScanRequest
from gui.chart.overlays import NOTHING
from gui.chart.panel import ChartPanel
from gui.flows.overlay_flow import CONTRACT, FORWARD, OverlayFlow, contract_lines
from gui.options_panel.contracts_model import ContractsModel
from gui.theme.icons import icon

TERMS = OutcomeTerms((5, 10, 20, 40))


class OneMarket:
    """Chains of the made-up market for every ticker."""

    name = "one"
    is_local = True

    def expirations(self, ticker):
        chain = market_chain()
        return Expirations(ticker, chain.as_of, chain.spot, chain.expirations)

    def chain(self, ticker, expiration):
        return market_chain().at(expiration)

    def close(self):
        pass


def contracts_of(symbols, moments, strategy="iron_condor") -> Enrichment:
    rows = pa.table(
        {
            "symbol": symbols,
            "timestamp": pa.array(moments, pa.timestamp("us")),
            "strategy": [strategy] * len(symbols),
        }
    )
    return enrich(rows, OneMarket(), make_rules({}))


@pytest.fixture
def stage(qtbot, dark, light, remembered, universe):
    """The flow with a chart of the small universe whose every 40th bar is a signal."""

    owner = QObject()
    chart = ChartPanel(dark)
    qtbot.addWidget(chart)
    model = ContractsModel(owner)
    parts = SimpleNamespace(
        actions=build_actions(owner, lambda name: icon(name, light)),
        chart=chart,
        options=SimpleNamespace(model=model),
    )
    flow = OverlayFlow(parts, TERMS, remembered, owner)
    request = ScanRequest(str(universe), ProcessingJob("close > 0"), workers=1)
    symbol = open_repository(universe).symbols()[0]
    data = ChartSource.of(request).load(symbol)
    yield SimpleNamespace(flow=flow, chart=chart, model=model, actions=parts.actions, data=data)
    owner.deleteLater()


def tick(stage, name: str, *, on: bool) -> None:
    stage.actions[name].setChecked(on)
    stage.flow.handlers()[name]()


def test_the_windows_over_the_chart_are_the_columns_of_the_evidence(stage, universe):
    bars = np.array([30, 200, len(stage.data.bars) - 8, len(stage.data.bars) - 1])
    moments = stage.data.bars.timestamp[bars]
    symbols = pa.chunked_array([[stage.data.symbol] * len(bars)], pa.string())
    when = pa.chunked_array([pa.array(moments, pa.timestamp("us"))])
    with ProcessingEngine(open_repository(universe), backend="inline") as engine:
        columns = measure_signals(engine, symbols, when, ForwardRequest(TERMS)).forward_columns()
    for number, bar in enumerate(bars.tolist()):
        shown = stage.flow.overlays(stage.data, bar).forward
        for window in shown.windows:
            wanted = columns[f"fwd_{window.window}"][number].as_py()
            assert (None if np.isnan(window.value) else window.value) == wanted


def test_a_row_that_is_shown_has_its_windows(stage):
    stage.chart.show_data(stage.data, 200)
    assert stage.chart.view._overlays.forward.signal == 200
    stage.chart.focus_on(240)
    assert stage.chart.view._overlays.forward.signal == 240


def test_without_a_row_or_a_signal_nothing_lies_over_the_chart(stage):
    assert stage.flow.overlays(stage.data, None) is NOTHING
    silent = replace(stage.data, signals=stage.data.signals[:0])
    assert stage.flow.overlays(silent, 200) is NOTHING


def test_the_windows_can_be_switched_off_and_stay_so(stage, remembered):
    stage.chart.show_data(stage.data, 200)
    tick(stage, FORWARD, on=False)
    assert stage.chart.view._overlays.forward is None
    assert not remembered.is_on(FORWARD, usually=True)
    assert remembered.is_on(CONTRACT, usually=True)


@pytest.fixture
def found(stage):
    """Contracts for the row at bar 200, and for another symbol at that moment."""
    moment = stage.data.bars.timestamp[200].item()
    return contracts_of(["XYZ", stage.data.symbol], [moment, moment])


def test_a_contract_of_the_row_is_drawn_as_soon_as_it_is_found(stage, found):
    stage.chart.show_data(stage.data, 200)
    assert stage.chart.view._overlays.contract is None
    stage.model.show(found)
    row = found.table.to_pylist()[1]
    lines = stage.chart.view._overlays.contract
    assert [strike.text for strike in lines.strikes] == [
        leg.replace(f" {row['Expiration']}", "") for leg in row["Contract_Legs"].split("; ")
    ]
    assert lines.break_evens == (row["Break_Even_Low"], row["Break_Even_High"])
    assert lines.expiry == row["Expiration"]
    assert lines.entry == f"{row['Entry_Type']} {row['Entry_Price']:,.2f}"
    assert lines.title == "Iron condor"


def test_another_row_of_the_symbol_has_no_contract(stage, found):
    stage.model.show(found)
    assert stage.flow.overlays(stage.data, 201).contract is None
    assert stage.flow.overlays(stage.data, 200).contract is not None


def test_strikes_can_be_switched_off(stage, found):
    stage.model.show(found)
    stage.chart.show_data(stage.data, 200)
    tick(stage, CONTRACT, on=False)
    assert stage.chart.view._overlays.contract is None


def test_before_contracts_are_found_the_switch_says_where_they_come_from(qtbot, stage):
    with qtbot.waitSignal(stage.flow.told) as told:
        tick(stage, CONTRACT, on=True)
    assert "Options tab" in told.args[0]


@pytest.mark.parametrize("strategy", ["long_call", "bull_call_spread", "iron_condor", "covered_call"])
def test_every_leg_that_the_engine_writes_becomes_a_line(stage, strategy):
    table = contracts_of(["ABC"], [datetime(2026, 2, 13)], strategy).table
    row = table.to_pylist()[0]
    assert row["Contract_Status"] == "Success"
    lines = contract_lines(row, stage.data, 200)
    assert len(lines.strikes) == len(row["Contract_Legs"].split("; "))
    assert all(strike.is_bought == strike.text.startswith("buy") for strike in lines.strikes)


def test_a_row_without_a_contract_has_no_lines(stage):
    row = contracts_of(["ABC"], [datetime(2026, 2, 13)], "long_call").table.to_pylist()[0]
    nothing = {**row, "Contract_Legs": None, "Expiration": None}
    assert contract_lines(nothing, stage.data, 200) is None
    assert contract_lines({**row, "Expiration": date(2030, 1, 4)}, stage.data, 200).expiry_bar > len(
        stage.data.bars
    )
