from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.market.bars import FIELDS, Bars
from engine.market.quality import REASONS, QualityReport, clean
from engine.testing import bars_from_rows, generate_test_bars

NAN, INF = float("nan"), float("inf")


def sound_row(draw) -> list[float]:
    lowest, one, other, highest = sorted(draw(st.lists(st.integers(1, 50), min_size=4, max_size=4)))
    first, last = draw(st.permutations([one, other]))
    return [first / 4, highest / 4, lowest / 4, last / 4, float(draw(st.integers(0, 5)))]


@st.composite
def stored_rows(draw, unique_days: bool = False) -> Bars:
    """Rows as files have them: sound ones, broken ones, in any order, with repeats."""
    odd = st.sampled_from([NAN, INF, -INF, 0.0, -1.0, 3.0, 1e300])
    days = draw(st.lists(st.integers(18_000, 18_012), max_size=14, unique=unique_days))
    rows = [sound_row(draw) for _ in days]
    for row in rows:
        if draw(st.integers(0, 3)) == 0:
            row[draw(st.integers(0, 4))] = draw(odd)
    if rows and not unique_days and draw(st.booleans()):
        copied = draw(st.integers(0, len(rows) - 1))
        days, rows = [*days, days[copied]], [*rows, list(rows[copied])]
    return bars_from_rows("T", days, rows)


def as_text(bars: Bars) -> list[tuple[str, ...]]:
    """Every bar as text, so that NaN equals NaN and nothing is rounded."""
    columns = [bars.timestamp.astype(str), *(bars.field(name).astype(str) for name in FIELDS)]
    return list(zip(*columns, strict=True))


def slow_reason(row: tuple[float, ...]) -> str | None:
    open_, high, low, close, _ = row
    prices = (open_, high, low, close)
    if not all(np.isfinite(prices)):
        return "not_finite"
    if min(prices) <= 0:
        return "not_positive"
    if high < low:
        return "high_below_low"
    if not low <= open_ <= high or not low <= close <= high:
        return "outside_range"
    return None


def slow_clean(raw: Bars) -> tuple[list[tuple[str, ...]], dict[str, int]]:
    """Clean row by row, as the rules are told, with none of the arrays' tricks."""
    masked: dict[str, int] = {}
    last: dict[int, int] = {}
    rows = list(zip(*(raw.field(name) for name in FIELDS), strict=True))
    days = raw.timestamp.astype(np.int64)
    for number, row in enumerate(rows):
        reason = slow_reason(row)
        if reason is None:
            last[days[number]] = number
        else:
            masked[reason] = masked.get(reason, 0) + 1
    for number, row in enumerate(rows):
        if slow_reason(row) is None and last[days[number]] != number:
            reason = "duplicate" if str(row) == str(rows[last[days[number]]]) else "conflicting"
            masked[reason] = masked.get(reason, 0) + 1
    kept = raw.take(np.array([last[day] for day in sorted(last)], dtype=np.intp))
    bad = ~((kept.volume >= 0) & (kept.volume < INF))
    return as_text(dataclasses.replace(kept, volume=np.where(bad, NAN, kept.volume))), masked


@given(stored_rows())
def test_cleaning_does_what_a_loop_over_the_rows_does(raw):
    bars, report = clean(raw)
    expected, masked = slow_clean(raw)
    assert as_text(bars) == expected
    assert dict(report.masked) == masked


@given(stored_rows())
def test_every_row_is_a_bar_or_is_counted(raw):
    bars, report = clean(raw)
    assert report.rows == len(raw)
    assert report.bars == len(bars)
    assert report.rows == report.bars + report.masked_total
    assert set(report.masked) <= set(REASONS)
    assert all(report.masked.values())


@given(stored_rows())
def test_cleaning_what_is_clean_changes_nothing(raw):
    once, _ = clean(raw)
    twice, report = clean(once)
    assert as_text(twice) == as_text(once)
    assert report.masked == {}
    assert not report.unsorted


@given(stored_rows(unique_days=True), st.randoms(use_true_random=False))
def test_shuffled_rows_give_the_series_of_sorted_rows(raw, random):
    order = list(range(len(raw)))
    random.shuffle(order)
    shuffled = raw.take(np.array(order, dtype=np.intp))
    assert as_text(clean(shuffled)[0]) == as_text(clean(raw)[0])
    assert clean(shuffled)[1].masked == clean(raw)[1].masked


@given(stored_rows())
def test_a_clean_series_is_strictly_increasing_and_possible(raw):
    bars, _ = clean(raw)
    assert (np.diff(bars.timestamp.astype(np.int64)) > 0).all()
    assert (bars.low > 0).all()
    assert np.isfinite(bars.high).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (np.isnan(bars.volume) | (bars.volume >= 0)).all()


@pytest.mark.parametrize("place", [0, 2, 4], ids=["first", "middle", "last"])
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((NAN, 2, 1, 1, 5), "not_finite"),
        ((1, INF, 1, 1, 5), "not_finite"),
        ((1, 2, -INF, 1, 5), "not_finite"),
        ((1, 2, 1, NAN, 5), "not_finite"),
        ((1, 2, 0, 1, 5), "not_positive"),
        ((-1, 2, -1, 1, 5), "not_positive"),
        ((1, 2, 1, 0, 5), "not_positive"),
        ((1, 1, 2, 1, 5), "high_below_low"),
        ((3, 2, 1, 1, 5), "outside_range"),
        ((1, 2, 1, 2.5, 5), "outside_range"),
        ((0.5, 2, 1, 1, 5), "outside_range"),
    ],
)
def test_a_broken_bar_is_left_out_and_counted_by_its_first_reason(place, row, reason):
    rows = [(1, 2, 1, 1.5, 10)] * 5
    rows[place] = row
    bars, report = clean(bars_from_rows("T", range(5), rows))
    assert len(bars) == 4
    assert report.masked == {reason: 1}
    assert report.broken == 1


@pytest.mark.parametrize("volume", [NAN, INF, -INF, -1.0])
def test_a_bar_without_a_volume_is_kept_with_an_unknown_one(volume):
    bars, report = clean(bars_from_rows("T", [0, 1], [(1, 2, 1, 1, volume), (1, 2, 1, 1, 0)]))
    assert np.isnan(bars.volume[0])
    assert bars.volume[1] == 0.0
    assert report.unknown_volume == 1
    assert report.masked == {}


def test_of_rows_of_one_day_the_last_one_of_the_file_counts():
    rows = [(1, 2, 1, 1, 5), (1, 3, 1, 2, 5), (2, 2, 2, 2, 9), (1, 3, 1, 2, 5)]
    bars, report = clean(bars_from_rows("T", [1, 1, 0, 1], rows))
    assert list(bars.close) == [2.0, 2.0]
    assert report.masked == {"duplicate": 1, "conflicting": 1}
    assert report.unsorted


def test_equal_rows_without_a_volume_are_duplicates():
    bars, report = clean(bars_from_rows("T", [0, 0], [(1, 2, 1, 1, NAN), (1, 2, 1, 1, NAN)]))
    assert len(bars) == 1
    assert report.masked == {"duplicate": 1}


def test_a_broken_last_row_does_not_take_the_sound_one_of_its_day_with_it():
    bars, report = clean(bars_from_rows("T", [0, 0], [(1, 2, 1, 1, 5), (1, 0, 1, 1, 5)]))
    assert list(bars.close) == [1.0]
    assert report.masked == {"not_positive": 1}


def test_a_row_without_a_time_is_no_bar():
    raw = bars_from_rows("T", ["NaT", "2020-01-02"], [(1, 2, 1, 1, 5)] * 2)
    bars, report = clean(raw)
    assert len(bars) == 1
    assert report.masked == {"no_time": 1}


def test_nothing_in_gives_nothing_out():
    bars, report = clean(Bars.empty("T"))
    assert len(bars) == 0
    assert report == QualityReport(0, 0)


def test_clean_data_are_not_copied():
    raw = generate_test_bars("T", 2520)
    bars, report = clean(raw)
    assert bars is raw
    assert report == QualityReport(2520, 2520)


def test_the_input_is_not_written_into():
    rows = [(1, 2, 1, 1, -5), (1, 0, 1, 1, 5), (1, 2, 1, 1, 5)]
    raw = bars_from_rows("T", [2, 1, 1], rows)
    before = as_text(raw)
    clean(raw)
    assert as_text(raw) == before


@pytest.mark.real_data
def test_the_stooq_universe_has_130_broken_rows_in_43_symbols(real_data):
    table = pq.read_table(real_data / "us_stooq_daily" / "us_stooq_daily.parquet")
    symbols = table["symbol"].to_numpy()
    days = table["date"].to_numpy().astype("datetime64[us]")
    columns = [table[name].to_numpy().astype(np.float64) for name in FIELDS]
    starts = np.flatnonzero(np.append(True, symbols[1:] != symbols[:-1]))
    broken = []
    for start, stop in zip(starts, np.append(starts[1:], len(symbols)), strict=True):
        raw = Bars(symbols[start], days[start:stop], *(column[start:stop] for column in columns))
        bars, report = clean(raw)
        assert report.masked_total == report.broken == len(raw) - len(bars)
        broken.append(report.broken)
    assert len(broken) == 1151
    assert sum(broken) == 130
    assert sum(1 for count in broken if count) == 43
