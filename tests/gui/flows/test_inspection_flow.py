from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pytest
from PySide6.QtCore import QObject, Signal

from engine.market.bars import Bars
from engine.market.timeframe import Timeframe
from gui.chart.data import ChartData
from gui.flows.inspection_flow import InspectionFlow, bar_at
from gui.results.columns import columns_of
from gui.results.results_model import ResultsModel

DAYS = np.datetime64("2024-01-01", "us") + np.arange(30).astype("timedelta64[D]")


def chart_of(symbol: str) -> ChartData:
    prices = np.linspace(10.0, 12.0, 30)
    bars = Bars(symbol, DAYS, prices, prices, prices, prices, np.ones(30))
    return ChartData(symbol, "", Timeframe.DAY, bars)


class Results(QObject):
    match_selected = Signal(str, object, int)
    match_activated = Signal(str, object, int)

    def __init__(self):
        super().__init__()
        self.gone_to: list[object] = []
        self.model = ResultsModel(parent=self)
        self.view = self

    def go_to(self, row: int) -> None:
        self.gone_to.append(row)

    def step(self, by: int) -> None: ...

    def go_to_symbol(self, symbol: str) -> bool:
        self.gone_to.append(symbol)
        return symbol == "AAA"


class Problems(QObject):
    symbol_activated = Signal(str)


class Chart(QObject):
    row_requested = Signal(int)
    bar_activated = Signal(int)

    def __init__(self):
        super().__init__()
        self.shown: list[object] = []

    def show_data(self, chart, bar):
        self.shown.append((chart.symbol, bar))

    def focus_on(self, bar):
        self.shown.append(bar)

    def clear(self, headline="", sentence=""):
        self.shown.append((headline, sentence))

    def setFocus(self):
        self.shown.append("focus")


class Loader(QObject):
    loaded = Signal(object, object)
    failed = Signal(str, str)

    def __init__(self):
        super().__init__()
        self.asked: list[object] = []
        self.is_open = True

    def open(self, request):
        self.asked.append(request)

    def request(self, symbol, moment):
        self.asked.append((symbol, moment))

    def forget(self):
        self.asked.append("forget")


@dataclass
class Stage:
    results: Results
    problems: Problems
    chart: Chart
    loader: Loader
    flow: InspectionFlow


@pytest.fixture
def stage(qtbot) -> Stage:
    parts = Results(), Problems(), Chart(), Loader()
    return Stage(*parts, InspectionFlow(*parts))


def rows(model: ResultsModel, **columns: object) -> None:
    """Fill the table."""
    table = pa.table(columns)
    model.begin(columns_of(table.schema, ()))
    model.append(table)


def test_a_bar_that_is_chosen_in_the_chart_makes_its_row_the_current_one(stage):
    rows(stage.results.model, symbol=["BBB", "AAA", "AAA"], timestamp=[DAYS[7], DAYS[7], DAYS[9]])
    stage.loader.loaded.emit(chart_of("AAA"), DAYS[7])
    stage.chart.bar_activated.emit(9)
    stage.chart.bar_activated.emit(8)
    assert stage.results.gone_to == [2], "bar 8 has no row"


def test_marks_of_a_plug_in_are_those_of_the_tables_rows(stage):
    rows(
        stage.results.model,
        symbol=["AAA", "AAA", "BBB", "AAA"],
        timestamp=[DAYS[4], DAYS[9], DAYS[5], DAYS[4]],
        event=["late", "early", "late", "early"],
    )
    stage.loader.loaded.emit(replace(chart_of("AAA"), knows_signals=False), DAYS[4])
    shown = stage.flow._shown
    assert shown.signals.tolist() == [4, 9]
    assert [(kind.name, kind.bars.tolist()) for kind in shown.kinds] == [("early", [4, 9]), ("late", [4])]


def test_a_selected_row_is_loaded_and_shown_at_its_bar(stage):
    stage.results.match_selected.emit("AAA", DAYS[7], 0)
    assert stage.loader.asked == [("AAA", DAYS[7])]
    stage.loader.loaded.emit(chart_of("AAA"), DAYS[7])
    assert stage.chart.shown == [("AAA", 7)]


def test_another_row_of_the_shown_symbol_needs_no_reading(stage):
    stage.loader.loaded.emit(chart_of("AAA"), DAYS[7])
    stage.results.match_selected.emit("AAA", DAYS[9], 1)
    assert stage.chart.shown[-1] == 9
    assert stage.loader.asked == ["forget"]


def test_back_on_the_shown_symbol_a_chart_still_on_its_way_is_not_wanted(stage):
    stage.loader.loaded.emit(chart_of("AAA"), DAYS[7])
    stage.results.match_selected.emit("BBB", DAYS[3], 1)
    stage.results.match_selected.emit("AAA", DAYS[7], 0)
    assert stage.loader.asked == [("BBB", DAYS[3]), "forget"]


def test_a_row_of_a_new_scan_is_loaded_even_for_the_shown_symbol(stage):
    stage.loader.loaded.emit(chart_of("AAA"), DAYS[7])
    stage.flow.open("the next scan")
    stage.results.match_selected.emit("AAA", DAYS[7], 0)
    assert stage.loader.asked == ["the next scan", ("AAA", DAYS[7])]


def test_a_chart_that_cannot_be_read_says_why(stage):
    stage.loader.failed.emit("AAA", "The file is broken.")
    assert stage.chart.shown == [("AAA", "The file is broken.")]
    stage.results.match_selected.emit("AAA", DAYS[7], 0)
    assert stage.loader.asked == [("AAA", DAYS[7])]


def test_a_symbol_with_a_problem_can_be_looked_at(stage):
    stage.problems.symbol_activated.emit("BAD")
    assert stage.loader.asked == [("BAD", None)]


def test_enter_leads_into_the_chart(stage):
    stage.results.match_activated.emit("AAA", DAYS[7], 0)
    assert stage.chart.shown == ["focus"]


def test_without_matches_there_is_nothing_to_show(stage):
    stage.flow.show_nothing()
    assert (stage.loader.asked, stage.chart.shown) == (["forget"], [("", "")])


def test_every_change_of_the_chart_is_told(qtbot, stage):
    told = []
    stage.flow.shown.connect(told.append)
    stage.loader.loaded.emit(chart_of("AAA"), DAYS[7])
    stage.results.match_selected.emit("AAA", DAYS[8], 0)
    stage.loader.failed.emit("BBB", "Broken.")
    assert told == ["AAA", "AAA", "BBB"]


@pytest.mark.parametrize(
    ("moment", "bar"),
    [
        (DAYS[0], 0),
        (DAYS[29], 29),
        (None, None),
        (DAYS[0] + np.timedelta64(1, "h"), None),
        (np.datetime64("2030-01-01"), None),
    ],
    ids=["first", "last", "none", "between", "beyond"],
)
def test_a_moment_is_found_only_where_a_bar_has_it(moment, bar):
    assert bar_at(chart_of("AAA"), moment) == bar


def test_a_symbol_with_a_row_is_gone_to_in_the_table(stage):
    stage.flow.go_to("AAA")
    assert (stage.results.gone_to, stage.loader.asked) == (["AAA"], [])


def test_a_symbol_without_a_row_is_shown_in_the_chart_alone(qtbot, stage):
    with qtbot.waitSignal(stage.flow.told) as told:
        stage.flow.go_to("ZZZ")
    assert stage.loader.asked == [("ZZZ", None)]
    assert told.args[0].startswith("ZZZ has no row")


def test_before_a_scan_there_is_no_symbol_to_go_to(qtbot, stage):
    stage.loader.is_open = False
    with qtbot.waitSignal(stage.flow.told) as told:
        stage.flow.go_to("AAA")
    assert "Run a scan first" in told.args[0]
    assert stage.results.gone_to == []
