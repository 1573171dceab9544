"""The results panel as its user meets it: keys, clicks, filter, streaming."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.results.panel import ResultsPanel

SYMBOL, DAY, CLOSE, RSI, TREND = range(5)
DAY_ONE = np.datetime64("2020-01-01", "us")


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def batch(symbols, rsi, trend=None):
    count = len(symbols)
    return pa.table(
        {
            "symbol": pa.array(symbols, pa.string()),
            "timestamp": pa.array(DAY_ONE + np.arange(count).astype("timedelta64[D]")),
            "close": pa.array([10.0 + place for place in range(count)]),
            "rsi(close, 14)": pa.array(rsi, pa.float64()),
            "trend": pa.array(trend or [True] * count, pa.bool_()),
        }
    )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def panel(qtbot, clock):
    fresh = ResultsPanel(clock=clock)
    qtbot.addWidget(fresh)
    fresh.resize(700, 300)
    with qtbot.waitExposed(fresh):
        fresh.show()
    return fresh


@pytest.fixture
def filled(panel):
    panel.begin(("rsi(close, 14)", "trend"), total_symbols=240)
    panel.append(batch(["BBB", "AAA", "CCC", "AAA"], [20.0, 30.0, None, 10.0]))
    return panel


def symbols(panel):
    return panel.visible_table().column("symbol").to_pylist()


def press(panel, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(panel.view, key, modifier)


# ---------------------------------------------------------------------------------------- the inspection loop


def test_the_current_row_is_announced_with_symbol_moment_and_id(filled, qtbot):
    with qtbot.waitSignal(filled.match_selected) as selected:
        filled.select_first()
    assert selected.args == ["BBB", DAY_ONE, 0]


def test_a_row_is_selected_whatever_keys_are_held(filled):
    QTest.keyPress(filled, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.ControlModifier
    for row in (2, 0, 0):
        filled.view.go_to(row)
        assert filled.view.selected_ids.tolist() == [filled.model.row_id(row)]


def test_arrow_down_announces_the_next_row(filled, qtbot):
    filled.select_first()
    with qtbot.waitSignal(filled.match_selected) as selected:
        press(filled, Qt.Key.Key_Down)
    assert selected.args == ["AAA", DAY_ONE + np.timedelta64(1, "D"), 1]


def test_stepping_stays_inside_the_table(filled):
    filled.step(1)
    assert filled.view.current_id == 0
    filled.step(-5)
    assert filled.view.current_id == 0
    filled.step(99)
    assert filled.view.current_id == 3


def test_a_symbol_is_gone_to_at_its_first_shown_row_and_announced_even_where_one_is(filled, qtbot):
    filled.set_filter("rsi<25")
    with qtbot.waitSignal(filled.match_selected) as selected:
        assert filled.go_to_symbol("AAA")
    assert (selected.args[0], selected.args[2]) == ("AAA", 3)
    with qtbot.waitSignal(filled.match_selected):
        assert filled.go_to_symbol("AAA")


def test_a_symbol_that_the_filter_hides_or_nobody_has_is_not_gone_to(filled, qtbot):
    filled.set_filter("rsi<25")
    with qtbot.assertNotEmitted(filled.match_selected):
        assert not filled.go_to_symbol("CCC")
        assert not filled.go_to_symbol("ZZZ")


def test_stepping_through_an_empty_table_does_nothing(panel, qtbot):
    with qtbot.assertNotEmitted(panel.match_selected):
        panel.step(1)
        panel.select_first()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_activates_the_current_row(filled, qtbot, key):
    filled.select_first()
    with qtbot.waitSignal(filled.match_activated) as activated:
        press(filled, key)
    assert activated.args[0::2] == ["BBB", 0]


def test_a_double_click_activates_the_row_under_it(filled, qtbot):
    place = filled.view.visualRect(filled.model.index(2, 0)).center()
    viewport = filled.view.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    with qtbot.waitSignal(filled.match_activated) as activated:
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert activated.args[2] == 2


def test_space_marks_the_selected_rows_as_seen_and_unmarks_them(filled):
    filled.select_first()
    press(filled, Qt.Key.Key_Space)
    assert filled.model.is_seen(0)
    assert filled.footer.text.endswith("1 seen")
    press(filled, Qt.Key.Key_Space)
    assert not filled.model.is_seen(0)


def test_copy_takes_the_visible_columns_of_the_selected_rows_with_or_without_headers(filled):
    filled.layout_of_columns.show_column(DAY, shown=False)
    filled.layout_of_columns.show_column(TREND, shown=False)
    filled.view.horizontalHeader().moveSection(0, 4)
    filled.step(1)
    press(filled, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "10\t20\tBBB\n"
    filled.view.selectAll()
    press(filled, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Close\trsi(close, 14)\tSymbol"
    assert len(lines) == 5


# ---------------------------------------------------------------------------------------- order
def test_header_clicks_sort_up_down_and_back_to_scan_order(filled):
    header = filled.view.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(RSI) + header.sectionSize(RSI) // 2, header.height() // 2)
    seen = []
    for _ in range(3):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        seen.append([int(row) for row in filled.model.order.rows])
    assert seen == [[3, 0, 1, 2], [1, 0, 3, 2], [0, 1, 2, 3]]


def test_a_second_key_orders_what_the_first_leaves_equal(filled):
    filled.sort_by(SYMBOL)
    filled.sort_by(RSI, extend=True)
    assert filled.model.order.rows.tolist() == [3, 1, 0, 2]


def test_sorting_keeps_the_current_row_and_the_selection_without_announcing_again(filled, qtbot):
    filled.select_first()
    filled.view.selectAll()
    with qtbot.assertNotEmitted(filled.match_selected):
        filled.sort_by(RSI)
    assert filled.view.current_id == 0
    assert filled.view.currentIndex().row() == 1
    assert sorted(filled.view.selected_ids.tolist()) == [0, 1, 2, 3]


def test_tabbing_into_the_table_takes_the_first_row_but_a_click_takes_the_row_under_it(filled, qtbot):
    filled.activateWindow()
    filled.focus_filter()
    place = filled.view.visualRect(filled.model.index(2, 0)).center()
    seen = []
    filled.match_selected.connect(lambda symbol, moment, row_id: seen.append(row_id))
    QTest.mouseClick(filled.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert seen == [2]
    filled.view.setCurrentIndex(QModelIndex())
    filled.focus_filter()
    QTest.keyClick(filled.filter_bar.box, Qt.Key.Key_Down)
    assert seen == [2, 0]


def test_a_row_hidden_by_the_filter_is_current_again_when_the_filter_goes(filled):
    filled.select_first()
    filled.set_filter("CCC")
    assert filled.view.current_id == -1
    filled.set_filter("")
    assert filled.view.current_id == 0


def many(count, start=0):
    return batch(
        [f"S{number:05d}" for number in range(start, start + count)], [float(-n) for n in range(count)]
    )


def test_sorting_keeps_the_current_row_at_its_distance_from_the_top(panel):
    panel.begin(("rsi(close, 14)", "trend"))
    panel.append(many(500))
    panel.step(1)
    panel.view.go_to(250)
    top = panel.view.rowAt(0)
    panel.sort_by(RSI)
    assert panel.view.currentIndex().row() == 249
    assert panel.view.rowAt(0) == 249 - (250 - top)


def test_a_resort_under_way_keeps_the_top_row_when_the_current_row_is_out_of_sight(panel):
    panel.begin(("rsi(close, 14)", "trend"))
    panel.append(many(500))
    panel.sort_by(SYMBOL)
    panel.view.verticalScrollBar().setValue(300)
    top_id = panel.model.row_id(panel.view.rowAt(0))
    panel.append(batch(["AAA"], [1.0]))
    panel.footer.sort_chip.click()
    assert symbols(panel)[0] == "AAA"
    assert panel.model.row_id(panel.view.rowAt(0)) == top_id


def test_a_selection_in_too_many_pieces_is_given_up_with_a_word(panel, monkeypatch):
    monkeypatch.setattr("gui.results.view.MOST_RANGES", 1)
    panel.begin(("rsi(close, 14)", "trend"))
    panel.append(batch(["A", "C", "B", "D"], [1.0] * 4))
    panel.view.selectRow(0)
    panel.view.setCurrentIndex(panel.model.index(0, 0))
    selection = panel.view.selectionModel()
    for row in (0, 1):
        selection.select(
            panel.model.index(row, 0), selection.SelectionFlag.Select | selection.SelectionFlag.Rows
        )
    panel.sort_by(SYMBOL)
    assert "2 rows" in panel._problems.text()
    assert panel.view.current_id == 0


# ---------------------------------------------------------------------------------------- streaming
def test_new_rows_are_sorted_in_by_themselves_while_the_user_rests(filled, clock, qtbot):
    filled.sort_by(SYMBOL)
    clock.now += 10
    filled.append(batch(["AAB"], [1.0]))
    assert symbols(filled)[-1] == "AAB"
    qtbot.waitUntil(lambda: symbols(filled) == ["AAA", "AAA", "AAB", "BBB", "CCC"])
    assert filled.footer.sort_chip.isHidden()


def test_while_the_user_moves_a_chip_offers_the_sort_instead(filled, clock):
    filled.sort_by(SYMBOL)
    clock.now += 10
    filled.step(1)
    filled.append(batch(["AAB", "ABB"], [1.0, 2.0]))
    filled._stream._sort_if_due()
    assert symbols(filled)[-2:] == ["AAB", "ABB"]
    assert filled.footer.sort_chip.text() == "2 new — sort now"
    assert not filled.footer.sort_chip.isHidden()
    filled.footer.sort_chip.click()
    assert symbols(filled) == ["AAA", "AAA", "AAB", "ABB", "BBB", "CCC"]
    assert filled.footer.sort_chip.isHidden()


def test_a_second_of_rest_lets_the_sort_through(filled, clock):
    filled.sort_by(SYMBOL)
    clock.now += 10
    filled.step(1)
    filled.append(batch(["AAB"], [1.0]))
    clock.now += 1.1
    filled._stream._sort_if_due()
    assert symbols(filled)[2] == "AAB"
    assert filled.footer.sort_chip.isHidden()


def test_scrolling_counts_as_moving(filled, clock):
    filled.sort_by(SYMBOL)
    clock.now += 10
    filled.view.verticalScrollBar().triggerAction(
        filled.view.verticalScrollBar().SliderAction.SliderSingleStepAdd
    )
    filled.append(batch(["AAB"], [1.0]))
    assert not filled.footer.sort_chip.isHidden()


def test_in_scan_order_nothing_needs_sorting(filled):
    filled.step(1)
    filled.append(batch(["AAB"], [1.0]))
    assert filled.footer.sort_chip.isHidden()
    assert symbols(filled)[-1] == "AAB"


def test_a_new_scan_keeps_sort_filter_and_announces_its_first_row_anew(filled, qtbot):
    filled.sort_by(RSI)
    filled.set_filter("rsi<25")
    filled.select_first()
    filled.begin(("other", "rsi(close, 14)"), total_symbols=2)
    table = batch(["X", "Y"], [24.0, 3.0]).append_column("other", pa.array(["p", "q"]))
    filled.append(table)
    filled.finish()
    filled._stream.sort_now()
    assert symbols(filled) == ["Y", "X"]
    with qtbot.waitSignal(filled.match_selected):
        filled.select_first()


# ---------------------------------------------------------------------------------------- filter
def test_typing_filters_after_a_short_pause(filled, qtbot):
    filled.focus_filter()
    QTest.keyClicks(filled.filter_bar.box, "rsi<25")
    qtbot.waitUntil(lambda: symbols(filled) == ["BBB", "AAA"])
    assert filled.footer.text == "4 matches in 3 of 240 symbols · 2 hidden by the filter"


def test_enter_keeps_the_condition_as_a_chip_that_switches_off_and_goes(filled):
    filled.set_filter("rsi<25")
    QTest.keyClick(filled.filter_bar.box, Qt.Key.Key_Return)
    chip = filled.filter_bar._switches[0]
    assert (chip.text(), filled.filter_bar.box.text()) == ("✓ rsi(close, 14) < 25", "")
    assert len(symbols(filled)) == 2
    chip.click()
    assert chip.text() == "rsi(close, 14) < 25"
    assert len(symbols(filled)) == 4
    chip.click()
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    assert filled.filter_bar.state.chips == ()
    assert len(symbols(filled)) == 4


def test_a_bad_condition_shows_a_sentence_after_the_typing_stops(filled, qtbot):
    filled.set_filter("AAA rsj<25")
    assert symbols(filled) == ["AAA", "AAA"]
    qtbot.waitUntil(lambda: "There is no column named 'rsj'" in filled._problems.text())
    filled.set_filter("AAA")
    assert filled._problems.isHidden()


def test_down_and_escape_in_the_filter_box(filled, qtbot):
    filled.activateWindow()
    filled.set_filter("AAA")
    filled.focus_filter()
    QTest.keyClick(filled.filter_bar.box, Qt.Key.Key_Down)
    qtbot.waitUntil(filled.view.hasFocus)
    filled.focus_filter()
    QTest.keyClick(filled.filter_bar.box, Qt.Key.Key_Escape)
    assert filled.filter_bar.box.text() == ""
    qtbot.waitUntil(lambda: len(symbols(filled)) == 4)


def test_a_filter_that_hides_everything_offers_to_clear_it(filled):
    filled.set_filter("nothing")
    assert filled._empty.text == "The filter hides all 4 matches."
    filled._empty.findChild(QAbstractButton).click()
    assert len(symbols(filled)) == 4
    assert filled._empty.isHidden()


# ---------------------------------------------------------------------------------------- empty and summary
def test_the_empty_table_says_what_to_do(panel):
    panel.set_empty_state("No matches. Loosen rsi < 20.")
    assert panel._empty.text == "No matches. Loosen rsi < 20."
    assert not panel._empty.isHidden()


def test_the_first_rows_take_the_empty_sentence_away(filled):
    assert filled._empty.isHidden()


@pytest.mark.parametrize(
    ("rows", "total", "text"),
    [
        (["A"], 0, "1 match in 1 symbol"),
        (["A", "B"], 0, "2 matches in 2 symbols"),
        ([], 7, "0 matches in 0 of 7 symbols"),
    ],
)
def test_the_summary_counts_matches_and_symbols(panel, qtbot, rows, total, text):
    with qtbot.waitSignal(panel.summary_changed):
        panel.begin(("rsi(close, 14)", "trend"), total_symbols=total)
    panel.append(batch(rows, [1.0] * len(rows)))
    assert panel.footer.text == text


def test_the_visible_table_has_all_columns_of_the_filtered_rows_in_shown_order(filled):
    filled.set_filter("AAA")
    filled.sort_by(RSI)
    filled.layout_of_columns.show_column(CLOSE, shown=False)
    table = filled.visible_table()
    assert table.column_names == ["symbol", "timestamp", "close", "rsi(close, 14)", "trend"]
    assert table.column("rsi(close, 14)").to_pylist() == [10.0, 30.0]


# ---------------------------------------------------------------------------------------- columns
def test_the_column_menu_hides_and_shows_but_never_the_last_column(filled):
    for place in (SYMBOL, DAY, CLOSE, RSI):
        filled.column_menu().actions()[place].trigger()
    assert filled.layout_of_columns.visible() == [TREND]
    assert not filled.column_menu().actions()[TREND].isEnabled()
    filled.layout_of_columns.show_all()
    assert len(filled.layout_of_columns.visible()) == 5


def test_widths_order_and_hidden_columns_come_back_by_name_in_another_session(filled, qtbot):
    header = filled.view.horizontalHeader()
    header.resizeSection(RSI, 217)
    header.moveSection(header.visualIndex(TREND), 1)
    filled.layout_of_columns.show_column(CLOSE, shown=False)
    other = ResultsPanel()
    qtbot.addWidget(other)
    other.restore_layout(filled.layout_state())
    other.begin(("trend", "new", "rsi(close, 14)"))
    names = [other.model.store.columns[place].name for place in other.layout_of_columns.visible()]
    assert names == ["symbol", "trend", "timestamp", "rsi(close, 14)", "new"]
    place = other.model.store.index("rsi(close, 14)")
    assert other.view.columnWidth(place) == 217


def test_misshapen_settings_are_left_out(panel):
    panel.restore_layout(
        {
            "widths": {"close": "wide", "rsi": -3},
            "hidden": 7,
            "order": None,
            "looks": {"rsi": 3, "x": {"bars": 1}},
        }
    )
    assert panel.layout_state() == {"widths": {}, "hidden": [], "order": [], "looks": {}}


def test_no_title_is_clipped_with_a_sort_arrow_on_it(filled):
    filled.sort_by(RSI)
    filled.sort_by(CLOSE, extend=True)
    header = filled.view.horizontalHeader()
    for place in range(header.count()):
        title = filled.model.headerData(place, Qt.Orientation.Horizontal)
        assert header.fontMetrics().horizontalAdvance(title) < header.sectionSize(place)


# ---------------------------------------------------------------------------------------- reach and looks
def test_every_focusable_widget_has_a_name(filled):
    filled.set_filter("AAA")
    QTest.keyClick(filled.filter_bar.box, Qt.Key.Key_Return)
    nameless = [
        widget
        for widget in filled.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.isVisible()
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []


def test_rows_grow_with_the_font(filled):
    before = filled.view.rowHeight(0)
    font = filled.view.font()
    font.setPointSizeF(2 * font.pointSizeF())
    filled.view.setFont(font)
    assert filled.view.rowHeight(0) > before


def test_seen_rows_follow_the_palette(filled):
    palette = filled.palette()
    palette.setColor(palette.ColorRole.Text, QColor("#ffffff"))
    palette.setColor(palette.ColorRole.Base, QColor("#000000"))
    filled.setPalette(palette)
    filled.model.mark_seen(np.array([0]), seen=True)
    assert filled.model.index(0, 0).data(Qt.ItemDataRole.ForegroundRole).name() == "#999999"


@pytest.fixture
def usual(qtbot, clock):
    fresh = ResultsPanel(usual_order=(("timestamp", True), ("symbol", False)), clock=clock)
    qtbot.addWidget(fresh)
    fresh.begin(("rsi(close, 14)", "trend"))
    fresh.append(batch(["BBB", "AAA", "CCC", "AAA"], [20.0, 30.0, None, 10.0]))
    fresh.finish()
    return fresh


def shown_days(panel) -> list[int]:
    return [moment.day for moment in panel.visible_table().column("timestamp").to_pylist()]


def test_the_usual_order_holds_until_the_user_sorts_and_comes_back_after(usual):
    assert shown_days(usual) == [4, 3, 2, 1]
    usual.sort_by(RSI)
    assert shown_days(usual) == [4, 1, 2, 3]
    usual.sort_by(RSI)
    usual.sort_by(RSI)
    assert shown_days(usual) == [4, 3, 2, 1]


def test_a_click_on_a_header_of_the_usual_order_starts_anew(usual):
    usual.sort_by(DAY)
    assert shown_days(usual) == [1, 2, 3, 4]
    usual.sort_by(DAY)
    assert shown_days(usual) == [4, 3, 2, 1]


def test_a_sort_of_the_users_own_outlives_the_next_scan_and_the_usual_order_too(usual):
    usual.begin(("rsi(close, 14)",))
    assert [key.column for key in usual.model.order.keys] == [DAY, SYMBOL]
    usual.sort_by(CLOSE)
    usual.begin(("rsi(close, 14)",))
    assert [key.column for key in usual.model.order.keys] == [CLOSE]


def test_the_last_rows_of_a_scan_are_sorted_in_at_once_unless_the_user_moves(usual, clock):
    usual.begin(("rsi(close, 14)", "trend"))
    usual.append(batch(["BBB", "AAA"], [20.0, 30.0]))
    usual.finish()
    assert shown_days(usual) == [2, 1]
    usual.view.user_moved.emit()
    usual.append(batch(["DDD", "EEE", "FFF"], [1.0, 2.0, 3.0]))
    usual.finish()
    assert usual.model.order.unsorted == 3


def forward(values: list[float | None]) -> pa.Table:
    return pa.table({"fwd_5": pa.array(values, pa.float64())})


def test_columns_are_added_beside_every_match_in_its_arrival_order(panel):
    panel.begin(["symbol", "timestamp", "close", "rsi(close, 14)", "trend"])
    panel.append(batch(["B", "A", "C"], [3.0, 1.0, 2.0]))
    panel.finish()
    panel.sort_by(RSI)
    assert panel.all_matches()["symbol"].to_pylist() == ["B", "A", "C"]
    panel.add_columns(forward([0.3, None, 0.2]))
    table = panel.visible_table()
    assert table["symbol"].to_pylist() == ["A", "C", "B"]
    assert table["fwd_5"].to_pylist() == [None, 0.2, 0.3]


def test_adding_columns_keeps_the_current_row_the_sort_and_the_filter(filled):
    panel = filled
    panel.sort_by(RSI)
    panel.set_filter("rsi>0")
    panel.select_first()
    current, shown = panel.view.current_id, panel.visible_table()
    panel.add_columns(forward([0.1] * panel.model.store.row_count))
    assert panel.view.current_id == current
    assert panel.visible_table().drop_columns(["fwd_5"]).equals(shown)


def test_added_columns_can_be_sorted_and_filtered(panel):
    panel.begin(["symbol", "timestamp", "close"])
    panel.append(batch(["A", "B", "C"], [1.0, 2.0, 3.0]))
    panel.add_columns(forward([0.1, -0.2, 0.3]))
    panel.set_filter("fwd_5>0")
    panel.sort_by(panel.model.store.index("fwd_5"))
    assert panel.visible_table()["symbol"].to_pylist() == ["A", "C"]


@pytest.mark.parametrize("text", ["fwd_5>15", "fwd_5>15%", "fwd_5=30"])
def test_forward_returns_are_filtered_in_percent_as_they_are_shown(panel, text):
    panel.begin(["symbol", "timestamp", "close"])
    panel.append(batch(["A", "B", "C"], [1.0, 2.0, 3.0]))
    panel.add_columns(forward([0.1, -0.2, 0.3]))
    panel.set_filter(text)
    assert panel.visible_table()["symbol"].to_pylist() == ["C"]


def test_columns_added_again_are_replaced_and_those_of_the_scan_never(panel):
    panel.begin(["symbol", "timestamp", "close"])
    panel.append(batch(["A"], [1.0]))
    panel.add_columns(forward([0.1]))
    panel.add_columns(pa.table({"fwd_5": [0.7], "close": [0.0]}))
    table = panel.all_matches()
    assert table["fwd_5"].to_pylist() == [0.7]
    assert table["close"].to_pylist() == [10.0]
    assert table.column_names.count("fwd_5") == 1
