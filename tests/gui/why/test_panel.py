from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.why.panel import WhyPanel
from gui.why.state import COUNT_COLUMN


@pytest.fixture
def panel(qtbot):
    made = WhyPanel()
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.set_symbols(("AAA", "AAB", "BBB"))
    return made


def test_before_a_scan_it_says_what_to_do(panel):
    assert "Run a scan" in panel.empty.text()
    assert panel.empty.isVisibleTo(panel)
    assert not panel.count.isEnabled()


def test_an_explanation_opens_what_is_made_of_conditions(panel, explained):
    panel.show_explanation(explained("cross_above(close, 3) and close > 3", 2))
    assert panel.verdict.text() == "AAA, 2024-01-03: a match."
    cross, plain = (panel.model.index(row, 0) for row in range(2))
    assert panel.tree.isExpanded(cross)
    assert not panel.tree.isExpanded(plain)


def test_what_was_opened_by_hand_stays_open_on_the_next_bar(panel, explained):
    panel.show_explanation(explained("close > 3 and high > 1", 2))
    panel.tree.expand(panel.model.index(0, 0))
    panel.show_explanation(explained("close > 3 and high > 1", 1))
    assert panel.tree.isExpanded(panel.model.index(0, 0))


def test_a_typed_symbol_is_asked_about_whatever_its_case(qtbot, panel):
    with qtbot.waitSignal(panel.symbol_asked) as asked:
        QTest.keyClicks(panel.field, "bb")
        QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert asked.args == ["BBB"]


def test_a_symbol_that_is_not_there_is_told(qtbot, panel):
    with qtbot.assertNotEmitted(panel.symbol_asked):
        QTest.keyClicks(panel.field, "bbx")
        QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert "There is no symbol 'bbx'" in panel.verdict.text()


@pytest.mark.parametrize("way", ["escape", "button"])
def test_one_goes_back_to_the_chart(qtbot, panel, way):
    panel.set_pinned(True)
    with qtbot.waitSignal(panel.returned):
        if way == "escape":
            QTest.keyClick(panel.field, Qt.Key.Key_Escape)
        else:
            QTest.mouseClick(panel.back, Qt.MouseButton.LeftButton)
    assert not panel.back.isVisibleTo(panel)


def test_counts_come_as_a_column_and_a_line_and_go_with_the_day(qtbot, panel, explained, counts):
    panel.show_explanation(explained("close > 3 and high < 9"))
    assert panel.tree.isColumnHidden(COUNT_COLUMN)
    with qtbot.waitSignal(panel.count_requested):
        QTest.mouseClick(panel.count, Qt.MouseButton.LeftButton)
    panel.show_counting(3, 12)
    assert panel.counts.text() == "Counting … 3 of 12 symbols"
    panel.show_counts(counts)
    assert not panel.tree.isColumnHidden(COUNT_COLUMN)
    assert "2 symbols fail exactly this one" in panel.counts.text()
    panel.show_explanation(explained("close > 3 and high < 9", 1))
    assert panel.tree.isColumnHidden(COUNT_COLUMN)
    assert not panel.counts.isVisibleTo(panel)


def test_a_count_shows_its_time_left_and_is_cancelled_with_the_same_button(qtbot, panel, explained):
    panel.show_explanation(explained("close > 3 and high < 9"))
    panel.show_counting(3, 12, "0:07")
    assert panel.counts.text() == "Counting … 3 of 12 symbols · 0:07 left"
    assert panel.count.text() == "Cancel"
    panel.show_explanation(explained("close > 3 and high < 9"))
    assert panel.counts.isVisibleTo(panel), "the same bar again ends no count"
    with qtbot.waitSignal(panel.count_cancelled), qtbot.assertNotEmitted(panel.count_requested):
        QTest.mouseClick(panel.count, Qt.MouseButton.LeftButton)
    assert not panel.counts.isVisibleTo(panel)
    assert panel.count.text() == "Count others"


def test_a_count_that_ends_gives_its_button_back(panel, explained, counts):
    for end in (
        lambda: panel.show_counts(counts),
        lambda: panel.show_count_failure("There is no bar."),
        lambda: panel.show_explanation(explained("close > 3 and high < 9", 1)),
        panel.show_nothing,
    ):
        panel.show_explanation(explained("close > 3 and high < 9"))
        panel.show_counting(0, 0)
        assert panel.count.text() == "Cancel"
        end()
        assert panel.count.text() == "Count others"


def test_several_formulas_are_not_counted(panel, explained):
    panel.show_explanation(explained("close > 3", -1, "close > 2"))
    assert not panel.count.isEnabled()


def test_everything_that_takes_the_focus_has_a_name(panel):
    for widget in (panel.tree, panel.field):
        assert widget.accessibleName()
    for button in (panel.back, panel.count):
        assert button.text() and button.toolTip()
