from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.market.bars import Bars
from engine.market.timeframe import Timeframe
from gui.chart.data import ChartData
from gui.chart.panel import ChartPanel
from gui.flows.picture_flow import PictureFlow


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tell = self.tell_problem = self.said.append


@pytest.fixture
def stage(qtbot, dark):
    window, owner = Window(), QObject()
    chart = ChartPanel(dark)
    for widget in (window, chart):
        qtbot.addWidget(widget)
    chart.resize(400, 300)
    flow = PictureFlow(SimpleNamespace(chart=chart, window=window), owner)
    yield SimpleNamespace(flow=flow, chart=chart, said=window.said)
    owner.deleteLater()


@pytest.fixture
def shown(stage):
    prices = np.linspace(10.0, 12.0, 30)
    days = np.datetime64("2024-01-01", "us") + np.arange(30).astype("timedelta64[D]")
    bars = Bars("BRK/B", days, prices, prices, prices, prices, np.ones(30))
    stage.chart.show_data(ChartData("BRK/B", "", Timeframe.DAY, bars), 20)
    return stage


def choose(monkeypatch, path, kind: str = "") -> list[str]:
    proposed: list[str] = []

    def answer(_window, _title, proposal, _kinds):
        proposed.append(proposal)
        return str(path), kind

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    return proposed


@pytest.mark.parametrize(
    ("name", "kind", "written", "begins"),
    [
        ("chart.png", "", "chart.png", b"\x89PNG"),
        ("chart.svg", "", "chart.svg", b"<?xml"),
        ("chart", "Drawing (*.svg)", "chart.svg", b"<?xml"),
        ("above 1.5", "Picture (*.png)", "above 1.5.png", b"\x89PNG"),
    ],
)
def test_the_file_is_what_its_name_or_the_chosen_kind_says(
    monkeypatch, shown, tmp_path, name, kind, written, begins
):
    choose(monkeypatch, tmp_path / name, kind)
    shown.flow.ask()
    assert (tmp_path / written).read_bytes().startswith(begins)
    assert shown.said == [f"Saved {tmp_path / written}"]


def test_the_proposed_name_is_a_file_name(monkeypatch, shown, tmp_path):
    proposed = choose(monkeypatch, "")
    shown.flow.ask()
    assert proposed[0].endswith("BRK_B 1d.png")


def test_what_cannot_be_written_is_said(shown, tmp_path):
    shown.flow.save(tmp_path / "nowhere" / "chart.png")
    assert shown.said[0].startswith("Cannot write")


def test_the_clipboard_gets_the_picture(shown):
    shown.flow.copy()
    image = QGuiApplication.clipboard().image()
    assert isinstance(image, QImage) and image.width() == 2 * shown.chart.view.viewport().width()
    QGuiApplication.clipboard().clear()


def test_without_a_chart_there_is_no_picture(monkeypatch, stage):
    proposed = choose(monkeypatch, "x.png")
    stage.flow.ask()
    stage.flow.copy()
    assert proposed == []
    assert all(sentence.startswith("There is no chart yet") for sentence in stage.said)
