from __future__ import annotations

from itertools import combinations

import pytest

from gui.chart.label_places import Box, spread

ROOM = Box(0, 0, 400, 200)


def test_labels_that_do_not_meet_stay_where_they_want_to_be():
    wanted = (Box(10, 10, 50, 14), Box(10, 40, 50, 14))
    assert spread(wanted, ROOM) == wanted


def test_labels_on_one_place_come_apart_and_the_first_stays():
    wanted = [Box(100, 100, 80, 14)] * 5
    placed = spread(wanted, ROOM)
    assert placed[0] == wanted[0]
    assert not any(one.meets(other) for one, other in combinations(placed, 2))
    assert all(box.left == 100 for box in placed)


@pytest.mark.parametrize(
    "box", [Box(380, 50, 80, 14), Box(-20, 50, 80, 14), Box(50, 195, 80, 14), Box(50, -9, 80, 14)]
)
def test_labels_stay_inside_the_room(box):
    (placed,) = spread([box], ROOM)
    assert 0 <= placed.left <= ROOM.width - placed.width
    assert 0 <= placed.top <= ROOM.height - placed.height


def test_where_there_is_no_room_a_label_stays_where_it_wants_to_be():
    tight = Box(0, 0, 100, 15)
    first, second = spread([Box(0, 0, 80, 14), Box(0, 0, 80, 14)], tight)
    assert first == second == Box(0, 0, 80, 14)
