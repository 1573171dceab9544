"""What all tests share: a screen of their own, a home of their own, and the way to the real market data."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest
from postgresql_server import postgresql_server

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for variable in [name for name in os.environ if name.startswith("CANDLEWICK__")]:
    del os.environ[variable]

# No deadline: a busy machine is slow, not wrong. On CI the same examples every time; elsewhere new ones.
hypothesis.settings.register_profile("candlewick", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("candlewick")


def real_data_folder() -> Path | None:
    named = os.environ.get("CANDLEWICK_REAL_DATA")
    return Path(named) if named and Path(named).is_dir() else None


def pytest_runtest_setup(item):
    if item.get_closest_marker("real_data") and real_data_folder() is None:
        pytest.skip("CANDLEWICK_REAL_DATA does not name a folder with the vendors' data")


@pytest.fixture(scope="session", autouse=True)
def home_of_its_own(tmp_path_factory):
    """Keep the tests away from the settings, caches and window layout of whoever runs them."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        yield home


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder with the vendors' data; only for tests marked ``real_data``."""
    folder = real_data_folder()
    if folder is None:
        pytest.skip("CANDLEWICK_REAL_DATA does not name a folder with the vendors' data")
    return folder


@pytest.fixture(scope="session")
def postgresql():
    """Return a PostgreSQL server of this session, started when first asked for."""
    with postgresql_server() as server:
        yield server
