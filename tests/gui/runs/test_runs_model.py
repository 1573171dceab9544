from __future__ import annotations

from PySide6.QtCore import Qt

from gui.runs.runs_model import RunsModel
from gui.runs.state import run_rows


def test_the_model_keeps_qts_rules(qapp, qtmodeltester, kept, now):
    model = RunsModel(qapp)
    qtmodeltester.check(model)
    model.show(run_rows([kept(), kept("damaged", run_id="20261119T180000-abcd")], now), catches=False)
    qtmodeltester.check(model)
    assert model.row_of("20261119T180000-abcd") == 1
    assert model.row_of("other") is None
    model.deleteLater()


def test_a_look_up_has_headers_of_its_own(qapp):
    model = RunsModel(qapp)
    titles = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(4)]
    assert titles == ["When", "Scan", "Matches", "Status"]
    model.show((), catches=True)
    titles = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(4)]
    assert titles == ["Match", "Scan", "Formula", "Run"]
    model.deleteLater()
