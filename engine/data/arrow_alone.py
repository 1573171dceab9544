"""Arrow without pandas, for programs that never hand it a frame: the window.

``pyarrow`` loads pandas the first time that it is given a Python value or a NumPy array, to be able to tell a Series
or ``pandas.NaT`` from other values: half a second, in the middle of a scan, with the interpreter held. Both halves of
it, the one in Python and the one in C++, ask once. The first takes no for an answer; the second asks again unless it
finds a module of that name, and takes what that lacks for what no value can be. What needs pandas by name
(``to_pandas``) loads it later as always.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType

import pyarrow as pa

_PANDAS = "pandas"


def leave_pandas_alone() -> None:
    """Let Arrow make up its mind that there is no pandas; nothing happens where it is loaded already.

    To be called before a thread is started that might import pandas itself.
    """
    if _PANDAS in sys.modules:
        return
    with _absent():
        pa.array([""], pa.string())
    with _empty():
        pa.array([""], pa.string())


class _Nowhere:
    """A finder that is asked before all others and says that there is no pandas."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raise ModuleNotFoundError for pandas; leave all else to the others."""
        if name == _PANDAS:
            sentence = f"{_PANDAS} is not loaded for Arrow's sake"
            raise ModuleNotFoundError(sentence, name=name)
        return None


@contextmanager
def _absent() -> Iterator[None]:
    sys.meta_path.insert(0, _Nowhere)
    try:
        yield
    finally:
        sys.meta_path.remove(_Nowhere)


@contextmanager
def _empty() -> Iterator[None]:
    sys.modules[_PANDAS] = ModuleType(_PANDAS)
    try:
        yield
    finally:
        del sys.modules[_PANDAS]
