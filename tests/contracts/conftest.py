"""Things that several contract tests need."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from local_clusters import address_of, local_cluster


@pytest.fixture(scope="session")
def dask_cluster():
    """Return what gives the address of a cluster of two Dask workers, which is started when first asked for."""
    with ExitStack() as stack:
        addresses = []

        def address():
            if not addresses:
                addresses.append(address_of(stack.enter_context(local_cluster())))
            return addresses[0]

        yield address
