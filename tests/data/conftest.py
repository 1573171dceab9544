"""Folders of bars for the tests of this floor."""

from __future__ import annotations

import pandas as pd
import pytest

from engine.data.folder_names import encode_symbol
from engine.data.parquet import BARS_FILE, write_bars
from engine.market.bars import FIELDS, Bars
from engine.testing import generate_test_bars


def as_text(bars: Bars) -> list[tuple[str, ...]]:
    columns = [bars.timestamp.astype(str), *(bars.field(name).astype(str) for name in FIELDS)]
    return list(zip(*columns, strict=True))


@pytest.fixture
def rows_of():
    """Turn bars into text, so that NaN equals NaN and nothing is rounded."""
    return as_text


@pytest.fixture
def write_hive(tmp_path):
    """Write symbols with their bars into a Hive folder and return its path."""

    def write(bars_by_symbol: dict[str, Bars], name: str = "bars"):
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        for symbol, bars in bars_by_symbol.items():
            folder = root / f"symbol={encode_symbol(symbol)}"
            folder.mkdir()
            write_bars(bars, folder / BARS_FILE)
        return root

    return write


@pytest.fixture
def hive(write_hive):
    """A folder with the symbols AAA, BBB and 005930, of 30 bars each."""
    return write_hive({symbol: generate_test_bars(symbol, 30) for symbol in ("AAA", "BBB", "005930")})


@pytest.fixture
def frame_of():
    def frame(bars: Bars) -> pd.DataFrame:
        return pd.DataFrame({"timestamp": bars.timestamp, **{name: bars.field(name) for name in FIELDS}})

    return frame
