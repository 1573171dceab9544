"""Functions whose results nobody searches for missing values: hostile finite numbers must not make them unknown."""

import numpy as np
import pytest

from engine.formula.functions.talib_functions import from_talib
from engine.indicators.catalogue import AVERAGES, indicator
from engine.indicators.steady import STEADY, gaps_of

SIZE = 400
RANDOM = np.random.default_rng(5)
HOSTILE = {
    "constant": np.full(SIZE, 5.0),
    "zero": np.zeros(SIZE),
    "both signs": RANDOM.normal(0, 1, SIZE),
    "huge": RANDOM.normal(0, 1, SIZE) * 1e49,
    "tiny": RANDOM.normal(0, 1, SIZE) * 1e-300,
    "all sizes": RANDOM.normal(0, 1, SIZE) * 10.0 ** RANDOM.integers(-300, 49, SIZE),
    "steps": np.repeat(RANDOM.normal(0, 1, SIZE // 20), 20),
    "zero at first": np.where(np.arange(SIZE) < 200, 0.0, RANDOM.normal(0, 1, SIZE)),
    "falling": np.arange(SIZE, 0, -1.0),
    "few values": RANDOM.integers(-2, 3, SIZE).astype(float),
}
NAMES = list(HOSTILE)


def inputs_of(name, turn):
    """Return one hostile series per input, another mixture at every turn."""
    count = len(indicator(name).inputs)
    return [HOSTILE[NAMES[(turn + turn // len(NAMES) * number) % len(NAMES)]] for number in range(count)]


def constants_of(name):
    """Return the defaults, the least periods, and the defaults with every kind of average."""
    described = indicator(name)
    found = [[parameter.default for parameter in described.parameters]]
    for number, parameter in enumerate(described.parameters):
        few = {"whole": [described.limits(number)[0]], "average": AVERAGES.values(), "real": []}
        found += [[*found[0][:number], value, *found[0][number + 1 :]] for value in few[parameter.kind]]
    return [tuple(values) for values in found]


def outputs_of(name, arrays, constants):
    outputs = from_talib(name).bind(constants)(*arrays)
    return outputs if isinstance(outputs, tuple) else (outputs,)


@pytest.mark.parametrize("name", sorted(STEADY))
def test_it_is_known_from_its_lookback_on_whatever_it_is_given(name):
    for constants in constants_of(name):
        lookback = from_talib(name).lookback(constants)
        for turn in range(5 * len(NAMES)):
            for output in outputs_of(name, inputs_of(name, turn), constants):
                assert output.dtype == np.float64
                assert np.isnan(output[:lookback]).all()
                assert np.isfinite(output[lookback:]).all()
                assert np.abs(output[lookback:]).max() < 1e90


@pytest.mark.parametrize("name", sorted(STEADY))
def test_it_begins_by_itself_after_an_unknown_start(name):
    defaults = tuple(parameter.default for parameter in indicator(name).parameters)
    arrays = [np.where(np.arange(SIZE) < 31, np.nan, series) for series in inputs_of(name, 12)]
    whole, cut = (outputs_of(name, given, defaults) for given in (arrays, [each[31:] for each in arrays]))
    for one, other in zip(whole, cut, strict=True):
        assert np.isnan(one[:31]).all()
        np.testing.assert_array_equal(one[31:], other)


@pytest.mark.parametrize("name", ["CMO", "RSI"])
def test_what_waits_for_a_movement_is_known_ever_after(name):
    assert gaps_of(name) == "start"
    for turn in range(5 * len(NAMES)):
        (output,) = outputs_of(name, inputs_of(name, turn), (14.0,))
        known = np.isfinite(output)
        assert known[14] == known[14:].all()
