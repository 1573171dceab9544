"""Order and widths of columns when the user drags them."""

from __future__ import annotations

import pyarrow as pa

from gui.results.panel import ResultsPanel


def test_dragged_columns_and_their_widths_are_those_of_the_next_scan_and_session(signed, qtbot):
    header = signed.view.horizontalHeader()
    header.moveSection(header.visualIndex(5), 1)
    header.resizeSection(2, 177)
    signed.begin(("gain", "score", "up"))
    assert [signed.model.columns[place].name for place in signed.layout_of_columns.visible()][:3] == [
        "symbol",
        "up",
        "timestamp",
    ]
    assert signed.view.columnWidth(2) == 177
    other = ResultsPanel()
    qtbot.addWidget(other)
    other.restore_layout(signed.layout_state())
    other.begin(("gain", "score", "up"))
    assert other.view.columnWidth(2) == 177
    assert other.layout_of_columns.visible()[1] == 5


def test_a_column_that_was_taken_off_takes_its_sort_and_its_filter_along(signed):
    signed.sort_by(3)
    signed.set_filter("gain>0 score>0.8")
    signed.remove_column("gain")
    assert signed.model.order.keys == ()
    assert signed.visible_table()["symbol"].to_pylist() == ["E", "F"]
    assert "gain" not in signed.all_matches().column_names


def test_taking_off_a_column_keeps_the_sort_by_another(signed):
    signed.set_order(4, descending=True, extend=False)
    signed.remove_column("gain")
    assert [(key.column, key.descending) for key in signed.model.order.keys] == [(3, True)]


def test_taking_off_what_is_not_there_does_nothing(signed):
    signed.remove_column("nothing")
    assert signed.model.columnCount() == 6


def test_a_column_that_is_added_is_fitted_and_the_others_keep_their_widths(signed):
    layout, view = signed.layout_of_columns, signed.view
    # As the user finds them, not as they would be fitted now.
    layout._own_hand = True
    view.setColumnWidth(3, 333)
    layout._own_hand = False
    signed.add_columns(pa.table({"a rather long name of a column": [1.0] * 6}))
    assert view.columnWidth(3) == 333
    assert view.columnWidth(6) > view.fontMetrics().horizontalAdvance("a rather long name of a column")
