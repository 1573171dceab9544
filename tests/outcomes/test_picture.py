"""The picture: well-formed, complete in words, the same bytes each time, and nobody's name breaks it."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import numpy as np

from engine.outcomes.comparison import Coverage, Events, compare
from engine.outcomes.forward_returns import OutcomeTerms
from engine.outcomes.histogram import histogram_of
from engine.outcomes.picture import MOST_ROWS, comparison_svg, percent
from engine.outcomes.statistics import Sample

TERMS = OutcomeTerms((5, 10))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(detectors: list[str]) -> str:
    count = len(detectors)
    values = np.linspace(-0.05, 0.09, count * 2).reshape(count, 2)
    sample = Sample(
        np.full(count, np.datetime64("2021-01-04", "us")), values, np.zeros((count, 2), np.int8), values / 2
    )
    codes = np.arange(count, dtype=np.int32)
    found = Events(["A"], detectors, ["match"], codes * 0, codes, codes * 0, sample)
    coverage = Coverage(np.datetime64("2020-01-01", "us"), np.datetime64("2022-01-01", "us"), 2.0, 1)
    rows = compare(found, TERMS, coverage, detectors=detectors)
    histograms = {
        (row.detector, row.event): [histogram_of(values[:, 0], 0.1), histogram_of(values[:, 1], 0.1)]
        for row in rows
    }
    return comparison_svg(rows, histograms, TERMS)


def test_each_variant_has_a_cell_per_window_with_both_lines():
    root = ET.fromstring(drawn(["golden", "pullback"]))
    kinds = [line.get("class") for line in root.iter(f"{SVG}line")]
    # Two in the legend.
    assert kinds.count("median") == kinds.count("universe") == 2 * 2 + 1


def test_a_name_full_of_markup_stays_a_name():
    texts = [text.text for text in ET.fromstring(drawn(["a<b>&'\"\x07c"])).iter(f"{SVG}text")]
    assert "a<b>&'\" c" in texts


def test_the_same_comparison_is_the_same_text():
    assert drawn(["a", "b"]) == drawn(["a", "b"])


def test_both_schemes_have_their_colours():
    assert "prefers-color-scheme: dark" in drawn(["a"])


def test_rows_that_do_not_fit_are_counted():
    names = [f"f{number:02d}" for number in range(MOST_ROWS + 3)]
    assert "3 more rows are in the table" in drawn(names)


def test_an_empty_comparison_says_so():
    root = ET.fromstring(comparison_svg([], {}, TERMS))
    assert "No detector and no formula was compared." in [text.text for text in root.iter(f"{SVG}text")]


def test_percents_have_a_sign_and_unknown_is_a_dash():
    assert percent(0.01234) == "+1.23 %"
    assert percent(-0.5, 1) == "\N{MINUS SIGN}50.0 %"
    assert percent(0.5, 1, signed=False) == "50.0 %"
    assert percent(math.nan) == "–"
