from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from gui.formula_editor.panel import FormulaEditor
from gui.scan_form.cells import ProblemLine
from gui.scan_form.date_field import DateField
from gui.scan_form.fields import ColumnsField
from gui.scan_form.look import DARK, FormLook
from gui.scan_form.panel import FormulaSlot, ScanForm
from gui.scan_form.state import FormValues, ReadyMadeScan

SCANS = (
    ReadyMadeScan("Pullback", "Weakness inside strength.", "rsi(3) < 15", {"twice": "2 * close"}, "1d"),
    ReadyMadeScan("Climber", "On weekly bars.", "close > sma(30)", {}, "1w"),
    ReadyMadeScan("Anything", "Leaves the timeframe alone.", "close > 1"),
)

FULL = FormValues(
    formula="close > sma(close, :n)",
    symbols_text="A, B",
    timeframe="1w",
    start=date(2020, 1, 1),
    end=date(2024, 12, 31),
    last_bars=7,
    workers=3,
    data_path="/data/candles",
    columns={"twice": "2 * close"},
    parameters={"n": 20},
    name="Climber",
)

FIELDS = (
    "data_path",
    "symbols",
    "timeframe",
    "date_range",
    "last_bars",
    "workers",
    "detectors",
    "columns",
    "parameters",
    "formula",
)


@pytest.fixture
def text_box(qtbot) -> Iterator[QPlainTextEdit]:
    made = QPlainTextEdit()
    made.setAccessibleName("Formula")
    qtbot.addWidget(made)
    yield made


@pytest.fixture
def form(qtbot, text_box) -> ScanForm:
    slot = FormulaSlot(text_box, text_box.toPlainText, text_box.setPlainText, text_box.textChanged)
    made = ScanForm(slot, SCANS, cores=2)
    qtbot.addWidget(made)
    made.resize(300, 640)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def named(form: ScanForm, kind: type[QWidget], name: str) -> QWidget:
    return next(widget for widget in form.findChildren(kind) if widget.accessibleName() == name)


def sentences(form: ScanForm) -> list[str]:
    return [line.text() for line in form.findChildren(ProblemLine) if line.isVisible()]


def choose(form: ScanForm, name: str) -> None:
    template = named(form, QComboBox, "Template")
    template.setCurrentText(name)
    template.activated.emit(template.currentIndex())


@pytest.mark.parametrize("values", [FULL, FormValues()], ids=["full", "empty"])
def test_values_that_are_set_are_read_back(form, values):
    form.set_values(values)
    assert form.values() == values


def test_setting_values_is_told_once(form):
    told = []
    form.changed.connect(lambda: told.append(form.values()))
    form.set_values(FULL)
    assert told == [FULL]


def test_daily_bars_are_what_the_form_begins_with(form):
    assert form.values().timeframe == "1d"


def test_every_edit_is_told(qtbot, form, text_box):
    edits = (
        lambda: named(form, QLineEdit, "Symbols").setText("A"),
        lambda: named(form, QComboBox, "Timeframe").setCurrentIndex(2),
        lambda: named(form, DateField, "From").setText("2020"),
        lambda: named(form, QComboBox, "Matches").setCurrentIndex(1),
        lambda: named(form, QSpinBox, "Workers").setValue(5),
        lambda: text_box.setPlainText("close"),
    )
    for edit in edits:
        with qtbot.waitSignal(form.changed):
            edit()


def test_a_ready_made_scan_fills_formula_columns_and_timeframe(form):
    choose(form, "Climber")
    assert (form.values().formula, form.values().timeframe, form.values().columns) == (
        "close > sma(30)",
        "1w",
        {},
    )
    choose(form, "Pullback")
    values = form.values()
    assert (values.name, values.timeframe, values.columns) == ("Pullback", "1d", {"twice": "2 * close"})


def test_a_ready_made_scan_leaves_universe_dates_and_an_open_timeframe_alone(form):
    form.set_values(FULL)
    choose(form, "Anything")
    values = form.values()
    assert (values.timeframe, values.start, values.symbols_text) == ("1w", FULL.start, "A, B")


def test_each_ready_made_scan_explains_itself(form):
    template = named(form, QComboBox, "Template")
    assert template.itemData(1, Qt.ItemDataRole.ToolTipRole) == "Weakness inside strength."
    choose(form, "Climber")
    assert template.toolTip() == "On weekly bars."


def test_choosing_a_ready_made_scan_is_told_once(form):
    told = []
    form.changed.connect(lambda: told.append(form.values().formula))
    choose(form, "Pullback")
    assert told == ["rsi(3) < 15"]


def test_the_problem_of_a_row_that_is_not_shown_stands_above_run(form):
    form.show_problems({"parameters": "The formula needs n."})
    assert sentences(form) == ["⚠ The formula needs n."]


def test_extra_columns_are_seen_only_where_there_are_some(form):
    columns = form.findChild(ColumnsField)
    choose(form, "Pullback")
    assert columns.isVisible()
    columns.drop.click()
    assert not columns.isVisible()


def test_run_is_asked_for_with_a_click_with_return_and_with_f5(qtbot, form):
    run = named(form, QPushButton, "Run scan")
    with qtbot.waitSignal(form.run_requested):
        run.click()
    form.focus_run()
    with qtbot.waitSignal(form.run_requested):
        qtbot.keyClick(run, Qt.Key.Key_Return)
    with qtbot.waitSignal(form.run_requested):
        qtbot.keyClick(named(form, QLineEdit, "Symbols"), Qt.Key.Key_F5)


def test_no_run_is_asked_for_while_a_date_cannot_be_read(qtbot, form):
    named(form, DateField, "From").setText("soon")
    with qtbot.assertNotEmitted(form.run_requested):
        form.request_run()
    assert ["is not a date" in sentence for sentence in sentences(form)] == [True]
    assert named(form, DateField, "From").hasFocus()


def test_dates_in_the_wrong_order_are_told_as_soon_as_both_are_there(form):
    named(form, DateField, "From").setText("2024-01-02")
    named(form, DateField, "To").setText("202")
    assert sentences(form) == []
    named(form, DateField, "To").setText("2023")
    assert ["ends (2023-12-31) before it starts" in sentence for sentence in sentences(form)] == [True]
    named(form, DateField, "To").setText("")
    assert sentences(form) == []


def test_a_problem_stands_in_the_cell_of_its_field(form):
    form.set_values(FULL)
    form.show_problems({field: f"{field} is wrong." for field in FIELDS})
    assert set(sentences(form)) == {f"⚠ {field} is wrong." for field in FIELDS}
    symbols = named(form, QLineEdit, "Symbols")
    assert symbols.accessibleDescription() == "symbols is wrong."
    assert symbols.parent().findChild(ProblemLine).text() == "⚠ symbols is wrong."


def test_a_problem_of_no_field_is_not_lost(form):
    form.show_problems({"pool": "The workers could not start."})
    assert sentences(form) == ["⚠ The workers could not start."]


def test_editing_a_field_takes_its_problem_away_and_leaves_the_others(form):
    form.show_problems({"symbols": "No such symbol.", "workers": "Too many."})
    named(form, QLineEdit, "Symbols").setText("A")
    assert sentences(form) == ["⚠ Too many."]


def test_the_first_problem_gets_the_focus(form):
    form.show_problems({"workers": "Too many.", "symbols": "No such symbol."})
    assert named(form, QLineEdit, "Symbols").hasFocus()


def test_while_a_scan_runs_only_cancel_can_be_pressed(qtbot, form):
    run, cancel = named(form, QPushButton, "Run scan"), named(form, QPushButton, "Cancel")
    form.focus_run()
    form.set_running(True)
    assert (run.isEnabled(), cancel.isEnabled(), cancel.hasFocus()) == (False, True, True)
    with qtbot.assertNotEmitted(form.run_requested):
        form.request_run()
    with qtbot.waitSignal(form.cancel_requested):
        cancel.click()
    form.set_running(False)
    assert (run.isEnabled(), cancel.isEnabled(), run.hasFocus()) == (True, False, True)


def test_the_focus_stays_in_a_field_when_a_scan_starts(form):
    symbols = named(form, QLineEdit, "Symbols")
    symbols.setFocus()
    form.set_running(True)
    assert symbols.hasFocus()


def test_other_data_is_asked_for_by_the_universes_button(qtbot, form):
    with qtbot.waitSignal(form.data_requested):
        form._rows.universe.button.click()


def test_another_place_of_data_takes_the_old_ones_problem_away(form):
    form.show_problems({"data_path": "There is no folder /data/old."})
    form.set_data_path("/data/other")
    assert form.values().data_path == "/data/other"
    assert form.cell("data_path").problem.text() == ""


def test_the_universe_is_described_in_label_and_dates(form):
    form.set_universe("Demo universe", date(2016, 11, 21), date(2026, 11, 20), 500)
    assert form._rows.universe.description() == "Demo universe, 500 symbols"
    assert "2016-11-21" in named(form, DateField, "From").toolTip()
    assert "2026-11-20" in named(form, DateField, "To").toolTip()


def test_an_empty_universe_says_what_it_is(form):
    form.set_universe("Empty folder", None, None, 0)
    assert form._rows.universe.description() == "Empty folder, 0 symbols"


def test_the_look_reaches_problems_and_buttons(form):
    picture = QPixmap(16, 16)
    picture.fill(QColor("red"))
    form.set_look(FormLook(DARK.error, QIcon(picture), QIcon(picture), QIcon(picture)))
    assert {line.palette().windowText().color().name() for line in form.findChildren(ProblemLine)} == {
        DARK.error
    }
    buttons = ("Run scan", "Cancel", "Universe: open other data")
    assert not any(named(form, QAbstractButton, name).icon().isNull() for name in buttons)


def test_a_screen_reader_has_a_name_for_everything_that_takes_the_focus(form):
    form.set_values(FULL)
    nameless = [
        repr(widget)
        for widget in form.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.isVisibleTo(form)
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []


def test_every_label_leads_to_a_field_by_a_letter_of_its_own(form):
    labels = [label for label in form.findChildren(QLabel) if label.buddy() is not None]
    letters = [label.text().lower().split("&")[1][0] for label in labels]
    assert len(labels) == 11
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize("values", [FULL, FormValues()], ids=["full", "empty"])
def test_nothing_is_cut_off_at_300_pixels(qtbot, form, values):
    form.set_values(values)
    form.set_universe("A universe with a rather long name", date(2016, 11, 21), date(2026, 11, 20), 123_456)
    form.show_problems(dict.fromkeys(FIELDS, "A sentence that is long enough to need a second line."))
    assert form.minimumSizeHint().width() <= 300
    form.resize(300, form.height())
    assert form.width() == 300
    outside = [
        repr(widget)
        for widget in form.findChildren(QWidget)
        if widget.isVisible() and widget.mapTo(form, widget.rect().topRight()).x() >= 300
    ]
    assert outside == []


def test_tab_goes_through_the_form_from_top_to_bottom(qtbot, form, text_box):
    text_box.setTabChangesFocus(True)
    named(form, QComboBox, "Template").setFocus()
    visited = ["Template"]
    for _ in range(11):
        qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        visited.append(form.focusWidget().accessibleName())
    assert visited == [
        "Template",
        "Universe: open other data",
        "Symbols",
        "Timeframe",
        "From",
        "To",
        "Matches",
        "Workers",
        "Detectors",
        "Add a formula",
        "Formula",
        "Run scan",
    ]


def test_a_ready_made_scan_with_another_formula_loses_its_name(form, text_box):
    choose(form, "Pullback")
    text_box.setPlainText("rsi(3) < 20")
    assert form.values().name == ""
    assert named(form, QComboBox, "Template").currentIndex() == 0


def test_a_scan_of_ones_own_keeps_its_name_while_it_is_edited(form, text_box):
    form.set_values(FormValues(formula="close > 1", name="Mine"))
    text_box.setPlainText("close > 2")
    assert form.values().name == "Mine"


@pytest.fixture
def whole(qtbot) -> Iterator[tuple[ScanForm, FormulaEditor]]:
    editor = FormulaEditor()
    made = ScanForm(FormulaSlot(editor, editor.text, editor.set_text, editor.text_changed), SCANS)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    yield made, editor


def test_the_formula_editor_fits_into_the_form(qtbot, whole):
    form, editor = whole
    choose(form, "Pullback")
    assert editor.text() == form.values().formula == "rsi(3) < 15"
    form.show_problems({"formula": "Too deep."})
    assert editor.focusProxy().hasFocus()
    with qtbot.waitSignal(form.changed):
        qtbot.keyClicks(editor.focusProxy(), " ")
    assert sentences(form) == []


def test_tab_passes_through_the_formula_editor(qtbot, whole):
    form, editor = whole
    editor.focusProxy().setFocus()
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
    assert form.focusWidget().accessibleName() == "Run scan"
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Backtab)
    assert form.focusWidget().accessibleName() == "Formula"


def parameter(form: ScanForm, name: str) -> QLineEdit:
    return form.findChild(QLineEdit, name)


def test_a_parameter_of_the_formula_gets_a_line_of_its_own(form, text_box):
    text_box.setPlainText("close > sma(close, :n) and rsi(14) < :Low")
    parameter(form, "n").setText("20")
    parameter(form, "low").setText("32,5")
    assert form.values().parameters == {"n": 20, "low": 32.5}
    assert parameter(form, "n").isVisible()


def test_a_number_is_kept_while_its_parameter_is_away(form, text_box):
    text_box.setPlainText("close > sma(close, :n)")
    parameter(form, "n").setText("20")
    text_box.setPlainText("close > sma(close, :")
    assert form.values().parameters == {}
    text_box.setPlainText("close > sma(close, :n)")
    assert form.values().parameters == {"n": 20}


def test_a_parameter_without_a_number_is_asked_for_at_its_line(qtbot, form, text_box):
    text_box.setPlainText("close > sma(close, :n)")
    with qtbot.assertNotEmitted(form.run_requested):
        form.request_run()
    assert sentences(form) == ["⚠ Type a number for n."]
    assert parameter(form, "n").hasFocus()


def test_what_is_no_number_is_told_as_it_is_typed(form, text_box):
    text_box.setPlainText("close > sma(close, :n)")
    parameter(form, "n").setText("2x")
    assert sentences(form) == ["⚠ '2x' is not a number. Type it as 20, 1.5 or 1,5."]
    parameter(form, "n").setText("20")
    assert sentences(form) == []


def test_a_parameter_of_an_extra_column_is_asked_for_too(form):
    form.set_values(FormValues(formula="close > 1", columns={"x": "roc(close, :days)"}))
    assert parameter(form, "days").isVisible()
