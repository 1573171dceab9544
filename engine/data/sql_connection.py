"""Connections to a database of bars: opened when first needed, tried again when lost, explained when refused.

1. :meth:`SqlConnection.run` does a piece of work in one transaction that sees one state of the database.
2. A server that cannot be reached, or goes away in the middle, is tried again, each time after a longer pause.
3. When that does not help, every further piece of work fails at once for a while: a scan of thousands of symbols
   does not wait thousands of times.
4. What no waiting mends (a wrong password, a table that is not there) is said at once (:func:`reason_of`).

SQLAlchemy and the driver are an extra, loaded with the first connection. No sentence holds a password.
"""

from __future__ import annotations

import re
import sqlite3
import time
import weakref
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import tenacity

from engine.data.addresses import without_password
from engine.data.sql_address import SQLITE, SqlAddress
from engine.errors import CandlewickError, DataError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

T = TypeVar("T")

MISSING_EXTRA = "Bars in a database need SQLAlchemy: install it with pip install candlewick[sql]."
CONNECT_SECONDS = 5
# A server that is started anew is back within seconds.
RETRY_SECONDS = 4.0
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 1.6
# After this, a server that did not answer is asked again.
REST_SECONDS = 2.0
_BUSY_SECONDS = 10.0
_PASSING_KINDS = (
    "OperationalError",
    "AdminShutdown",
    "CrashShutdown",
    "CannotConnectNow",
    "ConnectionTimeout",
)
# Words of a server (or of libpq) that speak of now, not of for ever.
_PASSING = (
    "connection refused",
    "no such file or directory",
    "is the server running",
    "starting up",
    "shutting down",
    "recovery mode",
    "accepting connections",  # with "not" or "not yet" before it, after a crash
    "server closed the connection",
    "terminating connection",
    "connection reset",
    "connection is bad",
    "connection already closed",
    "the connection is closed",
    "consuming input failed",
    "broken pipe",
    "timeout",
    "timed out",
    "too many clients",
    "too many connections",
    "database is locked",
)


class SqlConnection:
    """The way to one database, for one process; ``writing`` makes the file of an SQLite database if need be."""

    def __init__(self, address: SqlAddress, *, writing: bool = False) -> None:
        self.address = address
        self._writing = writing
        self._rests_until = 0.0
        self._trouble = ""

    def run(self, work: Callable[[Connection], T]) -> T:
        """Do ``work`` in one transaction and return its value; raises DataError.

        It may be done several times when the connection is lost. CandlewickErrors in it pass through.
        """
        if time.monotonic() < self._rests_until:
            raise DataError(self.address.shown, self._trouble)
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(is_passing),
            wait=tenacity.wait_exponential(_FIRST_WAIT, _LONGEST_WAIT) + tenacity.wait_random(0, _FIRST_WAIT),
            stop=tenacity.stop_after_delay(RETRY_SECONDS),
            reraise=True,
        )
        engine = self.engine
        try:
            done: T = retrying(self._try, engine, work)
        except _errors(self.address) as error:
            sentence = self._sentence(error)
            if is_passing(error):
                self._rests_until = time.monotonic() + REST_SECONDS
                self._trouble = sentence
            raise DataError(self.address.shown, sentence) from error
        return done

    def close(self) -> None:
        """Close all connections; the next piece of work opens a new one."""
        if "engine" in self.__dict__:
            self.engine.dispose()

    @cached_property
    def engine(self) -> Engine:
        """SQLAlchemy's engine for this process; raises DataError when the extra is missing or the address is wrong."""
        try:
            import sqlalchemy  # noqa: PLC0415  an extra, and slow to load
            from sqlalchemy.exc import ArgumentError  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise DataError(self.address.shown, MISSING_EXTRA) from error
        try:
            engine = self._new_engine(sqlalchemy)
        except ModuleNotFoundError as error:
            raise DataError(self.address.shown, MISSING_EXTRA) from error
        except (ArgumentError, ValueError):
            sentence = (
                f"'{self.address.shown}' is no address of a database: write postgresql://USER@HOST:PORT/DATABASE, "
                "with %40 for an @ in the password."
            )
            # The cause would show the whole address, with the password.
            raise DataError(self.address.shown, sentence) from None
        weakref.finalize(self, engine.dispose)
        return engine

    def _try(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        with engine.connect() as connection:
            if self.address.database != SQLITE and not self._writing:
                connection.execution_options(postgresql_readonly=True)
            with connection.begin():
                return work(connection)

    def _new_engine(self, sqlalchemy: Any) -> Engine:
        # One connection for each thread that reads; workers have one thread.
        pool: dict[str, Any] = {"pool_size": 1, "max_overflow": 4, "pool_pre_ping": True}
        if self.address.database == SQLITE:
            pool |= {"creator": self._connect_to_file, "poolclass": sqlalchemy.QueuePool}
            engine: Engine = sqlalchemy.create_engine("sqlite://", **pool)
            mode = "IMMEDIATE" if self._writing else "DEFERRED"
            # The driver's own transactions begin with the first change, not with the first look.
            sqlalchemy.event.listen(
                engine, "begin", lambda connection: connection.exec_driver_sql(f"BEGIN {mode}")
            )
            return engine
        url = sqlalchemy.make_url(self.address.url).set(drivername="postgresql+psycopg")
        settings = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}
        engine = sqlalchemy.create_engine(
            url, isolation_level="REPEATABLE READ", connect_args=settings, **pool
        )
        sqlalchemy.event.listen(engine, "connect", self._set_zone)
        return engine

    def _connect_to_file(self) -> sqlite3.Connection:
        mode = "rwc" if self._writing else "ro"
        place = f"file:{quote(str(self.address.file))}?mode={mode}"
        return sqlite3.connect(
            place, uri=True, isolation_level=None, timeout=_BUSY_SECONDS, check_same_thread=False
        )

    def _set_zone(self, connection: Any, _record: object) -> None:
        """Read times with a zone in the address's, whatever the server's or the user's is."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('TimeZone', %s, false)", (self.address.zone,))
        connection.commit()

    def _sentence(self, error: BaseException) -> str:
        file = self.address.file if self.address.database == SQLITE else None
        if file is not None and not file.exists():
            return (
                f"There is no database {file}: check the path, or create it with "
                f"'candlewick ingest SOURCE --into {self.address.shown}'."
            )
        return f"The database {self.address.server} cannot be used: {reason_of(error)}"


def _errors(address: SqlAddress) -> tuple[type[Exception], ...]:
    """Return what SQLAlchemy and the driver below it raise."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415  an extra

    if address.database == SQLITE:
        return SQLAlchemyError, sqlite3.Error
    import psycopg  # noqa: PLC0415  an extra

    return SQLAlchemyError, psycopg.Error


def is_passing(error: BaseException) -> bool:
    """Tell whether trying again may help."""
    if isinstance(error, CandlewickError):
        return False
    if getattr(error, "connection_invalidated", False):
        return True
    cause = getattr(error, "orig", None) or error
    words = str(cause).casefold()
    return type(cause).__name__ in _PASSING_KINDS and any(word in words for word in _PASSING)


def reason_of(error: BaseException) -> str:
    """Return what is wrong and what to do, as the end of a sentence with its full stop."""
    said = str(getattr(error, "orig", None) or error)
    for pattern, reason in _REASONS:
        if re.search(pattern, said, re.IGNORECASE):
            return reason
    if is_passing(error):
        return "no server answers, or it went away: check that it runs and that this machine may connect."
    line = without_password(said.strip().split("\n", 1)[0]) or type(error).__name__
    return f"it says '{line}'."


_REASONS = (
    (
        "authentication failed|no password supplied",
        "the server does not accept this user and password: check both (PGPASSWORD or ~/.pgpass may hold one).",
    ),
    ('role ".*" does not exist', "there is no such user: check the name before the @."),
    ('database ".*" does not exist', "there is no database of that name: check the end of the address."),
    ("translate host|service not known|resolve", "there is no such host: check its name."),
    ("permission denied", "this user may not do that: ask for the right to the table."),
    (
        "invalid connection option|invalid URI",
        "a word in its address is unknown: check what follows the '?'.",
    ),
    ("not a database|malformed", "the file is not an SQLite database, or it is damaged."),
    ("is locked", "another program is writing to it and does not finish: try again later."),
    ("unable to open", "the file cannot be opened: check who may read it and its folder."),
    ("readonly|read-only", "it may only be read: check who may write to it."),
    ("disk is full|disk full|no space left", "the disk is full: make room and try again."),
)
