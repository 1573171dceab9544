"""From a pandas object to atoms and from molecules' results back to one pandas object.

The atoms of a Series or a DataFrame are the labels of its index, those of an Index its labels, those of any
other sequence its elements. A label is *one* atom however many rows carry it, so that a function which takes
its rows by ``.loc[molecule]`` gets every row once; the published snippet multiplies rows there. Elements of
other sequences are taken by position and may repeat.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

_LONGEST_LABEL = 40


class Atoms:
    """The atoms of one object, in order."""

    def __init__(self, source: Any) -> None:
        self._source = source
        labels = source.index if isinstance(source, pd.Series | pd.DataFrame) else source
        if isinstance(labels, pd.Index) and not labels.is_unique:
            labels = labels.unique()
        self._atoms: Any = labels

    @staticmethod
    def can_be(source: object) -> bool:
        """Tell whether there are atoms in it: a pandas object, an array or another sequence but text."""
        if isinstance(source, pd.Series | pd.DataFrame | pd.Index | np.ndarray):
            return source.ndim > 0
        return isinstance(source, Sequence) and not isinstance(source, str | bytes)

    def __len__(self) -> int:
        return len(self._atoms)

    def take(self, places: range) -> Any:
        """Return the atoms of one molecule, as the kind of thing that they came in."""
        return self._atoms[places.start : places.stop]

    def describe(self, places: range) -> str:
        """Name a molecule by its first and its last atom."""
        first, last = self._atoms[places.start], self._atoms[places.stop - 1]
        return _short(first) if len(places) == 1 else f"{_short(first)} to {_short(last)}"

    def nothing(self) -> Any:
        """Return the result of no work: an empty Series, frame or list, as what came in suggests."""
        if isinstance(self._source, pd.Series | pd.DataFrame):
            return self._source.iloc[:0].copy()
        return pd.DataFrame(index=self._source[:0]) if isinstance(self._source, pd.Index) else []


def join(results: list[Any]) -> Any:
    """Return one Series or frame, sorted by its index, if all results are one or all are the other; else the list.

    The order of equal labels is that of the molecules. Labels that cannot be compared stay in that order.
    """
    if not results or not any(
        all(isinstance(each, kind) for each in results) for kind in (pd.Series, pd.DataFrame)
    ):
        return results
    joined = pd.concat(results)
    try:
        return joined.sort_index(kind="stable")
    except TypeError:
        return joined


def _short(atom: object) -> str:
    return textwrap.shorten(str(atom), _LONGEST_LABEL, placeholder="…") or "''"
