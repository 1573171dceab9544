from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.parquet import SCHEMA, read_bars, write_bars
from engine.errors import DataError, OutputError
from engine.market.bars import Bars
from engine.testing import bars_from_rows, generate_test_bars

NAN = float("nan")


@pytest.fixture
def written(tmp_path) -> Path:
    write_bars(generate_test_bars("AAA", 40), tmp_path / "bars.parquet")
    return tmp_path / "bars.parquet"


def test_what_is_written_is_read_bit_for_bit(tmp_path):
    odd = np.array([0.1 + 0.2, 5e-324, -0.0, np.inf, NAN, 1e308])
    bars = Bars("AAA", np.arange(6).astype("datetime64[us]"), odd, odd[::-1].copy(), -odd, odd / 3, odd / 7)
    write_bars(bars, tmp_path / "x.parquet")
    back = read_bars("AAA", tmp_path / "x.parquet")
    assert back.timestamp.tolist() == bars.timestamp.tolist()
    for name in ("open", "high", "low", "close", "volume"):
        assert back.field(name).view(np.int64).tolist() == bars.field(name).view(np.int64).tolist()


def test_rows_keep_their_order_repeats_and_faults(tmp_path, rows_of):
    raw = bars_from_rows(
        "AAA", [5, 3, 3, 9], [(1, 0, 2, NAN, -1), (1, 2, 1, 1, 5), (1, 2, 1, 1, 5), (0,) * 5]
    )
    write_bars(raw, tmp_path / "x.parquet")
    assert rows_of(read_bars("AAA", tmp_path / "x.parquet")) == rows_of(raw)


def test_a_symbol_without_rows_is_written_and_read(tmp_path):
    write_bars(Bars.empty("AAA"), tmp_path / "x.parquet")
    assert len(read_bars("AAA", tmp_path / "x.parquet")) == 0


def test_a_written_file_has_the_declared_schema_checksums_and_labels(tmp_path):
    path = tmp_path / "x.parquet"
    write_bars(generate_test_bars("AAA", 5), path, {"candlewick.origin": "SYNTHETIC"})
    with pq.ParquetFile(path) as file:
        assert file.schema_arrow.equals(SCHEMA)
        assert file.metadata.metadata[b"candlewick.origin"] == b"SYNTHETIC"
        assert file.metadata.row_group(0).column(1).compression == "ZSTD"
    assert len(pq.read_table(path, page_checksum_verification=True)) == 5


def test_the_same_bars_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_bars(generate_test_bars("AAA", 50), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="no such file"):
        write_bars(generate_test_bars("AAA", 5), tmp_path / "missing" / "x.parquet")


@pytest.mark.parametrize("twentieth", range(20))
def test_a_file_cut_off_anywhere_is_an_error(written, twentieth):
    contents = written.read_bytes()
    written.write_bytes(contents[: len(contents) * twentieth // 20])
    with pytest.raises(DataError, match=r"cannot be read from .*: it is (empty|cut off|not a Parquet file)"):
        read_bars("AAA", written)


def test_a_flipped_bit_is_an_error_or_changes_nothing(written, rows_of):
    contents, expected = written.read_bytes(), rows_of(read_bars("AAA", written))
    footer = int.from_bytes(contents[-8:-4], "little") + 8
    chance = random.Random(20260101)
    # Half of them in the footer, which no page checksum covers.
    places = [chance.randrange(len(contents)) for _ in range(200)]
    places += [chance.randrange(len(contents) - footer, len(contents)) for _ in range(200)]
    errors = 0
    for place in places:
        flipped = bytearray(contents)
        flipped[place] ^= 1 << chance.randrange(8)
        written.write_bytes(flipped)
        try:
            assert rows_of(read_bars("AAA", written)) == expected
        except DataError as error:
            assert str(written) in str(error)
            errors += 1
    assert errors > 200


def test_a_flipped_bit_in_a_page_of_another_writers_file_is_an_error(tmp_path):
    path = tmp_path / "x.parquet"
    days = [date.fromordinal(737_000 + number) for number in range(500)]
    prices = np.random.default_rng(0).random(500)
    table = pa.table({"date": days, **dict.fromkeys(("open", "high", "low", "close"), prices)})
    pq.write_table(table, path, write_page_checksum=True, compression="none", use_dictionary=False)
    contents = bytearray(path.read_bytes())
    contents[contents.index(prices.tobytes()[:64]) + 100] ^= 1
    path.write_bytes(contents)
    with pytest.raises(DataError, match="it is damaged"):
        read_bars("AAA", path)


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (b"", "it is empty"),
        (b"Date,Open\n", "it is not a Parquet file"),
        (b"PAR1 and no more", "it is cut off"),
    ],
)
def test_a_file_that_is_no_parquet_file_says_so(tmp_path, contents, reason):
    (tmp_path / "x.parquet").write_bytes(contents)
    with pytest.raises(DataError, match=f"The bars of AAA cannot be read from .*x.parquet: {reason}"):
        read_bars("AAA", tmp_path / "x.parquet")


def test_a_folder_in_place_of_a_file_says_so(tmp_path):
    (tmp_path / "x.parquet").mkdir()
    with pytest.raises(DataError, match="it is a folder, not a Parquet file"):
        read_bars("AAA", tmp_path / "x.parquet")


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(DataError, match="it has vanished"):
        read_bars("AAA", tmp_path / "x.parquet")


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path):
    pq.write_table(
        pa.table({"date": ["2020-01-31"], "open": [1.0], "Adj Close": [1.0]}), tmp_path / "x.parquet"
    )
    with pytest.raises(DataError, match=r"no columns .*'close'; the columns are 'date', 'open', 'Adj Close'"):
        read_bars("AAA", tmp_path / "x.parquet")


DAY = date(2020, 1, 31)
PRICES = {"open": [1.0], "high": [4.0], "low": [0.5], "close": [2.0]}
VARIANTS = {
    "timestamp": {"timestamp": pa.array([DAY]).cast(pa.timestamp("us")), **PRICES, "volume": [7.0]},
    "date": {"date": [DAY], **PRICES, "volume": [7.0]},
    "milliseconds": {"date": pa.array([DAY]).cast(pa.timestamp("ms")), **PRICES, "volume": [7.0]},
    "text date": {"date": ["2020-01-31"], **PRICES, "volume": [7.0]},
    "integer volume": {"date": [DAY], **PRICES, "volume": [7]},
    "small integer volume": {"date": [DAY], **PRICES, "volume": pa.array([7], pa.int32())},
    "decimal volume": {"date": [DAY], **PRICES, "volume": pa.array([7]).cast(pa.decimal128(21, 2))},
    "float32 prices": {
        "date": [DAY],
        **{k: pa.array(v, pa.float32()) for k, v in PRICES.items()},
        "volume": [7],
    },
    "decimal prices": {
        "date": [DAY],
        **{k: pa.array([str(v[0])]).cast(pa.decimal128(9, 4)) for k, v in PRICES.items()},
        "volume": [7],
    },
    "text prices": {"date": [DAY], **{k: [str(v[0])] for k, v in PRICES.items()}, "volume": ["7"]},
    "capitals": {"Date": [DAY], **{k.upper(): v for k, v in PRICES.items()}, "VOLUME": [7]},
    "one letter": {"Datetime": [DAY], **{k[0]: v for k, v in PRICES.items()}, "v": [7]},
    "extra columns": {
        "symbol": ["ZZZ"],
        "date": [DAY],
        **PRICES,
        "volume": [7],
        "Adj Close": [9.0],
        "x": [None],
    },
    "another order": {"volume": [7], **dict(reversed(PRICES.items())), "date": [DAY]},
    "dictionary": {"date": pa.array(["2020-01-31"]).dictionary_encode(), **PRICES, "volume": [7]},
    "zone": {
        "date": pa.array([DAY]).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC")),
        **PRICES,
        "volume": [7],
    },
}


@pytest.mark.parametrize("columns", VARIANTS.values(), ids=VARIANTS)
def test_other_writers_files_are_read_alike(tmp_path, columns, rows_of):
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    expected = bars_from_rows("AAA", ["2020-01-31"], [(1, 4, 0.5, 2, 7)])
    assert rows_of(read_bars("AAA", tmp_path / "x.parquet")) == rows_of(expected)


def test_a_missing_volume_is_unknown(tmp_path):
    pq.write_table(pa.table({"date": [DAY], **PRICES}), tmp_path / "x.parquet")
    assert np.isnan(read_bars("AAA", tmp_path / "x.parquet").volume).all()


def test_a_null_is_unknown_and_never_zero(tmp_path):
    table = pa.table({"date": [DAY, None], **{k: [*v, None] for k, v in PRICES.items()}, "volume": [7, None]})
    pq.write_table(table, tmp_path / "x.parquet")
    bars = read_bars("AAA", tmp_path / "x.parquet")
    assert np.isnat(bars.timestamp).tolist() == [False, True]
    assert np.isnan([bars.open[1], bars.close[1], bars.volume[1]]).all()


def test_a_text_that_cannot_be_read_is_a_fault_of_the_file(tmp_path):
    pq.write_table(pa.table({"date": ["soon"], **PRICES}), tmp_path / "x.parquet")
    with pytest.raises(DataError, match="'date' holds a text that cannot be read, first in row 1"):
        read_bars("AAA", tmp_path / "x.parquet")


def test_several_row_groups_are_one_series(tmp_path, rows_of):
    bars = generate_test_bars("AAA", 10)
    table = pa.table({"timestamp": bars.timestamp, **{name: bars.field(name) for name in SCHEMA.names[1:]}})
    pq.write_table(table, tmp_path / "x.parquet", row_group_size=3)
    assert rows_of(read_bars("AAA", tmp_path / "x.parquet")) == rows_of(bars)
