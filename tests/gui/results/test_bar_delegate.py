"""Bars in cells: as long as the number, from zero, behind a readable text."""

from __future__ import annotations

import numpy as np
import pytest

CLOSE, GAIN, SCORE = 2, 3, 4


def tinted(panel, row, place):
    """Return which pixels of a cell's upper edge have the bar's colour, as shares of its width."""
    view = panel.view
    cell = view.visualRect(panel.model.index(row, place))
    image = view.viewport().grab(cell).toImage()
    y = round(3 * image.devicePixelRatio())
    colours = [image.pixelColor(x, y) for x in range(image.width())]
    red = np.array([each.red() - each.green() > 30 for each in colours])
    green = np.array([each.green() - each.red() > 30 for each in colours])
    return red, green


@pytest.fixture
def barred(signed):
    for place in (GAIN, SCORE, CLOSE):
        signed.looks.choose(place, bars=True)
    signed.view.setColumnWidth(GAIN, 200)
    signed.view.setColumnWidth(SCORE, 200)
    return signed


@pytest.mark.parametrize(("row", "share"), [(0, 0.0), (1, 0.25), (2, 0.5), (4, 1.0)])
def test_a_bar_is_as_long_as_its_number(barred, row, share):
    red, green = tinted(barred, row, SCORE)
    assert green.mean() == pytest.approx(share, abs=0.04)
    assert not red.any()


def test_bars_of_both_signs_go_from_the_middle_to_either_side(barred):
    red, green = tinted(barred, 1, GAIN)
    assert red.mean() == pytest.approx(0.25, abs=0.04) and not green.any()
    assert np.flatnonzero(red).mean() / len(red) == pytest.approx(0.375, abs=0.04)
    red, green = tinted(barred, 4, GAIN)
    assert green.mean() == pytest.approx(0.5, abs=0.04) and not red.any()
    assert np.flatnonzero(green).min() / len(green) == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("row", [2, 5], ids=["zero", "unknown"])
def test_zero_and_unknown_have_no_bar(barred, row):
    red, green = tinted(barred, row, GAIN)
    assert not red.any() and not green.any()


def test_bars_go_when_they_are_switched_off(barred):
    barred.looks.choose(SCORE, bars=False)
    assert not tinted(barred, 4, SCORE)[1].any()


def test_a_selected_row_shows_its_bar_too(barred):
    barred.view.selectRow(3)
    cell = barred.view.visualRect(barred.model.index(3, SCORE))
    image = barred.view.viewport().grab(cell).toImage()
    y = round(3 * image.devicePixelRatio())
    inside, outside = image.pixelColor(image.width() // 4, y), image.pixelColor(image.width() - 5, y)
    assert inside.lightness() > outside.lightness()
