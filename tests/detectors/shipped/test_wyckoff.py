"""The Wyckoff baseline on bars drawn by hand, and its variant."""

from __future__ import annotations

import numpy as np
import pytest

import engine.detectors.shipped  # noqa: F401  fills the registry
from engine.detectors.base import detectors, run_detector
from engine.market.bars import Bars

# Bar: low, high, close, volume. All others are calm.
STORY = {
    50: (90.0, 100.0, 92.0, 10_000.0),  # the selling climax
    56: (99.0, 101.5, 101.0, 1_000.0),  # closes above it: the rally
    65: (89.0, 96.0, 91.0, 1_000.0),  # below the bottom and back
    70: (96.0, 103.0, 101.0, 1_000.0),  # above the top and back
    75: (100.0, 107.0, 106.0, 1_000.0),  # out, on a wide bar
}
EVENTS = [(50, "SC"), (56, "AR"), (65, "SPRING"), (70, "UT"), (75, "SOS")]
MIRRORED = {"SC": "BC", "AR": "AR_TOP", "SPRING": "UT", "UT": "SPRING", "SOS": "SOW"}


def drawn(story, count: int = 80, *, upside_down: bool = False) -> Bars:
    number = np.arange(count)
    middle = np.where(number < 50, 101.0, np.where(number < 57, 95.0, 98.0))
    half = 0.5 + 0.05 * (number % 3)
    low, high, close = middle - half, middle + half, middle.copy()
    volume = 1_000.0 + 10 * (number % 5)
    for bar, (bottom, top, last, traded) in story.items():
        low[bar], high[bar], close[bar], volume[bar] = bottom, top, last, traded
    if upside_down:
        low, high, close = 200 - high, 200 - low, 200 - close
    return Bars(
        "DRAWN", number.astype("datetime64[D]").astype("datetime64[us]"), close, high, low, close, volume
    )


def found(bars: Bars, name: str = "wyckoff_baseline", **values):
    detector = detectors.get(name)
    return run_detector(detector, bars, detector.declaration.settle(values)).triples()


def test_a_climax_a_rally_two_tests_and_an_exit_are_found_on_their_bars():
    assert [(bar, event) for bar, event, _ in found(drawn(STORY))] == EVENTS


def test_upside_down_it_is_the_mirror_image():
    mirrored = [(bar, MIRRORED[event]) for bar, event in EVENTS]
    assert [(bar, event) for bar, event, _ in found(drawn(STORY, upside_down=True))] == mirrored


@pytest.mark.parametrize("end", [bar for bar, _ in EVENTS])
def test_an_event_is_there_when_its_bar_is_the_last(end):
    assert found(drawn(STORY).take(slice(end + 1)))[-1][:2] == (end, dict(EVENTS)[end])


def test_the_score_is_the_height_of_volume_or_of_the_range_over_forty_bars():
    bars = drawn(STORY)
    scores = {event: score for _, event, score in found(bars)}
    for bar, event in EVENTS:
        values = bars.volume if event in {"SC", "SPRING"} else bars.high - bars.low
        window = values[bar - 39 : bar + 1]
        assert scores[event] == pytest.approx((window[-1] - window.mean()) / window.std(), rel=1e-9)


@pytest.mark.parametrize("back", [1, 2, 3, 4])
def test_a_spring_may_take_three_bars_to_come_back(back):
    story = {bar: what for bar, what in STORY.items() if bar < 65}
    for bar in range(65, 65 + back):
        story[bar] = (89.0, 89.4, 89.2, 1_000.0)
    events = [event for _, event, _ in found(drawn(story))]
    assert ("SPRING" in events) == (back <= 3)
    assert "SOW" not in events


def test_without_a_reaction_in_time_nothing_follows_a_climax():
    story = {50: STORY[50], 75: STORY[75]}
    assert [event for _, event, _ in found(drawn(story))] == ["SC"]


def test_without_volume_there_is_no_climax_and_nothing_after_it():
    story = STORY | {50: (*STORY[50][:3], 1_000.0)}
    assert found(drawn(story)) == []


def test_the_variant_differs_in_springs_long_after_the_climax_only():
    bars = drawn(STORY)
    assert found(bars, "wyckoff_spring_after_sc") == found(bars)
    near = found(bars, "wyckoff_spring_after_sc", within=14)
    assert [each for each in found(bars) if each[1] != "SPRING"] == near
    assert found(bars, "wyckoff_spring_after_sc", within=15) == found(bars)
