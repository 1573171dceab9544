"""Colours are readable on their grounds and told apart from each other."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.theme.colours import INTERFACE, PAIRS, SYNTAX, chart_colours, contrast, mix, readable_on

SCHEMES = ("light", "dark")
hex_colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_of_the_interface_reads_on_every_surface(scheme):
    colours = INTERFACE[scheme]
    for ground in (colours.window, colours.surface, colours.alternate, colours.raised):
        for text in (
            colours.text,
            colours.muted,
            colours.link,
            colours.positive,
            colours.warning,
            colours.error,
        ):
            assert contrast(text, ground) >= 4.5, (text, ground)
    assert contrast(colours.accent_text, colours.accent) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_kind_of_formula_word_reads_on_the_editors_ground(scheme):
    for field in dataclasses.fields(SYNTAX[scheme]):
        assert contrast(getattr(SYNTAX[scheme], field.name), INTERFACE[scheme].surface) >= 4.5, field.name


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("pair", PAIRS)
def test_chart_text_and_price_colours_read_on_the_chart(scheme, pair):
    chart = chart_colours(scheme, pair)
    for text in (chart.text, chart.muted, chart.up, chart.down, chart.signal):
        assert contrast(text, chart.background) >= 4.5, text
    for line in chart.lines:
        assert contrast(line, chart.background) >= 3.9, line
    assert contrast(chart.tag_text, chart.tag) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_grid_is_barely_visible(scheme):
    chart = chart_colours(scheme)
    assert 1.03 < contrast(chart.grid, chart.background) < 1.3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_red_green_is_green_red_turned_round(scheme):
    west, east = chart_colours(scheme, "green_red"), chart_colours(scheme, "red_green")
    assert (west.up, west.down) == (east.down, east.up)


def test_indicator_colours_start_over_when_they_run_out():
    chart = chart_colours("dark")
    assert chart.line(len(chart.lines)) == chart.line(0)


@given(hex_colours, hex_colours)
def test_mixing_nothing_or_everything_gives_one_of_the_two(colour, other):
    assert mix(colour, other, 0) == colour
    assert mix(colour, other, 1) == other


@given(hex_colours)
def test_text_on_any_ground_is_readable(ground):
    assert contrast(readable_on(ground), ground) >= 4.4


def test_black_on_white_has_the_greatest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)
