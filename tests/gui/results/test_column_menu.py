"""The menu of a column: everything that the header's mouse can do, by key too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

SYMBOL, DAY, CLOSE, GAIN, SCORE, UP = range(6)


def texts(menu):
    return [action.text().replace("&", "") for action in menu.actions() if action.text()]


def choose(panel, place, text, **how):
    menu = panel.menu_of_columns.menu(place, **how)
    action = next(each for each in menu.actions() if each.text().replace("&", "") == text)
    assert action.isEnabled()
    action.trigger()
    menu.close()


def names(panel):
    return [panel.model.columns[place].name for place in panel.layout_of_columns.visible()]


def test_it_sorts_and_adds_further_keys(signed):
    choose(signed, UP, "Sort descending")
    choose(signed, CLOSE, "Then by this, descending")
    keys = [(key.column, key.descending) for key in signed.model.order.keys]
    assert keys == [(UP, True), (CLOSE, True)]
    assert signed.visible_table()["symbol"].to_pylist() == ["E", "C", "A", "F", "D", "B"]
    choose(signed, CLOSE, "Then by this, ascending")
    assert signed.visible_table()["symbol"].to_pylist() == ["A", "C", "E", "B", "D", "F"]
    choose(signed, GAIN, "Sort ascending")
    assert [key.column for key in signed.model.order.keys] == [GAIN]


def test_without_a_sort_there_is_no_further_key(signed):
    assert not any("Then" in text for text in texts(signed.menu_of_columns.menu(CLOSE)))


def test_it_moves_columns_among_the_shown_ones(signed):
    signed.layout_of_columns.show_column(CLOSE, shown=False)
    choose(signed, GAIN, "Move left")
    assert names(signed) == ["symbol", "gain", "timestamp", "score", "up"]
    choose(signed, GAIN, "Move right")
    assert names(signed) == ["symbol", "timestamp", "gain", "score", "up"]


def test_what_was_moved_is_remembered(signed):
    choose(signed, UP, "Move left")
    assert signed.layout_state()["order"][-2:] == ["up", "score"]


@pytest.mark.parametrize(("place", "text"), [(SYMBOL, "Move left"), (UP, "Move right")])
def test_there_is_no_way_beyond_the_edge(signed, place, text):
    menu = signed.menu_of_columns.menu(place)
    action = next(each for each in menu.actions() if each.text().replace("&", "") == text)
    assert not action.isEnabled()


def test_it_hides_a_column_but_not_the_last(signed):
    choose(signed, GAIN, "Hide")
    assert "gain" not in names(signed)
    for place in (DAY, CLOSE, SCORE, UP):
        choose(signed, place, "Hide")
    menu = signed.menu_of_columns.menu(SYMBOL)
    assert not next(each for each in menu.actions() if each.text() == "&Hide").isEnabled()


def test_bars_and_marks_are_offered_for_numbers_and_switched(signed):
    assert "Bars in the cells" not in texts(signed.menu_of_columns.menu(UP))
    choose(signed, GAIN, "Bars in the cells")
    choose(signed, GAIN, "▲▼ and colour by sign")
    assert signed.model.looks.bars(GAIN) and not signed.model.looks.marks(GAIN)
    choose(signed, GAIN, "Bars in the cells")
    assert not signed.model.looks.bars(GAIN)


def test_bars_get_room_unless_the_user_has_set_the_width(signed):
    before = signed.view.columnWidth(GAIN)
    choose(signed, GAIN, "Bars in the cells")
    assert signed.view.columnWidth(GAIN) > before
    signed.view.horizontalHeader().resizeSection(SCORE, 41)
    choose(signed, SCORE, "Bars in the cells")
    choose(signed, SCORE, "Bars in the cells")
    assert signed.view.columnWidth(SCORE) == 41


def test_only_the_users_own_columns_can_be_changed_and_removed(signed, qtbot):
    assert "Remove the column" not in texts(signed.menu_of_columns.menu(SCORE))
    signed.menu_of_columns.own = {"score": "close / 2", "up": "up"}
    with qtbot.waitSignal(signed.menu_of_columns.remove_requested) as removed:
        choose(signed, SCORE, "Remove the column")
    assert removed.args == ["score"]
    choose(signed, SCORE, "Change the formula…")
    assert signed.column_bar.line.text() == "score := close / 2"
    assert signed.column_bar.isVisible()


def test_a_cells_menu_copies_too(signed, qapp):
    signed.view.selectRow(1)
    choose(signed, SYMBOL, "Copy rows with headers", on_cell=True)
    assert qapp.clipboard().text().startswith("Symbol\tDate\tClose\tgain\tscore\tup\nB\t1970-01-01")


def test_every_menu_has_the_list_of_columns_to_tick(signed):
    menu = signed.menu_of_columns.menu(CLOSE)
    (columns,) = [each.menu() for each in menu.actions() if each.menu() is not None]
    assert columns.title() == "Colu&mns"
    columns.actions()[GAIN].trigger()
    assert "gain" not in names(signed)


def popups():
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QMenu) and each.isVisible()]


def test_the_menu_key_opens_the_menu_of_the_current_cells_column(signed, qtbot):
    signed.view.setCurrentIndex(signed.model.index(2, SCORE))
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(signed.view.viewport(), QContextMenuEvent(reason, QPoint(1, 1), QPoint(1, 1)))
    (menu,) = popups()
    assert "Bars in the cells" in texts(menu) and texts(menu)[0] == "Copy rows"
    menu.close()


def test_the_button_opens_it_for_the_current_column(signed):
    signed.view.setCurrentIndex(signed.model.index(2, GAIN))
    signed.menu_of_columns.open_for_current()
    (menu,) = popups()
    assert "Sort ascending" in texts(menu)
    menu.close()


def test_without_columns_there_is_still_the_way_to_add_one(qtbot, signed):
    menu = signed.menu_of_columns.menu(-1)
    assert texts(menu)[-1] == "Add a column by formula…"


def test_every_entry_has_a_letter_of_its_own(signed):
    signed.sort_by(CLOSE)
    signed.menu_of_columns.own = {"gain": "roc(close, 5)"}
    menu = signed.menu_of_columns.menu(GAIN, on_cell=True)
    letters = [action.text().split("&")[1][0].lower() for action in menu.actions() if action.text()]
    assert len(set(letters)) == len(letters), sorted(letters)
