"""Systems that were measured, without anything having run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.rounds import Measured
from benchmarks.system import HERE, System

MATCHES = frozenset({("AAA", "2020-01-02"), ("BBB", "2020-01-03")})


@pytest.fixture
def measured() -> Callable[..., Measured]:
    """Return a function that makes a measured system out of its name and the seconds of its rounds."""

    def make(
        name: str, *rounds: float, matches=MATCHES, differs: str = "", megabytes: float = 100.0
    ) -> Measured:
        system = System(name, HERE, "nothing", lambda places: None, differs=differs)
        return Measured(system, list(rounds), list(rounds), matches, {"numpy": "2.4"}, megabytes)

    return make
