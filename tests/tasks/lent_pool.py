"""A pool that several engines use one after another: none of them closes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.execution.pool import SupervisedPool


class LentPool(SupervisedPool):
    """Stays open when who borrowed it is done."""

    def close(self, grace: float = 0.0) -> None:
        del grace


@contextmanager
def lent_pool(workers: int, **options) -> Iterator[LentPool]:
    pool = LentPool(workers, **options)
    try:
        yield pool
    finally:
        SupervisedPool.close(pool)
