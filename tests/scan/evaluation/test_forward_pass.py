"""The pass over the universe against a slow loop in pandas; sums that add up; one answer for any workers."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.errors import ProcessingEngineError
from engine.market.timeframe import Timeframe
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.evaluation.forward_pass import ForwardRequest, Measured, measure_signals, rows_by_symbol
from engine.scan.processing import ProcessingEngine
from engine.scan.window import MatchWindow

TERMS = OutcomeTerms((1, 5, 20))


def signals(rows: list[tuple[str, str]]) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    symbols = pa.chunked_array([[symbol for symbol, _ in rows]], pa.string())
    when = np.array([day for _, day in rows], "datetime64[us]")
    return symbols, pa.chunked_array([pa.array(when, pa.timestamp("us"))])


def every_third_bar(walks: dict[str, pd.DataFrame]) -> list[tuple[str, str]]:
    return [
        (symbol, str(day.date())) for symbol, frame in walks.items() for day in frame["timestamp"].iloc[::3]
    ]


def slow_forward(frame: pd.DataFrame, window: int) -> pd.Series:
    """Forward returns of every bar by its day."""
    bought = frame["open"].shift(-1)
    return pd.Series((frame["close"].shift(-window) / bought - 1).to_numpy(), index=frame["timestamp"])


def test_returns_and_universe_means_are_those_of_a_slow_loop(inline, uneven_walks):
    rows = every_third_bar(uneven_walks)
    measured = measure_signals(inline, *signals(rows), ForwardRequest(TERMS))
    for place, window in enumerate(TERMS.windows):
        by_symbol = {symbol: slow_forward(frame, window) for symbol, frame in uneven_walks.items()}
        universe = pd.DataFrame(by_symbol).mean(axis=1)
        expected = [by_symbol[symbol][day] for symbol, day in rows]
        around = [
            universe[day] if not math.isnan(value) else math.nan
            for (_, day), value in zip(rows, expected, strict=True)
        ]
        np.testing.assert_allclose(measured.sample.values[:, place], expected, rtol=1e-12)
        np.testing.assert_allclose(measured.sample.universe[:, place], around, rtol=1e-9, atol=1e-12)


def test_every_signal_has_one_fate_in_every_window(inline):
    rows = [("S00", "2020-02-03"), ("S00", "1999-01-04"), ("NOBODY", "2020-03-02"), ("S01", "2020-02-01")]
    measured = measure_signals(inline, *signals(rows), ForwardRequest(TERMS))
    assert measured.complete
    for account in measured.accounts:
        assert account.signals == 4
        assert account.signals == account.evaluated + account.not_matured + account.not_evaluable
        # A Saturday, a day before the data, a symbol that is not in the universe.
        assert account.not_evaluable >= 2


def test_the_order_of_the_signals_is_kept(inline, uneven_walks):
    rows = every_third_bar(uneven_walks)
    order = np.random.default_rng(1).permutation(len(rows))
    straight = measure_signals(inline, *signals(rows), ForwardRequest(TERMS)).sample
    shuffled = measure_signals(
        inline, *signals([rows[place] for place in order]), ForwardRequest(TERMS)
    ).sample
    assert shuffled.values.tobytes() == straight.values[order].tobytes()
    assert shuffled.universe.tobytes() == straight.universe[order].tobytes()


def test_costs_are_the_signals_own_and_not_the_universes(inline, uneven_walks):
    rows = every_third_bar(uneven_walks)[:50]
    free = measure_signals(inline, *signals(rows), ForwardRequest(TERMS)).sample
    costly = measure_signals(
        inline, *signals(rows), ForwardRequest(OutcomeTerms((1, 5, 20), cost_bps=10))
    ).sample
    assert (costly.values[:, 0] < free.values[:, 0])[~np.isnan(free.values[:, 0])].all()
    assert costly.universe.tobytes() == free.universe.tobytes()


def test_the_universe_holds_the_dates_of_the_run_only(inline):
    window = MatchWindow(start=date(2020, 3, 2), end=date(2020, 3, 31))
    measured = measure_signals(
        inline, *signals([("S00", "2020-03-10")]), ForwardRequest(TERMS, window=window)
    )
    assert measured.coverage.first == np.datetime64("2020-03-02", "us")
    assert measured.coverage.last == np.datetime64("2020-03-31", "us")
    assert not np.isnan(measured.sample.universe).any()


def test_a_smaller_universe_has_a_mean_of_its_own(inline, uneven_walks):
    request = ForwardRequest(OutcomeTerms((5,)), symbols=("S03",))
    day = str(uneven_walks["S03"]["timestamp"].iloc[10].date())
    sample = measure_signals(inline, *signals([("S03", day)]), request).sample
    assert sample.universe[0, 0] == pytest.approx(sample.values[0, 0], abs=4e-15)


def test_weeks_are_measured_in_weeks(inline, uneven_walks):
    frame = uneven_walks["S05"].set_index("timestamp")
    friday = str(next(day for day in frame.index[20:] if day.day_of_week == 4).date())
    request = ForwardRequest(OutcomeTerms((2,), entry="close"), Timeframe.WEEK)
    sample = measure_signals(inline, *signals([("S05", friday)]), request).sample
    later = str((pd.Timestamp(friday) + pd.Timedelta(days=14)).date())
    assert sample.values[0, 0] == frame.loc[later, "close"] / frame.loc[friday, "close"] - 1


def as_bytes(measured: Measured) -> tuple[bytes, ...]:
    sample = measured.sample
    return (
        sample.values.tobytes(),
        sample.fates.tobytes(),
        sample.universe.tobytes(),
        repr(measured.coverage).encode(),
    )


@pytest.mark.parametrize(("workers", "chunk"), [(1, 1), (3, 5)])
def test_the_number_of_workers_and_their_chunks_change_no_byte(inline, uneven, uneven_walks, workers, chunk):
    rows = signals(every_third_bar(uneven_walks))
    expected = as_bytes(measure_signals(inline, *rows, ForwardRequest(TERMS)))
    with ProcessingEngine(uneven, max_workers=workers, chunk=chunk) as engine:
        assert as_bytes(measure_signals(engine, *rows, ForwardRequest(TERMS))) == expected


@pytest.fixture
def with_a_broken_symbol(uneven_walks):
    frames = dict(uneven_walks)
    frames["S10"] = frames["S10"].drop(columns="close")
    with (
        InMemoryCandleRepository(frames) as repository,
        ProcessingEngine(repository, backend="inline") as engine,
    ):
        yield engine


def test_a_symbol_that_fails_is_named_and_its_signals_are_not_evaluable(with_a_broken_symbol):
    rows = signals([("S10", "2020-03-03"), ("S11", "2020-06-03")])
    measured = measure_signals(with_a_broken_symbol, *rows, ForwardRequest(TERMS))
    assert not measured.complete
    assert [symbol for symbol, _ in measured.failed] == ["S10"]
    assert measured.accounts[0].not_evaluable == 1
    assert measured.accounts[0].signals == 2


def test_strict_stops_at_the_first_symbol_that_fails(with_a_broken_symbol):
    seen = []
    with pytest.raises(ProcessingEngineError, match=r"^S10: .* strict"):
        measure_signals(
            with_a_broken_symbol,
            *signals([("S11", "2020-06-03")]),
            ForwardRequest(TERMS),
            strict=True,
            progress=lambda done, total: seen.append((done, total)),
        )
    assert seen[-1] == (10, 24)


def test_progress_ends_at_the_total(inline):
    seen = []
    measure_signals(
        inline,
        *signals([]),
        ForwardRequest(TERMS),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (24, 24)
    assert seen == sorted(seen)


def test_a_cancel_keeps_what_is_finished_and_says_so(inline):
    def cancel_soon(done: int, _total: int) -> None:
        if done == 5:
            inline.cancel()

    rows = signals([("S00", "2020-04-03"), ("S20", "2020-04-03")])
    measured = measure_signals(inline, *rows, ForwardRequest(TERMS), progress=cancel_soon)
    assert measured.cancelled
    assert not measured.complete
    assert len(measured.failed) == 19


def test_the_engine_scans_again_after_a_pass_that_was_stopped(with_a_broken_symbol):
    with pytest.raises(ProcessingEngineError):
        measure_signals(with_a_broken_symbol, *signals([]), ForwardRequest(TERMS), strict=True)
    assert measure_signals(with_a_broken_symbol, *signals([]), ForwardRequest(TERMS)).universe == 24


def test_a_second_pass_on_a_busy_engine_is_refused(inline):
    with inline.lend(), pytest.raises(ProcessingEngineError, match="is running"):
        measure_signals(inline, *signals([]), ForwardRequest(TERMS))


def test_forward_columns_stand_in_the_order_of_the_signals_and_unknown_is_null(inline, uneven_walks):
    last = str(uneven_walks["S00"]["timestamp"].iloc[-1].date())
    rows = signals([("S00", last), ("S00", "2020-04-03")])
    columns = measure_signals(inline, *rows, ForwardRequest(TERMS)).forward_columns()
    assert columns.column_names == ["fwd_1", "fwd_5", "fwd_20"]
    assert columns["fwd_5"].to_pylist()[0] is None
    assert columns["fwd_5"].to_pylist()[1] is not None


def test_rows_are_found_by_symbol_over_chunks():
    symbols = pa.chunked_array([["B", "A"], ["B", "C"]], pa.string())
    assert {name: rows.tolist() for name, rows in rows_by_symbol(symbols).items()} == {
        "A": [1],
        "B": [0, 2],
        "C": [3],
    }
