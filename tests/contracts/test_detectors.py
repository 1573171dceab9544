"""What every shipped detector keeps, whatever the bars: the law of truncation above all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.detectors.shipped  # noqa: F401  fills the registry
from engine.detectors.base import detectors, run_detector
from engine.market.bars import Bars
from engine.testing import bars_from_rows, generate_test_bars

EVERY = pytest.mark.parametrize("detector", list(detectors), ids=detectors.names())


def defaults(detector):
    return detector.declaration.settle({})


def wild_bars(seed: int, count: int) -> Bars:
    """Return bars that crash and rally with volume, with flat stretches and holes in the volume: something for each."""
    random = np.random.default_rng(seed)
    steps = random.normal(0.0, 0.01, count) * random.choice([0.0, 1.0, 1.0, 4.0], count)
    steps += np.repeat(random.normal(0.0, 0.01, count // 30 + 1), 30)[:count]
    close = np.round(50 * np.exp(np.cumsum(steps)), 2).clip(1)
    opened = np.round(np.append(close[:1], close[:-1]) * np.exp(random.normal(0, 0.006, count)), 2).clip(1)
    spread = np.abs(steps) + random.exponential(0.004, count)
    high = np.maximum(opened, close) * (1 + spread * random.random(count))
    low = np.minimum(opened, close) * (1 - spread * random.random(count))
    volume = np.round(1e5 * np.exp(random.normal(0, 0.3, count) + 25 * np.abs(steps)))
    volume[random.random(count) < 0.02] = np.nan
    days = np.arange(count).astype("datetime64[D]").astype("datetime64[us]")
    return Bars(f"W{seed}", days, opened, high, low, close, volume)


@EVERY
def test_its_declaration_says_what_a_reader_needs(detector):
    declared = detector.declaration
    assert declared.summary
    assert all(declared.events.values())
    assert all(parameter.help for parameter in declared.parameters)
    assert declared.variant_of is None or declared.variant_of in detectors
    values = defaults(detector)
    assert detector.history(values) >= 1
    memory = detector.memory(values)
    assert memory is None or memory >= 0
    assert detector.refuses(values) is None


@EVERY
@pytest.mark.parametrize("count", [0, 1, 2])
def test_it_finds_nothing_in_next_to_nothing(detector, count):
    assert len(run_detector(detector, generate_test_bars("A", count), defaults(detector))) == 0


@EVERY
def test_it_finds_nothing_where_nothing_moves(detector):
    rows = [[10.1, 10.1, 10.1, 10.1, 1000.0]] * 600
    flat = bars_from_rows("FLAT", range(600), rows)
    assert run_detector(detector, flat, defaults(detector)).triples() == []


@EVERY
def test_a_missing_volume_is_no_event_of_its_own(detector):
    bars = wild_bars(3, 700)
    silent = replace(bars, volume=np.full(len(bars), np.nan))
    found = run_detector(detector, silent, defaults(detector))
    assert np.isfinite(found.score).all()


@EVERY
def test_it_leaves_the_bars_as_they_are(detector):
    bars = wild_bars(4, 400)
    fields = ("open", "high", "low", "close", "volume")
    before = [bars.field(name).copy() for name in fields]
    run_detector(detector, bars, defaults(detector))
    for name, values in zip(fields, before, strict=True):
        np.testing.assert_array_equal(bars.field(name), values)


@EVERY
def test_it_finds_every_one_of_its_events_somewhere(detector):
    found = set()
    for seed in range(60):
        found |= {
            name for _, name, _ in run_detector(detector, wild_bars(seed, 1500), defaults(detector)).triples()
        }
        if found == set(detector.declaration.events):
            return
    assert found == set(detector.declaration.events)


@EVERY
@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), share=st.floats(0.0, 1.0))
def test_cutting_off_later_bars_never_changes_an_earlier_event(detector, seed, share):
    bars = wild_bars(seed, 700)
    cut = int(share * len(bars))
    values = defaults(detector)
    whole = [each for each in run_detector(detector, bars, values).triples() if each[0] < cut]
    assert run_detector(detector, bars.take(slice(cut)), values).triples() == whole


@EVERY
def test_no_event_comes_before_its_history(detector):
    values = defaults(detector)
    least = detector.history(values)
    for seed in range(10):
        found = run_detector(detector, wild_bars(seed, 700), values)
        assert not len(found) or int(found.bar[0]) >= least - 1


@EVERY
def test_what_lies_before_its_memory_does_not_matter(detector):
    values = defaults(detector)
    memory = detector.memory(values)
    if memory is None:
        pytest.skip("it says that it never forgets")
    bars = wild_bars(11, 3000)
    # Volumes that are missing make windows reach back further.
    bars = replace(bars, volume=np.where(np.isnan(bars.volume), 1e5, bars.volume))
    first = 700
    late = run_detector(detector, bars.take(slice(first, None)), values).triples()
    settled = first + memory
    shifted = [(bar + first, event) for bar, event, _ in late if bar + first >= settled]
    whole = run_detector(detector, bars, values).triples()
    assert shifted == [(bar, event) for bar, event, _ in whole if bar >= settled]
    assert shifted
