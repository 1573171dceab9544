from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from engine.market.bars import Bars
from engine.market.timeframe import Timeframe
from gui.chart.data import ChartData
from gui.flows.row_signals import row_of_bar, with_marks_of_rows
from gui.results.columns import columns_of
from gui.results.filter_text import parse_filter
from gui.results.results_model import ResultsModel

DAYS = np.datetime64("2024-01-01", "us") + np.arange(30).astype("timedelta64[D]")


@pytest.fixture
def chart() -> ChartData:
    prices = np.linspace(10.0, 12.0, 30)
    bars = Bars("AAA", DAYS, prices, prices, prices, prices, np.ones(30))
    return ChartData("AAA", "", Timeframe.DAY, bars)


def table_of(**columns: object) -> ResultsModel:
    model, table = ResultsModel(), pa.table(columns)
    model.begin(columns_of(table.schema, ()))
    model.append(table)
    return model


def test_rows_of_the_symbol_are_its_marks(chart):
    model = table_of(symbol=["AAA", "BBB", "AAA"], timestamp=[DAYS[9], DAYS[1], DAYS[4]])
    marked = with_marks_of_rows(chart, model.store)
    assert marked.signals.tolist() == [4, 9]
    assert marked.kinds == ()


def test_rows_at_moments_that_are_no_bars_are_left_out(chart):
    model = table_of(symbol=["AAA", "AAA"], timestamp=[DAYS[9], DAYS[9] + np.timedelta64(1, "h")])
    assert with_marks_of_rows(chart, model.store).signals.tolist() == [9]


def test_a_column_of_formulas_tells_marks_apart(chart):
    model = table_of(symbol=["AAA", "AAA"], timestamp=[DAYS[9], DAYS[4]], formula=["dip", "high"])
    kinds = with_marks_of_rows(chart, model.store).kinds
    assert [(kind.name, kind.bars.tolist()) for kind in kinds] == [("dip", [9]), ("high", [4])]


@pytest.mark.parametrize(
    "columns",
    [{"symbol": ["BBB"], "timestamp": [DAYS[1]]}, {"symbol": ["AAA"]}, {"timestamp": [DAYS[1]]}],
    ids=["of another symbol", "without moments", "without symbols"],
)
def test_without_rows_of_the_symbol_the_chart_stays_as_it_is(chart, columns):
    model = table_of(**columns)
    assert with_marks_of_rows(chart, model.store) is chart
    assert row_of_bar(model, chart, 1) is None


def test_the_row_of_a_bar_is_the_first_shown_one(chart):
    model = table_of(
        symbol=["BBB", "AAA", "AAA", "AAA"], timestamp=[DAYS[4], DAYS[9], DAYS[4], DAYS[4]], n=[0, 1, 2, 3]
    )
    assert [row_of_bar(model, chart, bar) for bar in (4, 9, 5, -1, 30)] == [2, 1, None, None, None]
    only = parse_filter("n>2", model.store.columns)
    model.set_filter([condition.term for condition in only.conditions])
    assert row_of_bar(model, chart, 4) == 0
    assert row_of_bar(model, chart, 9) is None
