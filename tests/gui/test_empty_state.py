from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QTableView

from gui.empty_state import EmptyState


@pytest.fixture
def table(qtbot) -> QTableView:
    made = QTableView()
    qtbot.addWidget(made)
    made.resize(300, 200)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_the_sentence_lies_over_the_table_and_follows_its_size(table):
    empty = EmptyState(table)
    empty.show_text("Nothing here.")
    assert empty.isVisible()
    table.resize(500, 300)
    assert empty.geometry() == table.viewport().rect()


def test_without_a_sentence_nothing_lies_there(table):
    empty = EmptyState(table)
    empty.show_text("Nothing here.")
    empty.show_text("")
    assert not empty.isVisible()


def test_a_button_is_there_where_one_would_help(qtbot, table):
    empty = EmptyState(table)
    empty.show_text("Nothing here.", "Do it")
    with qtbot.waitSignal(empty.pressed):
        empty.findChild(QPushButton).click()
    empty.show_text("Nothing here.")
    assert not empty.findChild(QPushButton).isVisible()
