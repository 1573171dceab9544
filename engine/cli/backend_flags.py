"""The flags that say where the work of a command is done, and the backend that they ask for."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from engine.errors import BackendError, JobError, closest
from engine.execution.backend import Backend
from engine.execution.cluster import SCHEME, Tls, open_cluster, scheduler_location
from engine.scan.placement import BackendName
from engine.settings import Settings

_TLS_FLAGS = {
    "tls_ca": "certificate of the authority that the cluster and you trust",
    "tls_cert": "your certificate, for an encrypted connection to the cluster",
    "tls_key": "the key of your certificate",
}


def add_backend_flags(parser: argparse.ArgumentParser) -> None:
    """Add --backend and what a cluster needs beside it."""
    parser.add_argument(
        "--backend",
        type=_backend,
        default="auto",
        metavar="auto|local|inline|dask://HOST:PORT",
        help="where the work is done (default auto: local worker processes, and this process for what takes a moment)",
    )
    for name, text in _TLS_FLAGS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, metavar="FILE.pem", help=text)
    parser.add_argument(
        "--insecure-cluster",
        action="store_true",
        help="allow an open connection to another machine: whoever is on the network can run programs on both ends",
    )


def chosen_backend(arguments: argparse.Namespace, settings: Settings) -> BackendName | Backend:
    """Return the backend of the flags, connected when it is a cluster.

    Raises JobError for flags that do not go together, BackendError for a cluster that cannot be used.
    """
    given = [name for name in _TLS_FLAGS if getattr(arguments, name) is not None]
    if not arguments.backend.startswith(SCHEME):
        if given or arguments.insecure_cluster:
            flag = given[0].replace("_", "-") if given else "insecure-cluster"
            raise JobError((("backend", f"--{flag} is for a cluster: add --backend dask://HOST:PORT."),))
        name: BackendName = arguments.backend
        return name
    missing = [f"--{name.replace('_', '-')}" for name in _TLS_FLAGS if name not in given]
    if given and missing:
        raise JobError((("backend", f"An encrypted connection also needs {' and '.join(missing)}."),))
    tls = Tls(arguments.tls_ca, arguments.tls_cert, arguments.tls_key) if given else None
    try:
        scheduler_location(arguments.backend, tls=tls, insecure=arguments.insecure_cluster)
    except BackendError as error:  # the flags are to blame, and nothing has been started
        raise JobError((("backend", str(error)),)) from None
    backend = open_cluster(
        arguments.backend, tls=tls, insecure=arguments.insecure_cluster, memory_mb=settings.worker_memory_mb
    )
    # What concerns the user is told in a sentence; Dask also warns of batches that were taken back.
    logging.getLogger("distributed.client").setLevel(logging.ERROR)
    return backend


def _backend(text: str) -> str:
    known = ("auto", "local", "inline")
    if text in known or text.startswith(SCHEME):
        return text
    near = closest(text, known)
    hint = f"did you mean {near}?" if near else "it is auto, local, inline or dask://HOST:PORT."
    message = f"there is no backend '{text}'; {hint}"
    raise argparse.ArgumentTypeError(message)
