"""A PostgreSQL server of the tests' own: in a temporary folder, on a free port, gone with the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

USER, PASSWORD = "candle", "w@ck/pass:1"
# Quoted for an address.
QUOTED = "w%40ck%2Fpass%3A1"


def programs() -> Path | None:
    """Return the folder with initdb and pg_ctl: Debian keeps it off the path."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next(
        (folder for folder in folders if (folder / "pg_ctl").exists() and (folder / "initdb").exists()), None
    )


class PostgresqlServer:
    """One server. ``port`` stays the same over restarts."""

    def __init__(self, folder: Path, programs: Path, prefix: tuple[str, ...]) -> None:
        self._folder = folder
        self._programs = programs
        self._prefix = prefix
        self.port = 0

    def create(self) -> None:
        secret = self._folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._call(
            "initdb",
            "-U",
            USER,
            "--auth=scram-sha-256",
            f"--pwfile={secret}",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )

    def start(self) -> None:
        """Start it; on a port that somebody else took in the meantime, on another one."""
        for attempt in range(5):
            self.port = self.port or _free_port()
            options = (
                f"-F -p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c max_connections=400"
            )
            try:
                self._call("pg_ctl", "start", "-w", "-l", str(self._folder / "log"), "-o", options)
            except subprocess.CalledProcessError:
                if attempt == 4:
                    raise
                self.port = 0
            else:
                return

    def stop(self, how: str = "immediate") -> None:
        self._call("pg_ctl", "stop", "-w", "-m", how)

    def address(
        self, database: str = "postgres", *, user: str = USER, password: str | None = QUOTED, query: str = ""
    ) -> str:
        secret = f":{password}" if password is not None else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{database}{query}"

    def execute(self, *statements: str, database: str = "postgres") -> None:
        import psycopg  # noqa: PLC0415  an extra

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def new_database(self) -> str:
        """Return the name of a database that nobody has used."""
        name = f"db_{os.urandom(6).hex()}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def _call(self, program: str, *arguments: str) -> None:
        command = [*self._prefix, str(self._programs / program), "-D", str(self._folder / "data"), *arguments]
        # The server must not hold our pipes open.
        subprocess.run(
            command,
            cwd="/",
            check=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def postgresql_server():
    """Start a server and stop it in the end; skips where there is none to be had."""
    pytest.importorskip("psycopg", reason="psycopg comes with the extra 'sql'")
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not installed (tools/system_parts.sh tests)")
    folder = Path(tempfile.mkdtemp(prefix="cw-pg-", dir="/tmp"))
    try:
        prefix: tuple[str, ...] = ()
        if os.geteuid() == 0:  # which the server refuses to run as
            user = next((name for name in ("postgres", "nobody") if _is_user(name)), None)
            if user is None or shutil.which("runuser") is None:
                pytest.skip("PostgreSQL does not run as root, and there is no other user to run it as")
            shutil.chown(folder, user)
            prefix = ("runuser", "-u", user, "--")
        server = PostgresqlServer(folder, found, prefix)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
