"""Every function forgets where the data began when it says so."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from engine.formula.functions import index

# The inputs of every function are made in the test of the index.
_SPEC = importlib.util.spec_from_file_location("inputs", Path(__file__).with_name("test_index.py"))
inputs = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(inputs)

NEVER = {
    *(
        "ad",
        "adosc",
        "cumsum",
        "maxindex",
        "minindex",
        "minmaxindex",
        "nvi",
        "obv",
        "pvi",
        "pvt",
        "sar",
        "sarext",
    ),
    *("supertrend", "ta_vwap", "wad", "barssince", "valuewhen", "streak"),
}
# What the periods of a function may be instead of its defaults.
OTHERS = {
    "ema": (7.0,),
    "rsi": (40.0,),
    "macd": (5.0, 50.0, 20.0),
    "adx": (30.0,),
    "atr": (3.0,),
    "kc": (10.0, 30.0, 2.0),
    "stochrsi": (30.0, 14.0, 3.0, 1.0),
    "t3": (12.0, 0.7),
    "kdj": (9.0, 20.0, 20.0, 13.0, 13.0),
    "ma": (40.0, 1.0),
    "bbands": (40.0, 2.0, 2.0, 1.0),
    "stoch": (14.0, 9.0, 9.0, 3.0, 4.0),
}
SETTLING = [function for function in inputs.WINDOWED if function.name not in NEVER]
CASES = [(function, inputs.constants_of(function)) for function in SETTLING]
CASES += [(index.find(name), constants) for name, constants in OTHERS.items()]


@pytest.fixture(scope="module")
def long_walk(make_walk):
    return make_walk(4000, seed=3)


def outputs_of(function, constants, arrays):
    kernel = function.bind(constants)

    def several(*given):
        result = kernel(*given)
        return result if isinstance(result, tuple) else (result,)

    with np.errstate(all="ignore"):
        return several(*arrays)


def test_functions_that_never_settle_are_these():
    found = {
        function.name
        for function in inputs.WINDOWED
        if function.settling(inputs.constants_of(function)) is None
    }
    assert found == NEVER


@pytest.mark.parametrize(
    ("function", "constants"), CASES, ids=[f"{function.name}{constants}" for function, constants in CASES]
)
@pytest.mark.parametrize("first", [37, 500], ids=str)
def test_after_the_warm_up_it_does_not_matter_where_the_data_begin(function, constants, first, long_walk):
    settling = function.settling(constants)
    assert settling >= function.lookback(constants)
    assert settling < 2_500
    arrays = inputs.inputs_of(function, long_walk)
    whole = outputs_of(function, constants, arrays)
    late = outputs_of(function, constants, [array[first:] for array in arrays])
    for one, other in zip(whole, late, strict=True):
        settled, again = one[first + settling :].astype(float), other[settling:].astype(float)
        size = np.nanmedian(np.abs(settled))
        np.testing.assert_allclose(again, settled, rtol=1e-6, atol=1e-6 * size, equal_nan=True)
