"""Candle colours and the arrangement of panels: chosen in the menu, seen at once, found again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget


def ticked(candlewick, prefix: str) -> list[str]:
    return [
        name for name, action in candlewick.actions.items() if name.startswith(prefix) and action.isChecked()
    ]


@pytest.mark.parametrize("pair", ["green_red", "red_green", "blue_orange"])
def test_candle_colours_change_chart_and_evidence_at_once(build, pair):
    candlewick = build(candle_colours="green_red" if pair == "blue_orange" else "blue_orange")
    before = candlewick.chart.view.colours.up
    candlewick.actions[f"candles_{pair}"].trigger()
    theme = candlewick.theme_switch.theme
    assert candlewick.theme_switch.pair == pair
    assert candlewick.chart.view.colours == theme.chart
    assert candlewick.chart.view.colours.up != before
    assert ticked(candlewick, "candles_") == [f"candles_{pair}"]


def test_colours_and_arrangement_are_found_again(build):
    first = build()
    first.window.show()
    first.actions["candles_green_red"].trigger()
    first.actions["layout_list_first"].trigger()
    first.window.close()
    second = build()
    assert second.theme_switch.pair == "green_red"
    assert ticked(second, "candles_") == ["candles_green_red"]
    assert ticked(second, "layout_") == ["layout_list_first"]
    results = second.window.findChild(QDockWidget, "dock_results")
    assert second.window.dockWidgetArea(results) == Qt.DockWidgetArea.LeftDockWidgetArea
    second.window.close()
    # A change of the settings counts for more than an older click.
    assert build(candle_colours="red_green").theme_switch.pair == "red_green"
