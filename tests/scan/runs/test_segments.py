"""A journal's bytes: what was finished comes back to the last bit, and what was touched is never believed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.scan.results import Column, ProcessingResult, SymbolMatches, SymbolStatus
from engine.scan.runs.segments import (
    MAGIC,
    Finished,
    FrameKind,
    RunPlan,
    encode_plan,
    encode_segment,
    frame,
    read_journal,
)

RUN = "20261122-071502-417-3f9a1c"
SYMBOLS = ("005930", "NA", "NO", "nul", "x,y")
PLAN = RunPlan(SYMBOLS, (Column("rsi"), Column("trend", is_truth=True)), ("down", "up"))


def matches(seed: int, rows: int) -> SymbolMatches:
    random = np.random.default_rng(seed)
    values = random.normal(size=(2, rows))
    values[:, ::3] = np.nan
    return SymbolMatches(
        bar=np.arange(rows, dtype=np.int64) * 7,
        timestamp=np.datetime64("2020-01-01", "us") + np.arange(rows).astype("timedelta64[D]"),
        close=random.normal(100.0, 5.0, rows),
        values=tuple(values),
        formula=random.integers(0, 2, rows).astype(np.int32),
    )


def finished(symbol: str, seed: int, rows: int) -> Finished:
    result = ProcessingResult(
        symbol,
        SymbolStatus.OK if rows else SymbolStatus.NOT_EVALUABLE,
        1.25 * seed,
        None if rows else "Needs 200 bars of history, has 3.",
        bars=1000 + seed,
        masked_bars={"high_below_low": seed} if seed % 2 else {},
        found=matches(seed, rows),
        columns=PLAN.columns,
        formulas=PLAN.formulas,
    )
    return Finished(result)


FAILED = Finished(
    ProcessingResult.from_error("NO", "Its worker process died.", SymbolStatus.CRASH, "a\ntraceback"),
    is_unranked=True,
)
FIRST = (finished("005930", 1, 4), FAILED)
SECOND = (finished("NA", 2, 0), finished("x,y", 3, 11), finished("nul", 4, 1))


def journal() -> bytes:
    return b"".join(
        (
            MAGIC,
            frame(RUN, FrameKind.PLAN, 0, encode_plan(PLAN)),
            frame(RUN, FrameKind.SEGMENT, 1, encode_segment(FIRST, PLAN)),
            frame(RUN, FrameKind.SEGMENT, 2, encode_segment(SECOND, PLAN)),
        )
    )


WHOLE = journal()
WRITTEN = {each.result.symbol: each for each in (*FIRST, *SECOND)}


def assert_same(read: Finished, written: Finished) -> None:
    assert (read.result, read.is_unranked, read.result.details) == (
        written.result,
        written.is_unranked,
        written.result.details,
    )
    if written.result.found is None:
        assert read.result.found is None
        return
    assert read.result.found is not None
    assert (read.result.columns, read.result.formulas) == (PLAN.columns, PLAN.formulas)
    assert _arrays(read) == _arrays(written)


def _arrays(each: Finished) -> list[bytes]:
    found = each.result.found
    arrays = (found.bar, found.timestamp.astype("datetime64[us]"), found.close, *found.values, found.formula)
    return [array.tobytes() for array in arrays]


def assert_nothing_is_wrong(data: bytes, run: str = RUN) -> None:
    content = read_journal(data, run)
    for symbol, read in content.finished.items():
        assert_same(read, WRITTEN[symbol])


def test_what_was_written_comes_back_to_the_last_bit() -> None:
    content = read_journal(WHOLE, RUN)
    assert content.plan == PLAN
    assert content.finished.keys() == WRITTEN.keys()
    assert_nothing_is_wrong(WHOLE)
    assert (content.end, content.frames, content.refused, content.is_torn) == (len(WHOLE), 3, 0, False)


@given(st.integers(0, len(WHOLE) - 1))
def test_a_torn_tail_is_dropped_and_what_stands_before_it_is_kept(length: int) -> None:
    content = read_journal(WHOLE[:length], RUN)
    assert_nothing_is_wrong(WHOLE[:length])
    assert content.end <= length
    assert content.is_torn == (0 < length != content.end)
    whole_segments = content.frames - 1
    kept = [set(), {each.result.symbol for each in FIRST}, WRITTEN.keys()]
    assert content.finished.keys() == kept[max(0, whole_segments)]


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_flipped_byte_never_makes_a_wrong_row(place: int, flipped: int) -> None:
    data = bytearray(WHOLE)
    data[place] ^= flipped
    content = read_journal(bytes(data), RUN)
    assert_nothing_is_wrong(bytes(data))
    assert content.refused or content.is_torn
    assert len(content.finished) < len(WRITTEN)


@given(st.data())
def test_any_piece_of_bytes_put_anywhere_never_makes_a_wrong_row(data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(begin, len(WHOLE)))
    piece = data.draw(st.binary(max_size=64))
    assert_nothing_is_wrong(WHOLE[:begin] + piece + WHOLE[end:])


def test_a_damaged_segment_costs_only_its_own_symbols() -> None:
    first = encode_segment(FIRST, PLAN)
    data = bytearray(WHOLE)
    data[WHOLE.index(first) + len(first) // 2] ^= 1
    content = read_journal(bytes(data), RUN)
    assert content.finished.keys() == {each.result.symbol for each in SECOND}
    assert (content.refused, content.is_torn) == (1, False)


def test_a_damaged_plan_voids_what_stands_before_and_after_it() -> None:
    plan = encode_plan(PLAN)
    data = bytearray(WHOLE)
    data[WHOLE.index(plan)] ^= 1
    content = read_journal(bytes(data), RUN)
    assert content.plan is None
    assert content.finished == {}


def test_segments_of_another_run_are_refused() -> None:
    content = read_journal(WHOLE, "20261122-071502-417-ffffff")
    assert content.finished == {}


def test_segments_in_another_order_are_refused() -> None:
    plan = frame(RUN, FrameKind.PLAN, 0, encode_plan(PLAN))
    second = frame(RUN, FrameKind.SEGMENT, 2, encode_segment(SECOND, PLAN))
    content = read_journal(MAGIC + plan + second, RUN)
    assert content.finished == {}
    assert content.is_torn


def test_a_later_row_of_a_symbol_counts() -> None:
    again = finished("NO", 9, 2)
    data = WHOLE + frame(RUN, FrameKind.SEGMENT, 3, encode_segment((again,), PLAN))
    assert_same(read_journal(data, RUN).finished["NO"], again)


def test_a_second_plan_voids_what_stands_before_it() -> None:
    data = WHOLE + frame(RUN, FrameKind.PLAN, 3, encode_plan(PLAN))
    content = read_journal(data, RUN)
    assert (content.plan, content.finished) == (PLAN, {})


@pytest.mark.parametrize("data", [b"", b"CWJR", b"PAR1" * 40], ids=["empty", "cut off", "another format"])
def test_what_is_no_journal_holds_nothing(data: bytes) -> None:
    content = read_journal(data, RUN)
    assert (content.plan, content.finished, content.end) == (None, {}, 0)
