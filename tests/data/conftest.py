"""Folders of bars for the tests of this floor."""

from __future__ import annotations

import os

import pandas as pd
import pytest

from engine.data.folder_names import encode_symbol
from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.parquet import BARS_FILE, write_bars
from engine.data.series import load_bars
from engine.data.snapshot import gather_finds
from engine.data.snapshot_files import folder_of
from engine.data.snapshot_run import Snapshot
from engine.data.snapshot_source import FolderSource
from engine.errors import CandlewickError
from engine.market.bars import FIELDS, Bars
from engine.testing import bars_from_rows, generate_test_bars


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


def settle(root) -> None:
    """Let a folder's files look as if nobody had touched them for a while: a snapshot keeps only such."""
    for path in (root, *root.rglob("*")):
        was = path.stat().st_mtime_ns
        aged = was - 60_000_000_000 - (was % 1_000_000_000 == 0)
        os.utime(path, ns=(aged, aged))


@pytest.fixture
def settled():
    """Return the function that makes a folder's files old."""
    return settle


@pytest.fixture
def market(write_hive):
    """A folder of 12 symbols, among them odd names, bad rows, no rows and a broken file."""
    bars = {f"S{number:02d}": generate_test_bars(f"S{number:02d}", 40 + number) for number in range(6)}
    bars |= {name: generate_test_bars(name, 25) for name in ("NO", "005930", "BRK/B")}
    bars["MESS"] = bars_from_rows(
        "MESS",
        ["2020-01-03", "2020-01-02", "2020-01-06", "2020-01-03", "2020-01-07"],
        [(1, 2, 1, 1, 5), (1, 2, 1, 1, 5), (1, 0, 1, 1, 5), (1, 3, 1, 2, -4), (2, 2, 2, 2, float("nan"))],
    )
    bars["NONE"] = Bars.empty("NONE")
    root = write_hive(bars)
    (root / "symbol=BROKEN").mkdir()
    (root / "symbol=BROKEN" / "bars.parquet").write_bytes(b"PAR1")
    settle(root)
    return root


class SnapshotReader:
    """Reads a folder through its snapshot as a scan does, in one process, and counts where bars came from."""

    def __init__(self, root, among, limit_gb: float = 8.0) -> None:
        self.root = root
        self.among = among
        self.snapshot = Snapshot(FolderSource(HiveCandleRepository(root)), limit_gb, among)
        self.from_source: list[str] = []
        self.verified: list[str] = []
        self.notes: list[str] = []

    def contents(self, symbols=None) -> dict[str, object]:
        """Return what every symbol reads as: rows as text and the report, or the fault."""
        run = self.snapshot.begin(symbols)
        self.from_source, self.verified = [], []
        try:
            return self.contents_in(run, symbols)
        finally:
            run.finish()
            self.notes = run.notes

    def contents_in(self, run, symbols=None) -> dict[str, object]:
        """Return the same within a run that has begun."""
        repository = open_repository(run.repository.address)
        take = gather_finds(repository)
        found = {}
        for symbol in symbols or run.repository.symbols():
            found[symbol] = readable(repository, symbol)
            finds = take()
            self.from_source += [name for name, find in finds if find.stamp is not None]
            self.verified += [name for name, find in finds if find.stamp is None]
            run.take(finds)
        return found

    @property
    def folder(self):
        """Where the snapshot's files are."""
        return folder_of(str(self.root.resolve()), self.among)

    def plain(self) -> dict[str, object]:
        """Return what every symbol reads as without a snapshot."""
        repository = HiveCandleRepository(self.root)
        return {symbol: readable(repository, symbol) for symbol in repository.symbols()}


def readable(repository, symbol: str) -> object:
    try:
        bars, quality = load_bars(repository, symbol)
    except CandlewickError as error:
        return str(error)
    return as_text(bars), quality


@pytest.fixture
def open_snapshot(tmp_path):
    """Open a folder of bars with a snapshot of its own, each time as a program that has just started."""
    return lambda root, **options: SnapshotReader(root, tmp_path / "cache" / "snapshots", **options)
