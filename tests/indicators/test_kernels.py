"""Every kernel of ours against an independent slow loop."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.indicators import kernels

LIMITED = settings(max_examples=50, deadline=None)
# Few distinct values, so that ties happen.
NUMBERS = st.lists(st.sampled_from([1.0, 2.0, 2.5, 4.0, -3.0, 0.0]), max_size=25).map(
    lambda v: np.array(v, float)
)
TRUTHS = st.lists(st.sampled_from([0, 2]), max_size=25).map(lambda v: np.array(v, np.int8))
WITH_UNKNOWN = st.lists(st.sampled_from([0, 1, 2]), max_size=25).map(lambda v: np.array(v, np.int8))
BARS = st.integers(1, 7)


def windows(values, bars):
    for end in range(1, len(values) + 1):
        yield list(values[end - bars : end]) if end >= bars else None


def assert_same(result, wanted):
    np.testing.assert_allclose(np.asarray(result, float), np.array(wanted, float), rtol=1e-12, atol=1e-12)


def slow_zscore(window):
    mean = sum(window) / len(window)
    spread = math.sqrt(sum((value - mean) ** 2 for value in window) / len(window))
    return (window[-1] - mean) / spread if max(window) > min(window) else math.nan


def slow_quantile(window, share):
    ordered = sorted(window)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


SLOW = {
    "median": (kernels.median, lambda w: slow_quantile(w, 0.5)),
    "quantile": (lambda v, n: kernels.quantile(v, n, 0.3), lambda w: slow_quantile(w, 0.3)),
    "zscore": (kernels.zscore, slow_zscore),
    "highest": (kernels.bars_since_highest, lambda w: min(i for i, x in enumerate(w[::-1]) if x == max(w))),
    "lowest": (kernels.bars_since_lowest, lambda w: min(i for i, x in enumerate(w[::-1]) if x == min(w))),
}


@pytest.mark.parametrize("name", SLOW)
@LIMITED
@given(values=NUMBERS, bars=BARS)
def test_window_kernel_agrees_with_the_slow_loop(name, values, bars):
    kernel, slow = SLOW[name]
    assert_same(kernel(values, bars), [math.nan if w is None else slow(w) for w in windows(values, bars)])


@LIMITED
@given(NUMBERS, st.integers(0, 30))
def test_shift_and_change_agree_with_the_slow_loop(values, bars):
    before = [math.nan if i < bars else values[i - bars] for i in range(len(values))]
    assert_same(kernels.shift(values, bars), before)
    assert_same(kernels.change(values, bars), [x - y for x, y in zip(values, before, strict=True)])


@LIMITED
@given(TRUTHS, st.integers(0, 30))
def test_shifted_truth_is_unknown_where_there_is_no_past(truth, bars):
    wanted = [1 if i < bars else truth[i - bars] for i in range(len(truth))]
    assert kernels.shift_truth(truth, bars).tolist() == wanted


@LIMITED
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=25))
def test_crosses_agree_with_their_definition(pairs):
    a = np.array([x for x, _ in pairs], float)
    b = np.array([y for _, y in pairs], float)
    above, below = [], []
    for i in range(len(pairs)):
        above.append(1 if i == 0 else 2 * (a[i] > b[i] and a[i - 1] <= b[i - 1]))
        below.append(1 if i == 0 else 2 * (a[i] < b[i] and a[i - 1] >= b[i - 1]))
    assert kernels.cross_above(a, b).tolist() == above
    assert kernels.cross_below(a, b).tolist() == below
    assert kernels.crosses(a, b).tolist() == [max(pair) for pair in zip(above, below, strict=True)]


@LIMITED
@given(TRUTHS)
def test_bars_since_and_streak_agree_with_the_slow_loop(truth):
    since, run, runs, last = [], 0, [], None
    for i, value in enumerate(truth):
        last = i if value == 2 else last
        since.append(math.nan if last is None else i - last)
        run = run + 1 if value == 2 else 0
        runs.append(run)
    assert_same(kernels.bars_since(truth), since)
    assert_same(kernels.streak(truth), runs)


@LIMITED
@given(TRUTHS, st.integers(0, 3))
def test_value_when_agrees_with_the_slow_loop(truth, occurrence):
    values = np.arange(len(truth), dtype=float) * 10
    wanted, seen = [], []
    for i, value in enumerate(truth):
        if value == 2:
            seen.append(values[i])
        wanted.append(seen[-1 - occurrence] if len(seen) > occurrence else math.nan)
    assert_same(kernels.value_when(truth, values, occurrence), wanted)


def slow_exists(window):
    return 2 if 2 in window else (1 if 1 in window else 0)


def slow_every(window):
    return 0 if 0 in window else (1 if 1 in window else 2)


@LIMITED
@given(WITH_UNKNOWN, BARS)
def test_count_exists_and_every_decide_as_far_as_known_bars_allow(truth, bars):
    parts = list(windows(truth, bars))
    counts = [math.nan if w is None or 1 in w else w.count(2) for w in parts]
    assert_same(kernels.count(truth, bars), counts)
    assert kernels.exists(truth, bars).tolist() == [1 if w is None else slow_exists(w) for w in parts]
    assert kernels.every(truth, bars).tolist() == [1 if w is None else slow_every(w) for w in parts]


def test_long_windows_are_reduced_in_blocks_with_the_same_result():
    values = np.random.default_rng(7).normal(size=3000)
    blocks = kernels.median(values, 900)
    assert blocks[2500] == np.median(values[2500 - 899 : 2501])
    assert np.isnan(blocks[:899]).all()
    assert np.isfinite(blocks[899:]).all()


def test_zscore_does_not_depend_on_where_the_series_starts():
    values = 1e6 + np.random.default_rng(8).normal(size=500)
    np.testing.assert_array_equal(kernels.zscore(values, 20)[-100:], kernels.zscore(values[300:], 20)[-100:])


@pytest.mark.parametrize(
    ("value", "digits", "wanted"), [(2.5, 0, 3), (-2.5, 0, -3), (1.25, 1, 1.3), (0.4, 0, 0)], ids=str
)
def test_halves_are_rounded_away_from_zero(value, digits, wanted):
    assert kernels.round_half_away(np.array([value]), digits)[0] == pytest.approx(wanted)


def slow_session_vwap(high, low, close, volume, session):
    out = []
    for row in range(len(close)):
        rows = [each for each in range(row + 1) if session[each] == session[row]]
        traded = sum(volume[each] for each in rows)
        paid = sum((high[each] + low[each] + close[each]) / 3 * volume[each] for each in rows)
        out.append(paid / traded if traded else math.nan)
    return out


SESSION_BARS = st.lists(
    st.tuples(
        st.integers(0, 2), *(st.floats(1, 1000) for _ in range(3)), st.sampled_from([0.0, 1.0, 250.0, 1e9])
    ),
    max_size=25,
)


@LIMITED
@given(SESSION_BARS)
def test_the_vwap_of_a_session_agrees_with_the_slow_loop(rows):
    steps, high, low, close, volume = np.array(rows, float).reshape(len(rows), 5).T
    session = np.cumsum(steps)
    result = kernels.session_vwap(high, low, close, volume, session)
    assert_same(result, slow_session_vwap(high, low, close, volume, session))


def test_a_session_of_enormous_volume_leaves_no_trace_in_the_next():
    price, volume = np.array([1e6, 3.0, 5.0]), np.array([1e18, 1.0, 1.0])
    result = kernels.session_vwap(price, price, price, volume, np.array([1.0, 2.0, 2.0]))
    assert result.tolist() == [1e6, 3.0, 4.0]
