from __future__ import annotations

import shutil

import pytest

from engine.data.parquet import write_bars
from engine.testing import bars_from_rows


@pytest.fixture
def checked(qtbot, build, universe, tmp_path):
    """The program with a universe of its own whose bars have been looked at."""
    mine = tmp_path / "mine"
    shutil.copytree(universe, mine, ignore=shutil.ignore_patterns("README*"))
    made = build()
    with qtbot.waitSignal(made.own_data.quality._loader.loaded):
        made.open(str(mine))
    return made, mine


def test_the_badge_tells_of_the_data_and_the_form_of_its_days(qtbot, checked):
    made, _ = checked
    assert made.own_data.badge.badge.level in ("sound", "warning")
    assert made.own_data.badge.text()[2:].startswith("to 20")
    assert " – 20" in made.form._rows.universe._label.toolTip()


def test_the_action_and_a_click_open_the_list(qtbot, checked):
    made, _ = checked
    made.actions["data_quality"].trigger()
    assert made.own_data.list.isVisible()
    made.own_data.list.close()
    made.own_data.badge.click()
    assert made.own_data.list.isVisible()
    assert len(made.own_data.list.model.all) == 12


def test_data_that_changed_is_looked_at_again(qtbot, checked):
    made, mine = checked
    (mine / "symbol=BAD").mkdir()
    bad = bars_from_rows("BAD", ["2020-01-02", "2020-01-03"], [(1, 2, 1, 1, 5), (0, 0, 0, 0, 5)])
    write_bars(bad, mine / "symbol=BAD" / "bars.parquet")
    with qtbot.waitSignal(made.own_data.quality._loader.loaded):
        made.own_data.quality.look_again()
    assert "with broken bars" in made.own_data.badge.text()
    assert "BAD" in [row.symbol for row in made.own_data.list.model.rows]


def test_data_that_has_not_changed_keeps_its_badge(qtbot, checked):
    made, _ = checked
    before, loader = made.own_data.badge.badge, made.own_data.quality._loader
    with qtbot.waitSignal(loader._look._background.done), qtbot.assertNotEmitted(loader.progressed, wait=50):
        made.own_data.quality.look_again()
    assert made.own_data.badge.badge == before


def test_without_data_there_is_no_badge(qtbot, checked):
    made, _ = checked
    with qtbot.waitSignal(made.data_flow.failed):
        made.data_flow.use("/no/such/folder")
    assert made.own_data.badge.isHidden()


def test_a_double_click_asks_for_the_symbols_chart(qtbot, checked):
    made, _ = checked
    with qtbot.waitSignal(made.inspection_flow.told) as told:
        made.own_data.list.symbol_activated.emit("SYN001")
    assert "Run a scan first" in told.args[0]
