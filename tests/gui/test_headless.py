from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from gui import headless
from gui.headless import run_headless


@pytest.fixture
def run(build, universe, tmp_path):
    def start(data=None, formula=None, folder=None):
        made = build()
        if formula is not None:
            made.editor.set_text(formula)
        return run_headless(QApplication.instance(), made, folder or tmp_path / "out", str(data or universe))

    return start


def test_matches_and_picture_are_written_and_the_summary_told(run, tmp_path, capsys):
    assert run(formula="cross_above(rsi(close, 14), 50)") == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"matches.csv", "window.png"}
    assert "matches in 12 of 12 symbols" in capsys.readouterr().err


def test_the_picture_waits_for_the_run_in_the_list_and_for_what_is_known_of_the_data(
    build, universe, tmp_path
):
    made = build()
    assert run_headless(QApplication.instance(), made, tmp_path / "out", str(universe)) == 0
    assert made.runs.current().run_id == made.scan_flow.run_id
    assert made.own_data.quality.is_settled


def test_a_scan_without_matches_is_a_result_too(run, tmp_path):
    assert run(formula="close < 0") == 0
    assert (tmp_path / "out" / "matches.csv").read_text(encoding="utf-8").count("\n") == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"formula": "clsoe > 1"}, "close", id="formula"),
        pytest.param({"data": "/no/such/folder"}, "There is no folder", id="data"),
    ],
)
def test_what_keeps_the_scan_from_running_is_told_at_once(run, tmp_path, capsys, given, words):
    assert run(**given) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_told(run, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert run(folder=tmp_path / "file" / "out") == 1
    assert "Cannot write" in capsys.readouterr().err


def test_a_scan_that_does_not_end_is_given_up(run, monkeypatch, capsys):
    monkeypatch.setattr(headless, "LIMIT_MILLISECONDS", 1)
    assert run() == 1
    assert "did not finish" in capsys.readouterr().err
