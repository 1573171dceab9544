"""Servers that go away, refuse or were never there; and passwords that nobody sees."""

from __future__ import annotations

import logging
import sqlite3
import sys
import threading
import time

import pytest

pytest.importorskip("sqlalchemy", reason="SQLAlchemy comes with the extra 'sql'")

from engine.data import sql_connection
from engine.data.opening import open_repository
from engine.data.sql_writing import SqlTarget
from engine.errors import DataError, OutputError
from engine.scan.events import ScanFinished, SymbolOutcome
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.testing import generate_test_bars

SYMBOLS = tuple(f"S{number:02d}" for number in range(12))


@pytest.fixture
def database(postgresql):
    """Return the address of a database with twelve symbols."""
    address = postgresql.address(postgresql.new_database())
    target = SqlTarget(address)
    for symbol in SYMBOLS:
        target.write(generate_test_bars(symbol, 40))
    target.close()
    return address


@pytest.fixture
def stopped(postgresql):
    """Return what stops the server; it runs again when the test is over."""
    down = []

    def stop():
        postgresql.stop()
        down.append(True)

    yield stop
    if down:
        postgresql.start()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(sql_connection, "RETRY_SECONDS", 0.3)


def test_reading_goes_on_when_the_server_was_started_anew(postgresql, database):
    repository = open_repository(database)
    before = repository.read_raw("S00")
    postgresql.stop()
    postgresql.start()
    assert repository.read_raw("S00").close.tolist() == before.close.tolist()
    assert repository.symbols() == SYMBOLS


def test_a_dead_server_is_one_sentence_and_the_next_symbols_do_not_wait_for_it(database, stopped, impatient):
    repository = open_repository(database)
    repository.read_raw("S00")
    stopped()
    with pytest.raises(DataError, match="no server answers") as first:
        repository.read_raw("S01")
    began = time.monotonic()
    for _ in range(200):
        with pytest.raises(DataError) as further:
            repository.read_raw("S02")
        assert str(further.value) == str(first.value)
    assert time.monotonic() - began < 200 * 0.3
    assert "\n" not in str(first.value)


def test_a_server_that_came_back_is_asked_again_after_a_rest(postgresql, database, impatient, monkeypatch):
    monkeypatch.setattr(sql_connection, "REST_SECONDS", 0.0)
    repository = open_repository(database)
    repository.read_raw("S00")
    postgresql.stop()
    try:
        with pytest.raises(DataError):
            repository.read_raw("S01")
    finally:
        postgresql.start()
    assert len(repository.read_raw("S01")) == 40


def test_a_scan_before_which_the_server_died_does_not_begin(database, stopped, impatient):
    with ProcessingEngine(open_repository(database), max_workers=1) as engine:
        stopped()
        with pytest.raises(DataError, match="no server answers"):
            engine.run(ProcessingJob("close > 0"))


def test_a_server_that_dies_in_mid_scan_costs_each_symbol_one_clear_error(database, stopped):
    with ProcessingEngine(open_repository(database), max_workers=1, chunk=1, use_snapshot=False) as engine:
        outcomes = []
        for event in engine.stream(ProcessingJob("close > 0")):
            if isinstance(event, SymbolOutcome):
                outcomes.append(event.result)
                if len(outcomes) == 2:
                    stopped()
            if isinstance(event, ScanFinished):
                result = event.result
    assert sorted(each.symbol for each in outcomes) == list(SYMBOLS)
    failed = [each for each in result.results if each.status == "error"]
    assert {each.status for each in result.results} == {"ok", "error"}
    assert failed
    assert all("no server answers" in each.error and "\n" not in each.error for each in failed)


def test_a_server_that_is_started_anew_in_mid_scan_costs_nothing(monkeypatch, postgresql, database):
    # A busy machine may take long to bring it back; in this process the patience can be longer than usual.
    monkeypatch.setattr(sql_connection, "RETRY_SECONDS", 60.0)
    repository = open_repository(database)
    with ProcessingEngine(repository, backend="inline", use_snapshot=False) as engine:
        comeback, seen = threading.Timer(0.5, postgresql.start), 0
        for event in engine.stream(ProcessingJob("close > 0")):
            seen += isinstance(event, SymbolOutcome)
            if isinstance(event, SymbolOutcome) and seen == 2:
                postgresql.stop()
                comeback.start()
            if isinstance(event, ScanFinished):
                result = event.result
        comeback.join()
    assert [(each.status, each.error) for each in result.results] == [("ok", None)] * len(SYMBOLS)


@pytest.mark.parametrize(
    "words",
    [
        "FATAL:  the database system is starting up",
        "FATAL:  the database system is shutting down",
        "FATAL:  the database system is in recovery mode",
        "FATAL:  the database system is not yet accepting connections",
        "FATAL:  the database system is not accepting connections",
        "FATAL:  sorry, too many clients already",
    ],
)
def test_what_a_server_says_while_it_comes_up_is_waited_for(words):
    psycopg = pytest.importorskip("psycopg")
    assert sql_connection.is_passing(psycopg.OperationalError(f"connection failed: {words}"))
    assert not sql_connection.is_passing(psycopg.OperationalError("connection failed: no such database"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("w%40ck", "wrong"), "does not accept this user and password"),
        (lambda text: text.replace("candle:", "nobody:"), "does not accept this user and password"),
        (lambda text: f"{text}x", "no database of that name"),
        (lambda text: f"{text}?table=barz", "did you mean .table=bars"),
        (lambda text: f"{text}?tabel=bars", "check what follows"),
        (lambda text: f"{text}?zone=Nowhere", "TimeZone"),
        (lambda text: text.replace("127.0.0.1", "no.such.host.invalid"), "no such host"),
        (lambda text: text.replace("127.0.0.1:", "127.0.0.1:x"), "no address of a database"),
    ],
    ids=["password", "user", "database", "table", "word", "zone", "host", "port"],
)
def test_what_no_waiting_mends_is_said_at_once_and_without_the_password(database, change, sentence):
    with pytest.raises(DataError, match=sentence) as caught:
        open_repository(change(database)).symbols()
    told = f"{caught.value!r} {caught.value} {caught.value.path}"
    assert "w%40ck" not in told
    assert "w@ck" not in told
    assert "\n" not in str(caught.value)


def test_a_table_that_may_not_be_read_says_so(postgresql, database):
    name = database.rpartition("/")[2]
    postgresql.execute("CREATE ROLE guest LOGIN PASSWORD 'g'", database=name)
    try:
        with pytest.raises(DataError, match="may not do that"):
            open_repository(postgresql.address(name, user="guest", password="g")).symbols()
    finally:
        postgresql.execute("DROP ROLE guest", database=name)


def test_a_table_that_may_only_be_read_is_enough(postgresql, database):
    name = database.rpartition("/")[2]
    postgresql.execute(
        "CREATE ROLE reader LOGIN PASSWORD 'r'", "GRANT SELECT ON bars TO reader", database=name
    )
    try:
        repository = open_repository(postgresql.address(name, user="reader", password="r"))
        assert len(repository.data_version()) == 64
        assert len(repository.read_raw("S00")) == 40
        repository.close()
    finally:
        postgresql.execute("DROP OWNED BY reader", "DROP ROLE reader", database=name)


def test_without_the_extra_the_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(DataError, match=r"pip install candlewick\[sql\]"):
        open_repository(f"sqlite:///{tmp_path}/bars.db").symbols()


def test_a_missing_file_is_not_made_by_reading(tmp_path):
    with pytest.raises(
        DataError, match=r"There is no database .*bars\.db: check the path, or create it with"
    ):
        open_repository(f"sqlite:///{tmp_path}/bars.db").symbols()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_says_so(tmp_path):
    (tmp_path / "bars.db").write_bytes(b"symbol,date,close\n" * 100)
    with pytest.raises(DataError, match="not an SQLite database"):
        open_repository(f"sqlite:///{tmp_path}/bars.db").symbols()


def test_a_table_that_another_program_holds_is_a_refusal_to_write(tmp_path, monkeypatch, impatient):
    monkeypatch.setattr(sql_connection, "_BUSY_SECONDS", 0.0)
    target = SqlTarget(f"sqlite:///{tmp_path}/bars.db")
    other = sqlite3.connect(tmp_path / "bars.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutputError, match="another program is writing"):
        target.write(generate_test_bars("A", 3))
    other.close()


def test_no_password_stands_in_a_log_a_repr_or_a_pickle_of_the_repository(database, caplog):
    caplog.set_level(logging.DEBUG)
    repository = open_repository(database)
    repository.symbols()
    assert "w%40ck" in repository.address
    assert "w%40ck" not in repr(repository) + repository.shown + caplog.text
    assert "w@ck" not in caplog.text
    with pytest.raises(TypeError, match="address, never itself"):
        repository.__getstate__()
