"""Dask clusters on this machine for the tests: real ones, of processes that talk over TCP."""

from __future__ import annotations

from contextlib import contextmanager

import pytest


@contextmanager
def local_cluster(workers=2, *, threads=1, security=None, **settings):
    """Start a cluster and stop it in the end; ``settings`` are Dask's, with ``__`` for a dot."""
    distributed = pytest.importorskip("distributed", reason="Dask comes with the extra 'cluster'")
    dask = pytest.importorskip("dask")
    with dask.config.set({name.replace("__", "."): value for name, value in settings.items()}):
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=threads,
            processes=True,
            dashboard_address="127.0.0.1:0",
            security=security,
            protocol="tls://" if security else "tcp://",
        )
        try:
            yield cluster
        finally:
            cluster.close()


def address_of(cluster):
    return f"dask://{cluster.scheduler_address.partition('://')[2]}"
