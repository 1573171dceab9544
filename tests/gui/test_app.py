"""The whole window, built as the program builds it, as its user meets it. Nothing here is faked but the screen."""

from __future__ import annotations

import csv
import os
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import pytest
from odd_formula_services import SPIN, OddFormulaService
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from engine.cli.main import main as command_line
from engine.data.repository import InMemoryCandleRepository
from engine.scan import chunk_worker
from engine.scan.processing import ProcessingEngine
from engine.scan.results import ScanResult
from gui.actions import ACTIONS
from gui.bridge.scan_state import ScanState
from gui.import_dialog.dialog import Phase
from gui.palette.panel import CommandPalette
from gui.scan_form.cells import ProblemLine

FORMULA = "close > sma(close, 50) and cross_above(rsi(close, 14), 50)"


def flat(first_close: float) -> pd.DataFrame:
    prices = dict.fromkeys(("open", "high", "low", "close"), first_close)
    return pd.DataFrame({"timestamp": pd.bdate_range("2020-01-01", periods=5), **prices, "volume": 1.0})


@pytest.fixture
def spinning(qtbot, build, monkeypatch):
    """A scan in which twenty symbols match at once and two spin for ever, each on a processor of its own."""
    frames = {f"A{number:02d}": flat(10.0) for number in range(20)}
    frames |= {"SPINS1": flat(SPIN), "SPINS2": flat(SPIN)}
    engine = partial(ProcessingEngine, formula_service=OddFormulaService())
    monkeypatch.setattr("gui.bridge.scan_bridge.ProcessingEngine", engine)
    candlewick = build(workers=2)
    with InMemoryCandleRepository(frames) as repository:
        with qtbot.waitSignal(candlewick.data_flow.ready):
            candlewick.open(repository.address)
        candlewick.editor.set_text("close > 0")
        candlewick.form.request_run()
        qtbot.waitUntil(lambda: candlewick.results.model.rowCount() == 100)
        yield candlewick
        candlewick.bridge.cancel()
        qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)


def scan(qtbot, candlewick, formula: str = FORMULA) -> ScanResult:
    """Run the scan as the F5 key does and return its result, with the chart of the first row shown."""
    candlewick.editor.set_text(formula)
    with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
        QTest.keyClick(candlewick.window, Qt.Key.Key_F5)
    (result,) = finished.args
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)
    if result.matches.num_rows:
        qtbot.waitUntil(lambda: candlewick.chart.data is not None)
    return result


def row(candlewick) -> tuple[str, np.datetime64]:
    view = candlewick.results.view
    return candlewick.results.model.match_of(view.current_id)


def shows(candlewick, symbol: str, moment: np.datetime64) -> bool:
    chart = candlewick.chart
    if chart.data is None or chart.data.symbol != symbol or chart.state.focus is None:
        return False
    return bool(chart.data.bars.timestamp[chart.state.focus] == moment)


def sentences(candlewick) -> list[str]:
    return [line.text() for line in candlewick.form.findChildren(ProblemLine) if not line.isHidden()]


def test_a_scan_from_the_form_fills_table_chart_and_status_bar(qtbot, candlewick):
    result = scan(qtbot, candlewick)
    assert result.summary.complete and result.matches.num_rows > 20
    assert candlewick.results.model.rowCount() == result.matches.num_rows
    assert shows(candlewick, *row(candlewick))
    assert candlewick.progress.label.text().startswith(f"{result.matches.num_rows:,} matches in ")
    assert not candlewick.progress.bar.isVisible()
    told = " ".join(label.text() for label in candlewick.window.statusBar().findChildren(QLabel))
    assert "Demo (synthetic) · 12 symbols" in told


def test_the_newest_match_comes_first_and_among_equals_the_symbol_decides(qtbot, candlewick):
    scan(qtbot, candlewick)
    shown = candlewick.results.visible_table()
    keys = list(
        zip(
            (-moment.timestamp() for moment in shown.column("timestamp").to_pylist()),
            shown.column("symbol").to_pylist(),
            strict=True,
        )
    )
    assert keys == sorted(keys)
    assert candlewick.results.view.currentIndex().row() == 0
    headers = [candlewick.results.model.headerData(place, Qt.Orientation.Horizontal) for place in range(2)]
    assert headers == ["Symbol ▲²", "Date ▼¹"]


def test_the_scan_runs_in_other_processes(qtbot, candlewick, monkeypatch):
    def not_here(*_arguments):
        raise AssertionError("the window's own process opened the scan")

    # Only a scan that takes a moment does without them.
    monkeypatch.setattr("engine.scan.processing.is_light", lambda *_arguments, **_more: False)
    monkeypatch.setattr(chunk_worker, "open_scan", not_here)
    result = scan(qtbot, candlewick)
    assert result.summary.symbols["ok"] == 12
    assert result.matches.num_rows > 20


def test_arrow_keys_flip_the_chart_to_the_symbol_and_the_bar_of_the_row(qtbot, candlewick):
    scan(qtbot, candlewick)
    candlewick.results.view.setFocus()
    symbols = set()
    for key in [Qt.Key.Key_Down] * 12 + [Qt.Key.Key_Up] * 5:
        QTest.keyClick(candlewick.results.view, key)
        symbol, _ = row(candlewick)
        qtbot.waitUntil(lambda: shows(candlewick, *row(candlewick)))
        assert candlewick.chart.current_bar == candlewick.chart.state.focus
        symbols.add(symbol)
    assert candlewick.results.view.currentIndex().row() == 7
    assert len(symbols) > 1


def test_ten_matches_of_the_exported_file_are_right_in_the_window(qtbot, candlewick, tmp_path):
    result = scan(qtbot, candlewick)
    exported = tmp_path / "matches.csv"
    with qtbot.waitSignal(candlewick.export_flow.told):
        candlewick.export_flow.write(result.matches, result.timeframe, exported, complete=True)
    with exported.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    step = len(lines) // 10
    for line in lines[::step][:10]:
        wanted = (line["symbol"], np.datetime64(line["timestamp"], "us"))
        place = next(
            place
            for place in range(len(lines))
            if candlewick.results.model.match_of(candlewick.results.model.row_id(place)) == wanted
        )
        candlewick.results.view.go_to(place)
        qtbot.waitUntil(lambda wanted=wanted: shows(candlewick, *wanted))
        chart = candlewick.chart
        bar = chart.state.focus
        assert bar in chart.data.signals
        series = {series.name: series for series in chart.data.series}
        rsi, average = series["rsi(close, 14)"], series["sma(close, 50)"]
        assert rsi.values[bar] == float(line["rsi(close, 14)"])
        assert average.values[bar] == float(line["sma(close, 50)"])
        assert chart.data.bars.close[bar] == float(line["close"])
        assert f"rsi(close, 14) {float(line['rsi(close, 14)']):.2f}" in chart.view.legend_text()
        assert [plot.place for plot in chart.view.plots] == ["price", "volume", "own"]
        price, _, below = chart.view.plots
        assert "sma(close, 50)" in legend(price)
        assert "rsi(close, 14)" in legend(below)
        assert below.rect.top() > price.rect.bottom()
        # The mark stands on its bar: the bar's column of pixels lies inside the plot.
        assert 0 <= chart.view.column(bar) < price.rect.width()


def legend(plot) -> str:
    return " ".join(piece.text for line in plot.legend.lines for piece in line)


def test_the_exported_file_has_the_bytes_of_the_command_line(qtbot, candlewick, universe, tmp_path):
    result = scan(qtbot, candlewick)
    with qtbot.waitSignal(candlewick.export_flow.told):
        candlewick.export_flow.write(
            result.matches, result.timeframe, tmp_path / "window.csv", complete=result.summary.complete
        )
    arguments = ["scan", "--data", str(universe), "--formula", FORMULA, "--backend", "inline"]
    assert command_line([*arguments, "--out", str(tmp_path / "cli.csv")]) == 0
    assert (tmp_path / "window.csv").read_bytes() == (tmp_path / "cli.csv").read_bytes()


def test_the_visible_rows_are_exported_as_they_are_shown(qtbot, candlewick, tmp_path):
    scan(qtbot, candlewick)
    closes = candlewick.scan_flow.result.matches.column("close").to_pylist()
    candlewick.results.set_filter(f"close>{sorted(closes)[len(closes) // 2]}")
    shown = candlewick.results.visible_table()
    assert 0 < shown.num_rows < candlewick.scan_flow.result.matches.num_rows
    with qtbot.waitSignal(candlewick.export_flow.told):
        candlewick.export_flow.write(shown, "1d", tmp_path / "visible.csv", complete=True)
    with (tmp_path / "visible.csv").open(newline="", encoding="utf-8") as file:
        written = [line["symbol"] for line in csv.DictReader(file)]
    assert written == shown.column("symbol").to_pylist()


def test_a_cancel_ends_symbols_that_really_spin_and_keeps_the_others(qtbot, spinning):
    assert spinning.bridge.state is ScanState.RUNNING
    assert spinning.actions["cancel"].isEnabled() and not spinning.actions["run"].isEnabled()
    with qtbot.waitSignal(spinning.scan_flow.finished) as finished:
        QTest.keyClick(spinning.window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
        assert spinning.bridge.state is ScanState.CANCELLING
    (result,) = finished.args
    qtbot.waitUntil(lambda: spinning.bridge.state is ScanState.IDLE)
    assert (result.summary.symbols["ok"], result.summary.symbols["cancelled"]) == (20, 2)
    assert not result.summary.complete
    assert spinning.results.model.rowCount() == 100
    assert "2 cancelled" in spinning.progress.label.text()
    assert spinning.actions["run"].isEnabled() and not spinning.actions["cancel"].isEnabled()


def test_the_time_limit_ends_symbols_that_really_spin(qtbot, build, universe, monkeypatch):
    engine = partial(ProcessingEngine, formula_service=OddFormulaService())
    monkeypatch.setattr("gui.bridge.scan_bridge.ProcessingEngine", engine)
    made = build(timeout_seconds=1.5)
    with InMemoryCandleRepository({"FINE": flat(10.0), "SPINS": flat(SPIN)}) as repository:
        with qtbot.waitSignal(made.data_flow.ready):
            made.open(repository.address)
        result = scan(qtbot, made, "close > 0")
    assert (result.summary.symbols["ok"], result.summary.symbols["timeout"]) == (1, 1)
    (entry,) = made.problems.model.entries
    assert "SPINS" in str(entry) and "longer than 1.5 s" in str(entry)


def test_a_partial_result_is_exported_under_a_name_that_says_so(qtbot, candlewick, tmp_path):
    result = scan(qtbot, candlewick)
    with qtbot.waitSignal(candlewick.export_flow.told) as told:
        candlewick.export_flow.write(result.matches, "1d", tmp_path / "matches.csv", complete=False)
    assert "matches.partial.csv" in told.args[0]
    assert [path.name for path in tmp_path.glob("*.csv")] == ["matches.partial.csv"]


def test_closing_the_window_in_mid_scan_leaves_no_process_and_no_thread(qtbot, spinning):
    # The window's own workers: pools of other tests may still be open in this process.
    qtbot.waitUntil(lambda: len(spinning.bridge.worker_pids()) >= 2)
    children = spinning.bridge.worker_pids()
    spinning.window.close()
    assert spinning.shut_down()
    qtbot.waitUntil(lambda: not any(is_there(child) for child in children))


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_second_f5_while_a_scan_runs_changes_nothing(spinning):
    run = spinning.bridge.run_number
    QTest.keyClick(spinning.window, Qt.Key.Key_F5)
    spinning.scan_flow.run()
    assert spinning.bridge.run_number == run


def test_matches_can_be_inspected_while_the_scan_runs(qtbot, spinning):
    assert spinning.actions["next_match"].isEnabled()
    assert not spinning.actions["export"].isEnabled()
    QTest.keyClick(spinning.window, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shows(spinning, *row(spinning)))
    assert spinning.bridge.state is ScanState.RUNNING


@pytest.mark.parametrize(
    ("fill", "field", "words"),
    [
        pytest.param({"symbols_text": "NOSUCH"}, "symbols", "NOSUCH", id="unknown symbol"),
        pytest.param({"symbols_text": "@no_such_list.txt"}, "symbols", "no symbol list", id="no list"),
        pytest.param({"start": "2024-05-01", "end": "2020-01-01"}, "date_range", "swap", id="dates swapped"),
        pytest.param({"data_path": "/no/such/folder"}, "data_path", "There is no folder", id="no folder"),
        pytest.param({"columns": {"x": "rsi("}}, "columns", "x", id="bad column"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(qtbot, candlewick, fill, field, words):
    values = {
        key: date.fromisoformat(value) if key in ("start", "end") else value for key, value in fill.items()
    }
    candlewick.form.set_values(replace(candlewick.form.values(), **values))
    QTest.keyClick(candlewick.window, Qt.Key.Key_F5)
    cell = candlewick.form.cell(field)
    qtbot.waitUntil(lambda: words in cell.problem.text())
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)
    assert sentences(candlewick) == [cell.problem.text()]
    assert cell.field.accessibleDescription() == cell.problem.text().removeprefix("⚠ ")


def test_a_formula_that_cannot_run_is_marked_in_the_editor(qtbot, candlewick):
    candlewick.editor.set_text("close > smaa(close, 20)")
    with qtbot.waitSignal(candlewick.scan_flow.failed):
        QTest.keyClick(candlewick.window, Qt.Key.Key_F5)
    (problem,) = candlewick.editor.problems()
    assert problem.fix == "sma"
    assert sentences(candlewick) == []


def test_an_unexpected_exception_lands_among_the_problems_and_the_window_goes_on(
    qtbot, candlewick, monkeypatch
):
    def broken(*_arguments):
        raise ZeroDivisionError("a bug of ours")

    with monkeypatch.context() as patch:
        patch.setattr("gui.bridge.scan_bridge.open_repository", broken)
        with qtbot.waitSignal(candlewick.scan_flow.failed):
            candlewick.form.request_run()
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)
    (entry,) = candlewick.problems.model.entries
    assert "a bug of ours" in str(entry)
    assert candlewick.window.panel_title("problems") == "Problems (1)"
    assert scan(qtbot, candlewick).summary.complete


def test_a_bug_in_background_work_lands_among_the_problems(qtbot, candlewick, monkeypatch, tmp_path):
    def broken(*_arguments, **_named):
        raise ZeroDivisionError("an exporter's bug")

    result = scan(qtbot, candlewick)
    monkeypatch.setattr("gui.flows.export_flow.export", broken)
    with qtbot.waitSignal(candlewick.export_flow.failed):
        candlewick.export_flow.write(result.matches, "1d", tmp_path / "x.csv", complete=True)
    assert "an exporter's bug" in str(candlewick.problems.model.entries[0])


def test_a_scan_without_matches_says_what_to_do_and_shows_no_chart(qtbot, candlewick):
    scan(qtbot, candlewick)
    result = scan(qtbot, candlewick, "close < 0")
    assert result.matches.num_rows == 0
    assert candlewick.chart.data is None
    words = " ".join(label.text() for label in candlewick.results.view.findChildren(QLabel))
    assert "No matches in 12 symbols." in words


def test_the_menu_ticks_what_the_price_scale_does(qtbot, candlewick):
    scan(qtbot, candlewick)
    fits, is_log = candlewick.actions["auto_scale"], candlewick.actions["log_scale"]
    assert (fits.isChecked(), is_log.isChecked()) == (True, False)
    is_log.trigger()
    assert (fits.isChecked(), is_log.isChecked()) == (True, True)
    QTest.keyClick(candlewick.chart, Qt.Key.Key_A)
    assert (fits.isChecked(), is_log.isChecked()) == (False, True)
    fits.trigger()
    assert candlewick.chart.state.auto_scale and fits.isChecked()


def test_the_tick_of_the_auto_scale_stays_where_there_is_no_chart(candlewick):
    candlewick.actions["auto_scale"].trigger()
    assert candlewick.actions["auto_scale"].isChecked()


def _ground(widget: QWidget) -> QColor:
    """Return the colour that most of a widget has; a single pixel may be part of a letter."""
    picture = widget.grab().toImage()
    seen = Counter(
        picture.pixel(x, y) for x in range(0, picture.width(), 4) for y in range(0, picture.height(), 4)
    )
    return QColor(seen.most_common(1)[0][0])


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_the_theme_changes_everywhere_at_once(qtbot, candlewick, choice):
    scan(qtbot, candlewick)
    other = "light" if choice == "dark" else "dark"
    candlewick.actions[f"theme_{other}"].trigger()
    candlewick.actions[f"theme_{choice}"].trigger()
    assert candlewick.actions[f"theme_{choice}"].isChecked()
    is_dark = choice == "dark"
    qtbot.waitUntil(lambda: (candlewick.form.palette().window().color().lightness() < 128) == is_dark)
    for widget in (candlewick.chart, candlewick.results.view, candlewick.editor, candlewick.form):
        assert (_ground(widget).lightness() < 128) == is_dark, widget


def test_the_look_and_the_table_come_back_in_the_next_window(qtbot, build, universe):
    first = build()
    with qtbot.waitSignal(first.data_flow.ready):
        first.open(str(universe))
    scan(qtbot, first)
    first.actions["theme_dark"].trigger()
    first.results.view.setColumnWidth(2, 177)
    first.window.close()
    second = build()
    assert second.theme_switch.choice == "dark"
    with qtbot.waitSignal(second.data_flow.ready):
        second.open(str(universe))
    scan(qtbot, second)
    assert second.results.view.columnWidth(2) == 177
    second.window.close()
    # A change of the settings counts for more than an older click.
    assert build(theme="system").theme_switch.choice == "system"


def test_every_widget_that_takes_the_focus_has_a_name_for_screen_readers(qtbot, candlewick):
    scan(qtbot, candlewick)
    unnamed = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in candlewick.window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not spoken_name(widget)
    ]
    assert unnamed == []


@pytest.mark.parametrize("name", ["shortcuts", "about", "choose_watch_list", "palette"])
def test_every_widget_of_a_dialog_has_a_name_for_screen_readers(qtbot, candlewick, name):
    before = set(candlewick.window.findChildren(QWidget))
    candlewick.actions[name].trigger()
    added = [widget for widget in candlewick.window.findChildren(QWidget) if widget not in before]
    opened = added or candlewick.window.findChildren(CommandPalette)
    assert opened
    assert [name for each in opened for name in unnamed_within(each)] == []
    for dialog in candlewick.window.findChildren(QDialog):
        dialog.reject()


def test_every_page_of_the_import_has_names_for_screen_readers(qtbot, candlewick, tmp_path):
    source = tmp_path / "bars.csv"
    lines = [f"2024-01-0{day},AAA,1,2,0.5,1.5,100" for day in range(1, 6)]
    source.write_text("\n".join(["date,symbol,open,high,low,close,volume", *lines, "nonsense,AAA,1,2,1,2,3"]))
    dialog = candlewick.own_data.dialog
    candlewick.actions["open_data"].trigger()
    assert_can_be_spoken(dialog)
    dialog.place.setText(str(source))
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.phase is Phase.READY)
    assert_can_be_spoken(dialog)
    dialog.target.setText(str(tmp_path / "imported"))
    dialog.go.click()
    assert dialog.phase is Phase.IMPORTING
    assert_can_be_spoken(dialog)
    qtbot.waitUntil(lambda: dialog.phase is Phase.DONE)
    assert_can_be_spoken(dialog)
    dialog.close()


def test_the_lists_beside_the_window_have_names_for_screen_readers(candlewick):
    candlewick.actions["data_quality"].trigger()
    candlewick.left_flow.list.show_symbols([("AAA", "2026-11-19")])
    candlewick.left_flow.show_list()
    for dialog in (candlewick.own_data.list, candlewick.left_flow.list):
        assert_can_be_spoken(dialog)
        dialog.close()


def assert_can_be_spoken(dialog: QDialog) -> None:
    """Check that a window is open, has a name, and that so has all in it that can have the focus."""
    assert dialog.isVisible()
    assert dialog.windowTitle()
    assert any(widget.focusPolicy() != Qt.FocusPolicy.NoFocus for widget in dialog.findChildren(QWidget))
    assert unnamed_within(dialog) == []


def unnamed_within(window: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in (window, *window.findChildren(QWidget))
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not spoken_name(widget)
    ]


def test_tab_goes_round_the_whole_window_and_back(qtbot, candlewick):
    scan(qtbot, candlewick)
    candlewick.window.activateWindow()
    qtbot.waitUntil(candlewick.window.isActiveWindow)
    candlewick.form.focus_run()
    start = QApplication.focusWidget()
    met = [start]
    while len(met) < 200:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() is start:
            break
        met.append(QApplication.focusWidget())
    assert QApplication.focusWidget() is start
    assert {
        candlewick.editor.focusProxy() or candlewick.editor,
        candlewick.chart,
        candlewick.results.view,
    } <= set(met)


def spoken_name(widget: QWidget) -> str:
    found: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name) if found is not None else ""


def test_no_shortcut_means_two_things(candlewick):
    meant: dict[str, str] = {}
    for spec in ACTIONS:
        for sequence in candlewick.actions[spec.id].shortcuts():
            key = sequence.toString(QKeySequence.SequenceFormat.PortableText)
            assert key not in meant, f"{key} means {meant.get(key)} and {spec.id}"
            meant[key] = spec.id
    assert meant["F5"] == "run"


def test_every_letter_after_alt_leads_to_one_place(candlewick):
    texts = [action.text() for action in candlewick.window.menuBar().actions()]
    texts += [label.text() for label in candlewick.form.findChildren(QLabel) if label.buddy() is not None]
    letters = [text.split("&")[1][0].lower() for text in texts if "&" in text]
    assert len(set(letters)) == len(letters), sorted(letters)


@pytest.mark.parametrize("focus", ["editor", "symbols", "filter", "table", "chart"])
def test_every_shortcut_works_wherever_the_focus_is(qtbot, candlewick, focus):
    candlewick.window.activateWindow()
    qtbot.waitUntil(candlewick.window.isActiveWindow)
    candlewick.editor.set_text("")  # F1 and F8 mean something else on a word or a problem
    places = {
        "editor": candlewick.editor,
        "symbols": candlewick.form.cell("symbols").field,
        "filter": candlewick.results.filter_bar.box,
        "table": candlewick.results.view,
        "chart": candlewick.chart,
    }
    heard = []
    for spec in ACTIONS:
        action = candlewick.actions[spec.id]
        action.triggered.disconnect()
        action.setEnabled(True)
        action.triggered.connect(partial(heard.append, spec.id))
    candlewick.editor.run_requested.connect(partial(heard.append, "run"))
    for spec in ACTIONS:
        for keys in spec.keys:
            places[focus].setFocus()
            combination = QKeySequence(keys)[0]
            QTest.keyClick(QApplication.focusWidget(), combination.key(), combination.keyboardModifiers())
            assert heard == [spec.id], f"{keys} did {heard}"
            heard.clear()


def test_f1_on_a_name_in_the_formula_explains_it(qtbot, candlewick):
    candlewick.window.activateWindow()
    qtbot.waitUntil(candlewick.window.isActiveWindow)
    candlewick.editor.set_text("rsi(close, 14) < 30")
    candlewick.editor.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Home)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F1)
    box = QApplication.activeModalWidget() or QApplication.activePopupWidget()
    assert box is not None and box.windowTitle() == "rsi"
    box.close()
