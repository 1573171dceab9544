"""TA-Lib is loaded without pandas, and stays usable by others."""

import subprocess
import sys

import pytest

SCRIPTS = {
    "pandas is not loaded": "import engine.indicators.binding, sys; print('pandas' in sys.modules)",
    "pandas can be imported afterwards": (
        "import engine.indicators.binding, pandas; print(pandas.__name__ != 'pandas')"
    ),
    "talib imported afterwards accepts a Series": (
        "import engine.indicators.binding, talib, pandas\n"
        "print(talib.SMA(pd := pandas.Series([1.0, 2.0, 3.0]), 2).tolist()[1:] != [1.5, 2.5])"
    ),
    "talib imported before is the same module": (
        "import talib; from engine.indicators.binding import talib as ours; print(ours is not talib._ta_lib)"
    ),
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_loading_talib_alone_leaves_everything_else_as_it_was(script):
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("False", "")
