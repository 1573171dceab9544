"""What every repository must do: one body over folders, frames in memory, databases, and snapshots of them."""

from __future__ import annotations

import pickle
import sqlite3
from datetime import date

import numpy as np
import pandas as pd
import pytest
from lent_pool import lent_pool

from engine.data.folder_names import encode_symbol
from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.parquet import BARS_FILE, write_bars
from engine.data.repository import CandleRepository, InMemoryCandleRepository
from engine.data.series import load_bars
from engine.errors import CandlewickError, DataError, JobError, UnknownNameError
from engine.market.bars import FIELDS
from engine.market.quality import clean
from engine.market.timeframe import Timeframe
from engine.scan.exporters.csv import result_sha256
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.testing import bars_from_rows, generate_test_bars

NAN = float("nan")
BARS = {
    "005930": generate_test_bars("005930", 60),
    "AAA": generate_test_bars("AAA", 50, "2021-03-01"),
    "NA": generate_test_bars("NA", 31),
    "NO": generate_test_bars("NO", 32),
    "aaa": generate_test_bars("aaa", 45, "2020-05-01"),
    "ünïcode": generate_test_bars("ünïcode", 40),
    "MESS": bars_from_rows(
        "MESS",
        ["2020-01-03", "2020-01-02", "2020-01-06", "2020-01-03", "2020-01-02", "2020-01-07", "2020-01-08"],
        [
            *((1, 2, 1, 1, 5), (1, 2, 1, 1, 5), (1, 0, 1, 1, 5), (1, 3, 1, 2, -4)),
            *((1, 2, 1, 1, 5), (1, NAN, 1, 1, 5), (3, 3, 3, 3, NAN)),
        ],
    ),
}
SYMBOLS = ("005930", "AAA", "BROKEN", "MESS", "NA", "NO", "aaa", "ünïcode")
FORMULA = "close > sma(close, 5) or volume > 1.2 * sma(volume, 10)"


def write_folder(root, bars_by_symbol):
    root.mkdir(exist_ok=True)
    for symbol, bars in bars_by_symbol.items():
        folder = root / f"symbol={encode_symbol(symbol)}"
        folder.mkdir()
        write_bars(bars, folder / BARS_FILE)
    return root


def frame_of(bars):
    return pd.DataFrame({"timestamp": bars.timestamp, **{name: bars.field(name) for name in FIELDS}})


def rows_of(bars):
    columns = [bars.timestamp.astype(str), *(bars.field(name).astype(str) for name in FIELDS)]
    return list(zip(*columns, strict=True))


class Hive:
    def __init__(self, tmp_path, request):
        self.root = tmp_path / "bars"

    def full(self):
        write_folder(self.root, BARS)
        (self.root / "symbol=BROKEN").mkdir()
        (self.root / "symbol=BROKEN" / "bars.parquet").write_bytes(b"PAR1")
        return HiveCandleRepository(self.root)

    def empty(self):
        self.root.mkdir()
        return HiveCandleRepository(self.root)


class Memory:
    def __init__(self, tmp_path, request):
        self.finish = request.addfinalizer

    def full(self):
        frames = {symbol: frame_of(bars) for symbol, bars in BARS.items()}
        return self.kept({**frames, "BROKEN": frames["AAA"].drop(columns="close")})

    def empty(self):
        return self.kept({})

    def kept(self, frames):
        made = InMemoryCandleRepository(frames)
        self.finish(made.close)
        return made


class Sql:
    """Every statement that differs between the two databases is in the subclasses."""

    def __init__(self, tmp_path, request):
        self.finish = request.addfinalizer

    def full(self):
        sql_writing = pytest.importorskip("engine.data.sql_writing")
        target = sql_writing.SqlTarget(self.address)
        for bars in BARS.values():
            target.write(bars)
        target.close()
        self.break_one()
        return self.opened()

    def empty(self):
        pytest.importorskip("engine.data.sql_writing").SqlTarget(self.address).close()
        return self.opened()

    def opened(self):
        made = open_repository(self.address)
        self.finish(made.close)
        return made


class Sqlite(Sql):
    def __init__(self, tmp_path, request):
        super().__init__(tmp_path, request)
        pytest.importorskip("sqlalchemy", reason="SQLAlchemy comes with the extra 'sql'")
        self.file = tmp_path / "bars ü.db"
        self.address = f"sqlite:///{self.file}"

    def break_one(self):
        with sqlite3.connect(self.file) as connection:
            connection.execute(
                "INSERT INTO bars (symbol, seq, timestamp, close) VALUES ('BROKEN', 0, '2020-01-02', 'x')"
            )
        connection.close()


class Postgresql(Sql):
    def __init__(self, tmp_path, request):
        super().__init__(tmp_path, request)
        pytest.importorskip("sqlalchemy", reason="SQLAlchemy comes with the extra 'sql'")
        self.server = request.getfixturevalue("postgresql")
        self.database = self.server.new_database()
        self.address = self.server.address(self.database)

    def break_one(self):
        self.server.execute(
            "INSERT INTO bars VALUES ('BROKEN', 0, 'infinity', 1, 1, 1, 1, 1)", database=self.database
        )


class Remote(Hive):
    def full(self):
        super().full()
        return self.opened()

    def empty(self):
        super().empty()
        return self.opened()

    def opened(self):
        pytest.importorskip("fsspec", reason="fsspec comes with the extra 'cluster'")
        return open_repository(f"file://{self.root}")


KINDS = {"hive": Hive, "remote": Remote, "memory": Memory, "sqlite": Sqlite, "postgresql": Postgresql}


@pytest.fixture(params=[f"{way}{kind}" for kind in KINDS for way in ("", "opened ")])
def maker(request, tmp_path):
    kind = KINDS[request.param.removeprefix("opened ")](tmp_path, request)
    kind.way = open_again if request.param.startswith("opened") else lambda repository: repository
    return kind


def open_again(repository):
    """Return what another process gets from the address."""
    return open_repository(pickle.loads(pickle.dumps(repository.address)))


@pytest.fixture
def repository(maker):
    return maker.way(maker.full())


def test_it_is_a_candle_repository(repository):
    assert isinstance(repository, CandleRepository)


def test_symbols_are_sorted_text_in_their_own_letters(repository):
    assert repository.symbols() == SYMBOLS


def test_rows_come_back_as_stored(repository):
    for symbol, bars in BARS.items():
        assert repository.read_raw(symbol).symbol == symbol
        assert rows_of(repository.read_raw(symbol)) == rows_of(bars), symbol


def test_unsorted_double_and_broken_rows_reach_the_quality_pass_the_same(repository):
    bars, report = load_bars(repository, "MESS")
    expected, expected_report = clean(BARS["MESS"])
    assert rows_of(bars) == rows_of(expected)
    assert report == expected_report
    assert report.unsorted
    assert report.masked_total == 4


def test_an_unknown_symbol_is_an_unknown_name(repository):
    with pytest.raises(UnknownNameError, match="Did you mean 'MESS'"):
        repository.read_raw("MES")


@pytest.mark.parametrize("name", ["", "Aaa", "%", "AAA' OR '1'='1", "AAA\0"])
def test_no_text_reads_another_symbols_rows(repository, name):
    with pytest.raises(CandlewickError):
        repository.read_raw(name)


def test_a_broken_symbol_is_its_own_fault_on_every_read(repository):
    for _ in range(2):
        with pytest.raises(DataError, match="BROKEN"):
            repository.read_raw("BROKEN")
    assert len(repository.read_raw("AAA")) == 50


def test_a_range_holds_clean_bars_with_both_ends(repository):
    frame = repository.get_range("MESS", Timeframe.DAY, date(2020, 1, 2), date(2020, 1, 3))
    assert frame.columns.tolist() == ["timestamp", "open", "high", "low", "close", "volume"]
    assert frame["timestamp"].dtype == np.dtype("datetime64[us]")
    assert frame["close"].tolist() == [1.0, 2.0]
    assert np.isnan(frame["volume"].iloc[1])
    assert frame.index.tolist() == [0, 1]


def test_a_range_may_be_open_on_either_side_or_empty(repository):
    day = date(2021, 3, 15)
    everything = repository.get_range("AAA")
    before, after = repository.get_range("AAA", end=day), repository.get_range("AAA", start=day)
    assert len(everything) == 50
    assert len(before) + len(after) == 51
    assert len(repository.get_range("AAA", start=date(2030, 1, 1))) == 0


def test_a_range_of_weeks_is_asked_for_by_member_or_code(repository):
    weeks = repository.get_range("AAA", Timeframe.WEEK)
    assert weeks.equals(repository.get_range("AAA", "1w"))
    assert weeks["timestamp"].dt.day_of_week.eq(4).all()
    assert len(weeks) == 10


def test_a_range_that_ends_before_it_starts_is_refused(repository):
    with pytest.raises(JobError, match=r"ends .* before it starts"):
        repository.get_range("AAA", "1d", date(2021, 2, 1), date(2021, 1, 1))


def test_a_range_is_the_callers_to_change(repository):
    frame = repository.get_range("AAA")
    frame.loc[:, "close"] = -1.0
    assert rows_of(repository.read_raw("AAA")) == rows_of(BARS["AAA"])


def test_the_version_is_stable_and_depends_on_the_symbols(repository):
    assert repository.data_version() == repository.data_version()
    assert repository.data_version(("AAA", "MESS")) == repository.data_version(("MESS", "AAA"))
    assert repository.data_version(("AAA",)) != repository.data_version(("MESS",))


def test_its_address_is_text_that_opens_the_same_bars(repository):
    again = open_again(repository)
    assert again.symbols() == repository.symbols()
    assert again.data_version() == repository.data_version()
    assert rows_of(again.read_raw("AAA")) == rows_of(BARS["AAA"])


def test_a_repository_without_bars_is_one_sentence_or_a_scan_of_nothing(maker):
    repository = maker.way(maker.empty())
    with ProcessingEngine(repository, backend="inline") as engine:
        if isinstance(maker, Memory):  # somebody gave no frames, on purpose
            assert engine.run(ProcessingJob(FORMULA)).results == ()
            return
        with pytest.raises(DataError, match="holds no bars: ") as caught:
            engine.run(ProcessingJob(FORMULA))
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("expected")
    return outcome_of(Hive(folder, None).full(), backend="inline")


@pytest.fixture(scope="module")
def workers():
    """Two workers who go on from one repository to the next."""
    with lent_pool(2, initial_imports=("engine.scan.chunk_worker",)) as pool:
        yield pool


@pytest.mark.parametrize("maker", KINDS, indirect=True)
@pytest.mark.parametrize("use_snapshot", [False, True], ids=["direct", "snapshot"])
def test_workers_find_the_same_in_every_repository(maker, expected, workers, use_snapshot):
    repository = maker.full()
    for _ in range(2 if use_snapshot else 1):
        assert outcome_of(repository, backend=workers, use_snapshot=use_snapshot) == expected


def outcome_of(repository, **options):
    """Return the checksum of the matches and what became of each symbol."""
    options = {"use_snapshot": False, **options}
    with ProcessingEngine(repository, **options) as engine:
        result = engine.run(ProcessingJob(FORMULA, columns={"strength": "close / sma(close, 20)"}))
    assert result.matches.num_rows > 50
    return result_sha256(result.matches, result.timeframe), [
        (each.symbol, each.status) for each in result.results
    ]
