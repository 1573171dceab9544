"""The way to a Dask cluster: its address and its keys, checked before anything is connected.

``dask://HOST:PORT`` is a scheduler. Whoever can talk to it can run any program on its workers, and its workers can
run any program here: values are pickled. So a connection to another machine has to be encrypted and known on both
sides (TLS with certificates), unless the caller says that the network itself is trusted.

Here: :func:`open_cluster`, the one place that loads Dask, and only when it is asked for. Not here: work on the
cluster (:mod:`engine.execution.dask`).
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import BackendError
from engine.execution.backend import Backend

SCHEME = "dask://"
_ADDRESS = re.compile(r"dask://(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):(\d{1,5})/?")
_MOST_PORTS = 65_535


@dataclass(frozen=True, slots=True)
class Tls:
    """The files of a TLS connection: the authority that both sides trust, our certificate and its key."""

    authority: Path
    certificate: Path
    key: Path

    def check(self) -> None:
        """Raise BackendError when one of the files is not there."""
        for file in (self.authority, self.certificate, self.key):
            if not file.is_file():
                sentence = f"There is no file {file}, which the encrypted connection to the cluster needs."
                raise BackendError(sentence)


def open_cluster(
    address: str, *, tls: Tls | None = None, insecure: bool = False, memory_mb: int | None = None
) -> Backend:
    """Connect to the scheduler at ``dask://HOST:PORT`` and return the backend that works on its workers.

    ``insecure`` allows an unencrypted connection to another machine. ``memory_mb`` limits each worker's memory.
    Raises BackendError, a sentence, whatever is in the way.
    """
    location = scheduler_location(address, tls=tls, insecure=insecure)
    try:
        from engine.execution.dask import DaskBackend  # noqa: PLC0415  an extra, and slow to load
    except ModuleNotFoundError as error:
        sentence = (
            "Scans on a cluster need Dask: install Candlewick with the extra 'cluster' (candlewick[cluster])."
        )
        raise BackendError(sentence, str(error)) from error
    return DaskBackend(location, tls=tls, memory_mb=memory_mb)


def scheduler_location(address: str, *, tls: Tls | None = None, insecure: bool = False) -> str:
    """Return the scheduler's address as Dask writes it, or raise BackendError when it must not be used."""
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[2]) <= _MOST_PORTS:
        sentence = (
            f"'{address}' is no address of a cluster: write dask://HOST:PORT, such as dask://127.0.0.1:8786."
        )
        raise BackendError(sentence)
    host, port = found.groups()
    if tls is not None:
        tls.check()
        return f"tls://{host}:{port}"
    if not insecure and not _is_this_machine(host):
        sentence = (
            f"The connection to {host} would be open to everyone on the way, who could run programs on both ends: "
            "give --tls-ca, --tls-cert and --tls-key, or --insecure-cluster where the network itself is trusted."
        )
        raise BackendError(sentence)
    return f"tcp://{host}:{port}"


def _is_this_machine(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
