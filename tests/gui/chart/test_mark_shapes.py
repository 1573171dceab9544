from __future__ import annotations

from gui.chart.mark_shapes import SHAPES, shape_of


def test_every_shape_is_another_one():
    assert len({shape.letter for shape in SHAPES}) == len({shape.corners for shape in SHAPES}) == len(SHAPES)


def test_shapes_stay_within_their_mark():
    for shape in SHAPES:
        assert all(-0.5 <= x <= 0.5 and 0 <= y <= 1 for x, y in shape.corners)


def test_with_many_kinds_shapes_begin_again():
    assert shape_of(len(SHAPES)) == shape_of(0)
