from __future__ import annotations

import pyarrow as pa
import pytest
from PySide6.QtWidgets import QWidget

from gui.bridge.background import BackgroundWork
from gui.flows import export_flow
from gui.flows.export_flow import ExportFlow

MATCHES = pa.table(
    {
        "symbol": pa.array(["005930", "NO"]),
        "timestamp": pa.array([0, 86_400_000_000], pa.timestamp("us")),
        "close": [1.5, 2.25],
    }
)


@pytest.fixture
def flow(qtbot):
    background, window = BackgroundWork("files"), QWidget()
    qtbot.addWidget(window)
    yield ExportFlow(background, window)
    assert background.close()


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
