from __future__ import annotations

import numpy as np
import pytest

from gui.results import sparklines
from gui.results.sparklines import Sparklines, change_of


def closes(*values):
    return np.array(values, np.float32)


def test_what_came_is_kept_until_it_is_cleared():
    kept = Sparklines()
    assert kept.get(3) is None
    kept.take({3: closes(1, 2)})
    assert kept.get(3).tolist() == [1, 2]
    kept.clear()
    assert len(kept) == 0


def test_only_so_many_are_kept_and_the_first_go_first(monkeypatch):
    monkeypatch.setattr(sparklines, "MOST_KEPT", 3)
    kept = Sparklines()
    for row in range(5):
        kept.take({row: closes(row)})
    assert [row for row in range(5) if kept.get(row) is not None] == [2, 3, 4]


@pytest.mark.parametrize(
    ("values", "change"),
    [
        pytest.param((100, 50, 110), 0.1, id="up"),
        pytest.param((100, np.nan, 90), -0.1, id="with a gap"),
        pytest.param((100,), None, id="one close"),
        pytest.param((), None, id="none"),
        pytest.param((0, 5), None, id="from zero"),
    ],
)
def test_the_change_is_that_of_the_known_closes(values, change):
    assert change_of(closes(*values)) == (None if change is None else pytest.approx(change))
