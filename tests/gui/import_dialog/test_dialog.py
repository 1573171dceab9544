from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.data.ingest import ingest
from engine.data.preview import preview
from engine.data.reading_rules import ReadingRules
from gui.import_dialog.dialog import ImportDialog, Phase

TEXT = "Date,Open,High,Low,Close,Last\n2020-01-31,1,2,1,1.5,2\nsoon,1,2,1,1.5,2\n"


@pytest.fixture
def dialog(qtbot) -> ImportDialog:
    made = ImportDialog()
    qtbot.addWidget(made)
    made.begin()
    return made


@pytest.fixture
def source(tmp_path) -> Path:
    (tmp_path / "x.csv").write_text(TEXT)
    return tmp_path / "x.csv"


@pytest.fixture
def asked(dialog, source):
    """Answer every look at the source as the bridge would; return what was asked."""
    looks = []

    def answer(text: str, rules: ReadingRules | None) -> None:
        looks.append((text, rules))
        chosen = rules or ReadingRules()
        dialog.show_source(Path(text), chosen, preview(Path(text), chosen), "/bars/x")

    dialog.look_requested.connect(answer)
    return looks


def test_it_begins_with_what_can_be_opened(dialog):
    assert dialog.phase is Phase.START
    assert "one per symbol" in dialog.pages.currentWidget().text()
    assert dialog.go.text() == "&Open"


def test_return_in_the_field_looks_at_the_place_once(qtbot, dialog, asked, source):
    qtbot.keyClicks(dialog.place, str(source))
    qtbot.keyClick(dialog.place, Qt.Key.Key_Return)
    assert asked == [(str(source), None)]
    assert dialog.phase is Phase.READY
    assert dialog.model.rows[0][:6] == ("X", "2020-01-31", "1", "2", "1", "1.5")
    assert dialog.model.rows[1][-1].startswith("⚠ refused: the date")
    assert "⚠ 1 of them" in dialog.caption.text()
    assert dialog.target.text() == "/bars/x"


def test_another_column_is_read_at_once(qtbot, dialog, asked, source):
    dialog.place.setText(str(source))
    dialog.go.click()
    combo = dialog.form.columns["close"]
    combo.setCurrentIndex(combo.findData("Last"))
    combo.activated.emit(combo.currentIndex())
    assert asked[-1] == (str(source), ReadingRules({"close": "Last"}))
    assert dialog.model.rows[0][5] == "2"


def test_the_import_gets_source_target_and_rules(qtbot, dialog, asked, source):
    dialog.place.setText(str(source))
    dialog.go.click()
    dialog.target.setText("/somewhere/else")
    with qtbot.waitSignal(dialog.import_requested) as told:
        dialog.go.click()
    assert told.args == [source, "/somewhere/else", ReadingRules()]
    assert dialog.phase is Phase.IMPORTING
    assert not dialog.place.isEnabled()


def test_progress_and_cancel_lead_back_to_the_preview(qtbot, dialog, asked, source):
    dialog.place.setText(str(source))
    dialog.go.click()
    dialog.go.click()
    dialog.show_progress(1, 4, "0:10")
    assert dialog.progress.label.text() == "1 of 4 · 0:10 left"
    assert dialog.progress.bar.value() == 250
    with qtbot.waitSignal(dialog.cancel_requested):
        dialog.progress.cancel.click()
    dialog.show_progress(2, 4, "0:08")
    assert dialog.progress.label.text() == "Cancelling …"
    dialog.show_cancelled()
    assert dialog.phase is Phase.READY
    assert "nothing was changed" in dialog.problem.text()


def test_closing_while_it_imports_shows_the_same_import_again(dialog, asked, source):
    dialog.place.setText(str(source))
    dialog.go.click()
    dialog.go.click()
    dialog.close()
    dialog.begin()
    assert dialog.phase is Phase.IMPORTING
    assert dialog.place.text() == str(source)


def test_the_report_can_be_copied(dialog, source, tmp_path):
    dialog.show_report(ingest(source, tmp_path / "bars"))
    assert dialog.phase is Phase.DONE
    assert dialog.report.sentence.text().startswith("⚠ 1 file in; 2 rows in, 1 written, 1 refused")
    dialog.report.copy.click()
    assert "the date cannot be read" in QGuiApplication.clipboard().text()


def test_a_report_without_refusals_has_no_table(dialog, tmp_path):
    (tmp_path / "y.csv").write_text("Date,Open,High,Low,Close\n2020-01-31,1,1,1,1\n")
    dialog.show_report(ingest(tmp_path / "y.csv", tmp_path / "bars"))
    assert dialog.report.sentence.text().startswith("✓ 1 file in")
    assert not dialog.report.table.isVisible()


def test_what_cannot_be_read_is_said_and_another_place_can_be_typed(qtbot, dialog):
    dialog.place.setText("/no/such/place")
    dialog.go.click()
    assert dialog.phase is Phase.LOOKING
    dialog.show_problem("There is nothing at /no/such/place: check the path.")
    assert dialog.phase is Phase.START
    assert dialog.problem.text() == "⚠ There is nothing at /no/such/place: check the path."
    qtbot.keyClicks(dialog.place, "x")
    dialog.go.click()
    assert dialog.phase is Phase.LOOKING


def test_a_failed_import_leaves_the_preview(dialog, asked, source):
    dialog.place.setText(str(source))
    dialog.go.click()
    dialog.go.click()
    dialog.show_problem("Cannot write /bars/x: no space left on device. Choose another place for it.")
    assert dialog.phase is Phase.READY
    assert "no space left" in dialog.problem.text()


def test_a_folder_or_file_that_is_chosen_is_looked_at(dialog, asked, source, monkeypatch, tmp_path):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(source), ""))
    dialog.file_button.click()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(source.parent))
    dialog.folder_button.click()
    assert [text for text, _ in asked] == [str(source), str(source.parent)]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    dialog.folder_button.click()
    assert len(asked) == 2


def test_what_can_have_the_focus_has_a_name(dialog, asked, source):
    dialog.place.setText(str(source))
    dialog.go.click()
    nameless = [
        widget
        for widget in dialog.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not (widget.accessibleName() or getattr(widget, "text", str)())
        and type(widget).__name__ not in ("QScrollArea", "QComboBoxListView", "QStackedWidget")
    ]
    assert nameless == []
