"""NumPy's arrays as Arrow's and back, sharing memory, and without loading pandas.

``pyarrow`` loads pandas the first time that it is given a NumPy array or asked for one: half a second in each process,
in the middle of its first scan. Columns of whole words that are all known, as bars and matches are, need none of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_WORD = 8
_DTYPES = {pa.float64(): "float64", pa.int64(): "int64", pa.timestamp("us"): "datetime64[us]"}


def values_of(column: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    """Return a column as an array; nobody can write into it unless it had to be copied.

    Numbers that are missing read NaN, and moments NaT. Raises what ``to_numpy`` raises for a column that has no array.
    """
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    dtype = _DTYPES.get(column.type)
    if dtype is None or any(chunk.null_count for chunk in chunks):
        return _converted(column)
    arrays = [_shared(chunk, dtype) for chunk in chunks]
    if len(arrays) == 1:
        return arrays[0]
    return np.concatenate(arrays) if arrays else np.empty(0, dtype)


def array_of(values: NDArray[Any], kind: pa.DataType) -> pa.Array:
    """Return an array, whose values are all known and laid out as ``kind`` has them, as one of Arrow's."""
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def _shared(chunk: pa.Array, dtype: str) -> NDArray[Any]:
    data = chunk.buffers()[1]
    if data is None or not len(chunk):
        return np.empty(0, dtype)
    return np.frombuffer(data, dtype, len(chunk), chunk.offset * _WORD)


def _converted(column: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    if isinstance(column, pa.ChunkedArray):
        whole: NDArray[Any] = column.to_numpy()
    else:
        whole = column.to_numpy(zero_copy_only=False)
    return whole
