from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.errors import DataError
from engine.testing import generate_test_candles


def spilled_file(repository: InMemoryCandleRepository) -> Path:
    return Path(repository.address.removeprefix("arrow:"))


def test_nothing_is_written_before_an_address_is_needed(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    repository = InMemoryCandleRepository({"AAA": generate_test_candles(5)})
    repository.get_range("AAA")
    assert list(tmp_path.iterdir()) == []
    repository.close()


def test_the_file_is_written_once_and_goes_with_close():
    with InMemoryCandleRepository({"AAA": generate_test_candles(5)}) as repository:
        path = spilled_file(repository)
        assert spilled_file(repository) == path
        assert path.is_file()
    assert not path.parent.exists()
    repository.close()
    assert len(repository.read_raw("AAA")) == 5


def test_the_file_goes_with_the_repository():
    repository = InMemoryCandleRepository({"AAA": generate_test_candles(5)})
    path = spilled_file(repository)
    del repository
    gc.collect()
    assert not path.parent.exists()


def test_an_address_after_close_is_a_new_file():
    repository = InMemoryCandleRepository({"AAA": generate_test_candles(5)})
    first = spilled_file(repository)
    repository.close()
    second = spilled_file(repository)
    assert second != first
    assert second.is_file()
    repository.close()


def test_another_process_opens_the_address(rows_of):
    program = """
import sys
from engine.data.opening import open_repository
repository = open_repository(sys.argv[1])
print(repository.symbols(), repository.read_raw("AAA").close.sum())
"""
    with InMemoryCandleRepository({"AAA": generate_test_candles(5)}) as repository:
        out = subprocess.run(
            [sys.executable, "-c", program, repository.address], capture_output=True, text=True, check=True
        )
        assert out.stdout == f"('AAA',) {repository.read_raw('AAA').close.sum()}\n"


def test_a_repository_does_not_pickle():
    with pytest.raises(TypeError, match="its address, never itself"):
        pickle.dumps(InMemoryCandleRepository({}))


def test_no_frames_are_a_repository_without_symbols():
    with InMemoryCandleRepository({}) as repository:
        assert repository.symbols() == ()
        assert spilled_file(repository).is_file()


def test_changing_a_frame_later_changes_nothing():
    frame = generate_test_candles(5)
    repository = InMemoryCandleRepository({"AAA": frame})
    before = repository.read_raw("AAA").close.tolist()
    frame.loc[:, "close"] = 0.0
    assert repository.read_raw("AAA").close.tolist() == before


def with_index(frame):
    return frame.set_index("timestamp")


def with_zoned_index(frame):
    return frame.set_index(pd.DatetimeIndex(frame["timestamp"], name=None).tz_localize("Asia/Tokyo")).drop(
        columns="timestamp"
    )


def with_capitals(frame):
    return frame.rename(columns={"timestamp": "Date"} | {name: name.title() for name in frame.columns[1:]})


def with_texts(frame):
    return frame.assign(timestamp=frame["timestamp"].dt.strftime("%Y-%m-%d"))


def with_date_objects(frame):
    return frame.assign(timestamp=[stamp.date() for stamp in frame["timestamp"]])


def with_whole_volumes(frame):
    return frame.assign(volume=frame["volume"].astype("Int64"))


def with_more_columns(frame):
    return frame.assign(note="x", adj_close=0.0, symbol="ZZZ")


@pytest.mark.parametrize(
    "shape",
    [
        with_index,
        with_zoned_index,
        with_capitals,
        with_texts,
        with_date_objects,
        with_whole_volumes,
        with_more_columns,
    ],
    ids=lambda shape: shape.__name__,
)
def test_frames_of_many_shapes_hold_the_same_bars(shape, rows_of):
    frame = generate_test_candles(5)
    plain = InMemoryCandleRepository({"AAA": frame}).read_raw("AAA")
    assert rows_of(InMemoryCandleRepository({"AAA": shape(frame)}).read_raw("AAA")) == rows_of(plain)


def test_a_frame_without_volume_has_an_unknown_one():
    frame = generate_test_candles(5).drop(columns="volume")
    assert np.isnan(InMemoryCandleRepository({"AAA": frame}).read_raw("AAA").volume).all()


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (generate_test_candles(3).drop(columns="timestamp"), "no column 'timestamp' or 'date'"),
        (generate_test_candles(3).drop(columns=["high", "low"]), "no columns 'high', 'low'"),
        (generate_test_candles(3).assign(close="abc"), "'close' holds a text that cannot be read"),
        (pd.concat([generate_test_candles(3)] * 2, axis=1), "two columns have the same name"),
        (pd.DataFrame(), "no column 'timestamp' or 'date'"),
    ],
)
def test_a_frame_that_is_none_is_its_symbols_fault(frame, reason):
    repository = InMemoryCandleRepository({"BAD": frame, "AAA": generate_test_candles(3)})
    with pytest.raises(DataError, match=f"The bars of BAD cannot be read from their frame: .*{reason}"):
        repository.read_raw("BAD")
    assert len(repository.read_raw("AAA")) == 3


def test_a_symbol_that_is_a_number_is_refused():
    with pytest.raises(DataError, match="A symbol is text: write '5930' in quotes"):
        InMemoryCandleRepository({5930: generate_test_candles(3)})


def test_the_version_follows_the_contents():
    frame = generate_test_candles(5)
    one, same = InMemoryCandleRepository({"AAA": frame}), InMemoryCandleRepository({"AAA": frame.copy()})
    other = InMemoryCandleRepository({"AAA": frame.assign(close=frame["close"] * 1.01)})
    assert one.data_version() == same.data_version()
    assert one.data_version() != other.data_version()
