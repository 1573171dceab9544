"""The benchmark of the results table, run on a small table: that it measures what it says, not how fast it is."""

from __future__ import annotations

import pytest

from benchmarks import results_table
from gui.results.panel import ResultsPanel
from gui.results.row_order import SortKey


@pytest.fixture(autouse=True)
def small(monkeypatch):
    # Other tests of this process may want what Arrow knows about pandas.
    monkeypatch.setattr(results_table, "leave_pandas_alone", lambda: None)
    monkeypatch.setattr(results_table, "ROWS_A_TURN", 300)


@pytest.mark.usefixtures("qapp")
def test_every_piece_of_work_is_told_with_both_clocks(capsys):
    assert results_table.main(["--rows", "1000", "--rounds", "1"]) in (0, 1)
    lines = capsys.readouterr().out.splitlines()
    assert "1,000 rows in parts of 300" in lines
    told = lines[lines.index("1,000 rows in parts of 300") + 2 : -1]
    assert [sum(line.startswith(word) for line in told) for word in ("append", "sort", "filter")] == [2, 7, 4]
    assert all(len(line.split()[-6:]) == 6 and float(line.split()[-1]) > 0 for line in told)
    assert lines[-1].startswith("slowest sort")


def test_what_is_measured_sorts_and_filters_all_rows(qtbot):
    panel = ResultsPanel()
    qtbot.addWidget(panel)
    arguments = results_table._parse(["--rows", "1000", "--rounds", "1"])
    list(results_table.appending(panel, arguments))
    assert panel.model.store.row_count == panel.model.rowCount() == 1000
    place = panel.model.store.index("rsi")
    panel.model.set_sort([SortKey(place)])
    shown = panel.visible_table()["rsi"].to_pylist()
    assert shown == sorted(shown)
    panel.set_filter("rsi<30")
    assert 0 < panel.model.rowCount() < 1000
