from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PySide6.QtWidgets import QWidget

from engine.scan.exporters import base, csv
from gui.bridge.background import BackgroundWork
from gui.flows import export_flow
from gui.flows.export_flow import ExportFlow, all_rows
from gui.progress.task_row import TaskRow
from gui.results.panel import ResultsPanel

MATCHES = pa.table(
    {
        "symbol": pa.array(["005930", "NO"]),
        "timestamp": pa.array([0, 86_400_000_000], pa.timestamp("us")),
        "close": [1.5, 2.25],
    }
)
MANY = pa.table({"symbol": pa.array(["A"] * 10_000), "close": np.arange(10_000.0)})


@pytest.fixture
def background():
    made = BackgroundWork("exports")
    yield made
    assert made.close()


@pytest.fixture
def row(qtbot):
    made = TaskRow()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def results(qtbot):
    made = ResultsPanel()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def scanned():
    return SimpleNamespace(result=None)


@pytest.fixture
def flow(qtbot, background, row, results, scanned):
    window = QWidget()
    qtbot.addWidget(window)
    return ExportFlow(background, window, row, results=results, result=lambda: scanned.result)


class Gate:
    """Holds a writer at its second step until it is opened."""

    def __init__(self, monkeypatch):
        self.reached, self.opened = threading.Event(), threading.Event()
        monkeypatch.setattr(csv, "_BATCH_ROWS", 1_000)
        monkeypatch.setattr(export_flow, "FIRST_NEWS_SECONDS", 0.0)
        monkeypatch.setattr(export_flow, "NEWS_SECONDS", 0.0)
        write = base.exporters.get(".csv").write

        def held(matches, timeframe, path, progress):
            def step(done, steps):
                progress(done, steps)
                if done:
                    self.reached.set()
                    assert self.opened.wait(60)

            write(matches, timeframe, path, step)

        monkeypatch.setattr(export_flow, "export", self.export(held))

    @staticmethod
    def export(write):
        def export(matches, timeframe, path, *, complete, progress):
            assert complete
            with base.atomic_path(path) as temporary:
                write(matches, timeframe, temporary, progress)
            return path

        return export


@pytest.fixture
def gate(monkeypatch):
    made = Gate(monkeypatch)
    yield made
    made.opened.set()


def choose(monkeypatch, path, kind="CSV (*.csv)") -> None:
    monkeypatch.setattr(
        export_flow.QFileDialog, "getSaveFileName", lambda *_: (str(path) if path else "", kind)
    )


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        pytest.param("x.csv", "CSV (*.csv)", "x.csv", id="as typed"),
        pytest.param("x", "CSV (*.csv)", "x.csv", id="ending of the chosen kind"),
        pytest.param("x", "Parquet (*.parquet)", "x.parquet", id="another kind"),
    ],
)
def test_the_file_is_written_where_and_as_chosen(qtbot, flow, tmp_path, monkeypatch, typed, kind, written):
    choose(monkeypatch, tmp_path / typed, kind)
    with qtbot.waitSignal(flow.told) as told:
        flow.ask(MATCHES, "1d", complete=True)
    assert (tmp_path / written).exists()
    assert told.args[0] == f"2 matches written to {tmp_path / written}"


def test_symbols_stay_text(qtbot, flow, tmp_path):
    with qtbot.waitSignal(flow.told):
        flow.write(MATCHES, "1d", tmp_path / "x.csv", complete=True)
    assert (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[1].startswith("005930,1970-01-01")


def test_a_partial_result_says_so_in_its_name(qtbot, flow, tmp_path):
    with qtbot.waitSignal(flow.told) as told:
        flow.write(MATCHES, "1d", tmp_path / "x.csv", complete=False)
    assert [each.name for each in tmp_path.iterdir()] == ["x.partial.csv"]
    assert told.args[0].endswith("x.partial.csv")


def test_a_cancelled_dialog_writes_nothing(qtbot, flow, tmp_path, monkeypatch):
    choose(monkeypatch, "")
    with qtbot.assertNotEmitted(flow.told, wait=20):
        flow.ask(MATCHES, "1d", complete=True)


@pytest.mark.parametrize("name", ["x.docx", "no folder/x.csv"], ids=["unknown kind", "no folder"])
def test_what_cannot_be_written_is_one_sentence_and_no_file(qtbot, flow, tmp_path, name):
    with qtbot.waitSignal(flow.failed) as failed:
        flow.write(MATCHES, "1d", tmp_path / name, complete=True)
    assert failed.args[0].startswith("Cannot write")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_while_writing_is_told_too(qtbot, flow, tmp_path, monkeypatch):
    def full(*_arguments, **_named):
        raise export_flow.CandlewickError("No space left.")

    monkeypatch.setattr(export_flow, "export", full)
    with qtbot.waitSignal(flow.failed) as failed:
        flow.write(MATCHES, "1d", tmp_path / "x.csv", complete=True)
    assert failed.args[0] == "No space left."


def test_a_long_export_shows_a_row_with_cancel_until_it_is_done(qtbot, flow, row, gate, tmp_path):
    flow.write(MANY, "1d", tmp_path / "x.csv", complete=True)
    qtbot.waitUntil(lambda: not row.isHidden())
    assert row.label.text().startswith("Writing x.csv")
    gate.opened.set()
    with qtbot.waitSignal(flow.told) as told:
        pass
    assert told.args[0].startswith("10,000 matches written")
    assert row.isHidden()


def test_cancel_leaves_no_file_and_the_old_one_as_it_was(qtbot, flow, row, gate, tmp_path):
    (tmp_path / "x.csv").write_text("old", encoding="utf-8")
    flow.write(MANY, "1d", tmp_path / "x.csv", complete=True)
    flow.write(MATCHES, "1d", tmp_path / "y.csv", complete=True)
    qtbot.waitUntil(lambda: gate.reached.is_set() and not row.isHidden())
    row.cancel_button.click()
    gate.opened.set()
    with qtbot.waitSignal(flow.told) as told:
        pass
    assert told.args[0] == f"Cancelled: {tmp_path / 'x.csv'} was not written."
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == "old"
    # What waited behind it is written after all.
    qtbot.waitUntil((tmp_path / "y.csv").exists)
    qtbot.waitUntil(lambda: not flow._numbers)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["x.csv", "y.csv"]


def test_a_window_that_closes_in_mid_export_leaves_the_old_file_and_no_other(
    qtbot, flow, background, gate, tmp_path
):
    (tmp_path / "x.csv").write_text("old", encoding="utf-8")
    flow.write(MANY, "1d", tmp_path / "x.csv", complete=True)
    qtbot.waitUntil(gate.reached.is_set)
    background.stopping.set()
    gate.opened.set()
    assert background.close()
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.csv"]


def test_the_whole_window_closes_in_mid_export_in_bounded_time(qtbot, candlewick, tmp_path, monkeypatch):
    (tmp_path / "x.csv").write_text("old", encoding="utf-8")
    reached, pause = threading.Event(), threading.Event()

    def endless(_matches, _timeframe, path, *, complete, progress):
        assert complete
        with base.atomic_path(path) as temporary:
            temporary.write_text("half", encoding="utf-8")
            while True:
                progress(1, 2)
                reached.set()
                pause.wait(0.001)  # the others need the processor too

    monkeypatch.setattr(export_flow, "export", endless)
    candlewick.export_flow.write(MANY, "1d", tmp_path / "x.csv", complete=True)
    qtbot.waitUntil(reached.is_set)
    candlewick.window.close()
    assert candlewick.shut_down()
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.glob("*.csv")] == ["x.csv"]
    assert not list(tmp_path.glob(".cw-*"))


# ------------------------------------------------------------------------------------ which rows and columns
def finished(matches, *, complete=True):
    return SimpleNamespace(matches=matches, timeframe="1d", summary=SimpleNamespace(complete=complete))


def shown(results, scanned):
    """Show a result whose symbols came in another order than they are sorted."""
    batches = [
        pa.table({"symbol": ["B", "B"], "timestamp": days(1, 2), "close": [1.0, 2.0], "x": [1.0, 2.0]}),
        pa.table({"symbol": ["A", "A"], "timestamp": days(1, 3), "close": [3.0, 4.0], "x": [3.0, 4.0]}),
    ]
    results.begin(("x",))
    for batch in batches:
        results.append(batch)
    results.finish()
    scanned.result = finished(pa.concat_tables([batches[1], batches[0]]))


def days(*numbers):
    return pa.array([86_400_000_000 * number for number in numbers], pa.timestamp("us"))


def exported(qtbot, flow, ask, path, monkeypatch):
    choose(monkeypatch, path)
    with qtbot.waitSignal(flow.told):
        ask()
    return path


def test_all_matches_are_the_results_own_bytes(qtbot, flow, results, scanned, tmp_path, monkeypatch):
    shown(results, scanned)
    path = exported(qtbot, flow, flow.handlers()["export"], tmp_path / "x.csv", monkeypatch)
    assert path.read_bytes() == csv.csv_bytes(scanned.result.matches, "1d")


def test_all_matches_have_what_was_measured_and_added_beside_the_right_rows(
    qtbot, flow, results, scanned, tmp_path, monkeypatch
):
    shown(results, scanned)
    results.add_columns(pa.table({"fwd_5": [0.1, 0.2, 0.3, None], "mine": [True, None, False, True]}))
    results.add_columns(pa.table({"change": ["entered", "entered", None, None]}))
    results.set_filter("x>100")
    path = exported(qtbot, flow, flow.ask_all, tmp_path / "x.parquet", monkeypatch)
    table = pq.read_table(path)
    assert table.column_names == ["symbol", "timestamp", "close", "x", "fwd_5", "mine"]
    assert table["symbol"].to_pylist() == ["A", "A", "B", "B"]
    assert table["fwd_5"].to_pylist() == [0.3, None, 0.1, 0.2]
    assert table["mine"].to_pylist() == [False, True, True, None]


def test_visible_rows_are_written_as_they_are_shown(qtbot, flow, results, scanned, tmp_path, monkeypatch):
    shown(results, scanned)
    results.set_filter("x<4")
    results.sort_by(2, extend=False)
    results.sort_by(2, extend=False)
    path = exported(qtbot, flow, flow.handlers()["export_visible"], tmp_path / "x.parquet", monkeypatch)
    assert pq.read_table(path)["close"].to_pylist() == [3.0, 2.0, 1.0]


def test_without_a_result_nothing_is_asked(flow, monkeypatch):
    monkeypatch.setattr(export_flow.QFileDialog, "getSaveFileName", lambda *_: pytest.fail("asked"))
    flow.ask_all()
    flow.ask_visible()


def test_a_column_that_was_taken_off_the_table_is_not_in_the_file():
    matches = pa.table({"symbol": ["A", "B"], "close": [1.0, 2.0], "mine": [1.0, 2.0]})
    assert all_rows(matches, lambda: matches.drop_columns(["mine"])).column_names == ["symbol", "close"]
