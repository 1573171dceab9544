from __future__ import annotations

import shutil


def test_own_data_is_known_to_the_next_window_and_the_demo_is_not(
    qtbot, candlewick, universe, tmp_path, remembered
):
    assert candlewick.own_data.last() is None
    mine = tmp_path / "mine"
    shutil.copytree(universe, mine, ignore=shutil.ignore_patterns("README*"))
    with qtbot.waitSignal(candlewick.data_flow.ready):
        candlewick.data_flow.use(str(mine))
    assert candlewick.own_data.last() == remembered.data() == str(mine)
    with qtbot.waitSignal(candlewick.data_flow.ready):
        candlewick.data_flow.use(str(universe))
    assert candlewick.own_data.last() is None


def test_a_change_of_theme_reaches_the_badge(candlewick):
    badge = candlewick.own_data.badge
    colours = set()
    for choice in ("light", "dark"):
        candlewick.theme_switch.choose(choice)
        colours |= {colour.name() for colour in badge._colours.values()}
    assert len(colours) == 8
