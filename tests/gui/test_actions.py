from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon, QKeySequence

from gui.actions import ACTIONS, ARRANGEMENT, CANDLES, MENUS, build_actions, enable_actions, plain_text
from gui.theme.icons import icon


@pytest.fixture
def actions(qtbot, light):
    owner = QObject()
    yield build_actions(owner, lambda name: icon(name, light))
    owner.deleteLater()


def test_ids_texts_and_keys_are_unique():
    for values in (
        [spec.id for spec in ACTIONS],
        [spec.text for spec in ACTIONS],
        [key for spec in ACTIONS for key in spec.keys],
    ):
        assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    ("menu", "submenu"), [*((menu, "") for menu in MENUS), ("&View", CANDLES), ("&View", ARRANGEMENT)]
)
def test_within_a_menu_every_letter_is_given_once(menu, submenu):
    texts = [spec.text for spec in ACTIONS if (spec.menu, spec.submenu) == (menu, submenu)]
    if not submenu:
        texts += {spec.submenu for spec in ACTIONS if spec.menu == menu and spec.submenu}
    letters = [text.split("&")[1][0].lower() for text in texts]
    assert letters
    assert len(set(letters)) == len(letters), sorted(letters)


def test_every_action_has_its_icon_and_names_its_first_key(actions):
    for spec in ACTIONS:
        assert isinstance(actions[spec.id].icon(), QIcon) and not actions[spec.id].icon().isNull(), spec.id
        if spec.keys:
            shown = QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
            assert actions[spec.id].toolTip().endswith(f"({shown})")


def test_a_menus_text_without_its_marks_is_plain():
    assert plain_text("&Open data…") == "Open data"


def test_every_key_is_one_that_qt_understands():
    for spec in ACTIONS:
        for key in spec.keys:
            assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) == key


@pytest.mark.parametrize(
    ("state", "allowed", "forbidden"),
    [
        pytest.param({"is_idle": True}, {"run", "open_data"}, {"cancel", "export", "next_match"}, id="fresh"),
        pytest.param({"can_cancel": True}, {"cancel"}, {"run", "export", "open_data"}, id="running"),
        pytest.param({"can_cancel": True, "has_rows": True}, {"next_match"}, {"export"}, id="streaming"),
        pytest.param({}, {"quit", "shortcuts"}, {"run", "cancel"}, id="cancelling"),
        pytest.param(
            {"is_idle": True, "has_rows": True, "has_result": True}, {"export", "run"}, {"cancel"}, id="done"
        ),
        pytest.param({"has_result": True}, set(), {"export"}, id="the next one runs"),
    ],
)
def test_the_state_of_the_scan_decides_what_can_be_done(actions, state, allowed, forbidden):
    nothing = {"is_idle": False, "can_cancel": False, "has_rows": False, "has_result": False}
    enable_actions(actions, **{**nothing, **state})
    assert {name for name in allowed if not actions[name].isEnabled()} == set()
    assert {name for name in forbidden if actions[name].isEnabled()} == set()


def test_of_the_themes_one_is_ticked(actions):
    actions["theme_dark"].setChecked(True)
    actions["theme_light"].trigger()
    ticked = [name for name, action in actions.items() if action.isChecked()]
    assert ticked == ["theme_light"]
