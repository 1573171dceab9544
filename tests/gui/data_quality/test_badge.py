from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from gui.data_quality.badge import DataBadge
from gui.data_quality.state import Badge


def test_mark_words_and_colour_go_together(qtbot):
    badge = DataBadge()
    qtbot.addWidget(badge)
    badge.set_colours(*map(QColor, ("#00ff00", "#ffaa00", "#ff0000", "#888888")))
    badge.show_badge(Badge("warning", "to 2026-11-20 · 3 stale", "The whole story."))
    assert badge.text() == "⚠ to 2026-11-20 · 3 stale"
    assert badge.palette().color(QPalette.ColorRole.ButtonText).name() == "#ffaa00"
    assert badge.accessibleName() == "Data quality: to 2026-11-20 · 3 stale"
    assert badge.toolTip() == "The whole story."


def test_it_says_how_far_the_check_is_and_goes_without_data(qtbot):
    badge = DataBadge()
    qtbot.addWidget(badge)
    badge.show_looking(1, 4)
    assert badge.text() == "… checking data 25 %"
    badge.show_nothing()
    assert badge.isHidden()
