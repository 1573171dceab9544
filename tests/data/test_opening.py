from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.spill import SpilledCandleRepository
from engine.errors import DataError


@pytest.mark.parametrize(
    "address", ["bars", "/data/bars", Path("bars"), r"C:\bars", "with: colon", "symbol=x"]
)
def test_a_path_is_a_folder_of_bars(address):
    assert isinstance(open_repository(address), HiveCandleRepository)


def test_an_arrow_address_is_a_spilled_file():
    repository = open_repository("arrow:/tmp/x/bars.arrow")
    assert isinstance(repository, SpilledCandleRepository)
    assert repository.address == "arrow:/tmp/x/bars.arrow"


@pytest.mark.parametrize(
    ("address", "hint"), [("arow:///x", "Did you mean 'arrow:'"), ("nosuch://x/y", "Name a folder")]
)
def test_an_unknown_scheme_is_refused_with_a_hint(address, hint):
    with pytest.raises(DataError, match=hint):
        open_repository(address)
