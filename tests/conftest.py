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

# No deadline: a busy machine is slow, not wrong. `make test` takes the same examples every time
# (--hypothesis-profile=same); whoever runs pytest by hand looks for new ones.
hypothesis.settings.register_profile("new", deadline=None)
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.load_profile("same" if "CI" in os.environ else "new")


def real_data_folder() -> Path | None:
    named = os.environ.get("CANDLEWICK_REAL_DATA")
    return Path(named) if named and Path(named).is_dir() else None


def pytest_runtest_setup(item):
    if item.get_closest_marker("real_data") and real_data_folder() is None:
        pytest.skip("CANDLEWICK_REAL_DATA does not name a folder with the vendors' data")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Let coverage look at one case of each test only, and at no case of a hundred random examples.

    Python 3.11 runs everything at half its speed while it is traced, and further cases reach few further lines.
    """
    seen = set()
    for item in items:
        test = (item.path, getattr(item, "originalname", item.name), item.parent.name)
        if test in seen or hypothesis.is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("no_cover")
        seen.add(test)


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
