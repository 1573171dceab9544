"""Arrow can be kept from loading pandas, and pandas stays usable. Each case has an interpreter of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

ALONE = "import sys\nfrom engine.data.arrow_alone import leave_pandas_alone\nleave_pandas_alone()\n"
ARROW = "import numpy as np\nimport pyarrow as pa\n"
CASES = {
    "lists, scalars and arrays load no pandas": (
        "pa.array(['a', None])\npa.chunked_array([[1, None]]).fill_null(3)\n"
        "unknown = pa.array(np.array([1.0, np.nan]), from_pandas=True).null_count\n"
        "moments = pa.array(np.array(['2020-01-01', 'NaT'], 'datetime64[us]'))\n"
        "print(unknown == moments.null_count == 1 and 'pandas' not in sys.modules)"
    ),
    "a table becomes a frame when it is asked to": (
        "print(pa.table({'a': [1, 2]}).to_pandas()['a'].sum() == 3)"
    ),
    "pandas can be imported afterwards": "import pandas\nprint(pandas.Series([1]).sum() == 1)",
    "the import system is as it was": (
        "print(all(getattr(each, '__name__', '') != '_Nowhere' for each in sys.meta_path))"
    ),
}


def _said(code: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return run.stdout.strip()


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in CASES.items()])
def test_arrow_is_left_alone_by_pandas_and_pandas_by_us(code):
    assert _said(ALONE + ARROW + code) == "True"


def test_where_pandas_is_loaded_a_series_is_still_taken_for_one():
    code = "import pandas\n" + ALONE + ARROW + "print(pa.array(pandas.Series(['a', None])).null_count == 1)"
    assert _said(code) == "True"
