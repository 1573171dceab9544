"""What waits is done one by one, in order, and the loop serves others in between."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, QTimer

from gui.bridge.turns import OneATurn


@pytest.fixture
def parent(qapp):
    made = QObject()
    yield made
    made.deleteLater()


def test_calls_are_made_in_order_and_others_have_their_turn_between_them(qtbot, parent):
    turns, seen = OneATurn(parent), []
    for number in range(3):

        def call(number=number) -> None:
            seen.append(number)
            # What is posted meanwhile, a paint or a key, comes before the next call.
            QTimer.singleShot(0, parent, lambda: seen.append(f"after {number}"))

        turns.add(call)
    assert seen == [] and len(turns) == 3
    qtbot.waitUntil(lambda: len(seen) == 6)
    assert [each for each in seen if isinstance(each, int)] == [0, 1, 2]
    assert seen.index("after 0") < seen.index(2)


def test_a_call_added_by_a_call_comes_last(qtbot, parent):
    turns, seen = OneATurn(parent), []
    turns.add(lambda: (seen.append("first"), turns.add(lambda: seen.append("third"))))
    turns.add(lambda: seen.append("second"))
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == ["first", "second", "third"] and len(turns) == 0


def test_after_the_end_nothing_is_done_whether_it_waited_or_comes(qtbot, parent):
    turns, seen = OneATurn(parent), []
    turns.add(lambda: seen.append("waited"))
    turns.close()
    turns.add(lambda: seen.append("came"))
    QTimer.singleShot(0, parent, lambda: seen.append("another's"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["another's"]
    assert len(turns) == 0
