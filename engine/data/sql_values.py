"""A column of a query's result as an array: at once for what drivers usually give, with all care for the rest.

Rows come in parts (:func:`taken`), each turned into an array when it comes; a column is put together from its parts at
the end (:func:`numbers`, :func:`moments`) by the conversions that files go through as well. Arrow's ``pa.array`` loads
pandas, half a second that a worker need not spend on floats and dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from engine.data.normalise import all_good, as_numbers, as_times
from engine.market.bars import FloatArray, TimeArray

Part: TypeAlias = "np.ndarray[Any, Any] | pa.Array"

_NONE = type(None)
_MOMENTS = re.compile(r"(?:\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?)?\n)*")


def taken(field: str, values: Sequence[Any]) -> Part:
    """Return a part of a column as an array; raises pa.ArrowException for values of several kinds."""
    quick = _quick_moments(values) if field == "timestamp" else _quick_numbers(values)
    return pa.array(values) if quick is None else quick


def numbers(parts: Sequence[Part], name: str) -> FloatArray:
    """Return a column's parts as doubles, NaN for nulls; raises ColumnError."""
    if all(isinstance(part, np.ndarray) for part in parts):
        return np.concatenate(parts) if parts else np.empty(0)
    values: FloatArray = all_good(as_numbers(_column(parts), name), name)
    return values


def moments(parts: Sequence[Part], name: str) -> TimeArray:
    """Return a column's parts as times, NaT for nulls; raises ColumnError."""
    if all(isinstance(part, np.ndarray) for part in parts):
        return np.concatenate(parts) if parts else np.empty(0, "datetime64[us]")
    values: TimeArray = all_good(as_times(_column(parts), name), name)
    return values


def _quick_numbers(values: Sequence[Any]) -> FloatArray | None:
    if not set(map(type, values)) <= {float, _NONE}:
        return None
    return np.array(values, np.float64)


def _quick_moments(values: Sequence[Any]) -> TimeArray | None:
    kinds = set(map(type, values))
    if kinds <= {datetime, _NONE} and all(value is None or value.tzinfo is None for value in values):
        return np.array(values, "datetime64[us]")
    if kinds <= {date, _NONE}:
        return np.array(values, "datetime64[D]").astype("datetime64[us]")
    if kinds == {str} and _MOMENTS.fullmatch("\n".join([*values, ""])):
        try:
            return np.array(values, "datetime64[us]")
        except ValueError:  # such as 2020-02-30
            return None
    return None


def _column(parts: Sequence[Part]) -> pa.ChunkedArray:
    """Return the parts as one column of one type: a part may hold nulls only, or whole numbers only."""
    arrays = [pa.array(part, from_pandas=True) if isinstance(part, np.ndarray) else part for part in parts]
    kinds = {array.type for array in arrays}
    if len(kinds) > 1:
        schemas = [pa.schema([("", kind)]) for kind in kinds]
        kind = pa.unify_schemas(schemas, promote_options="permissive").field(0).type
        arrays = [array.cast(kind) for array in arrays]
    return pa.chunked_array(arrays)
