"""Things that several contract tests need."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def dask_cluster():
    """Return what gives the address of a cluster of two Dask workers, which is started when first asked for."""
    distributed = pytest.importorskip("distributed", reason="Dask comes with the extra 'cluster'")
    clusters = []

    def address():
        if not clusters:
            clusters.append(
                distributed.LocalCluster(
                    n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
                )
            )
        return clusters[0].scheduler_address.replace("tcp://", "dask://")

    yield address
    for cluster in clusters:
        cluster.close()
