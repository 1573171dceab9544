"""The order of rows by several keys, against NumPy's stable sort by one key after the other."""

from __future__ import annotations

import numpy as np
import pytest

from gui.results.stable_order import stable_order

ROWS = 4000
NAN = float("nan")


def one_after_the_other(keys) -> np.ndarray:
    rows = np.arange(len(keys[0]))
    for key in reversed(keys):
        rows = rows[np.argsort(key[rows], kind="stable")]
    return rows


def _keys() -> dict[str, np.ndarray]:
    random = np.random.default_rng(5)
    numbers = random.normal(size=ROWS)
    some_unknown = np.where(random.random(ROWS) < 0.1, NAN, np.round(numbers, 1))
    return {
        "numbers, each once": numbers,
        "numbers with ties": np.round(numbers, 1),
        "numbers and unknown": some_unknown,
        "the same, descending": -some_unknown,
        "with infinities": np.where(np.abs(numbers) > 2, np.copysign(np.inf, numbers), numbers),
        "zeros of both signs": np.where(random.random(ROWS) < 0.5, 0.0, -0.0),
        "all unknown": np.full(ROWS, NAN),
        "moments": random.integers(0, 50, ROWS) * 86_400_000_000,
        "days in 16 bits": random.integers(0, 50, ROWS).astype(np.uint16),
        "codes in 32 bits": random.integers(0, 300, ROWS).astype(np.int32),
    }


KEYS = _keys()


@pytest.mark.parametrize("name", KEYS)
def test_rows_with_equal_keys_stay_as_they_came(name):
    assert stable_order([KEYS[name]]).tolist() == one_after_the_other([KEYS[name]]).tolist()


@pytest.mark.parametrize("second", KEYS)
@pytest.mark.parametrize("first", KEYS)
def test_a_second_key_decides_between_equal_first_ones(first, second):
    keys = [KEYS[first], KEYS[second]]
    assert stable_order(keys).tolist() == one_after_the_other(keys).tolist()


def test_a_third_key_decides_between_those_that_are_still_equal():
    keys = [KEYS[name] for name in ("days in 16 bits", "numbers and unknown", "codes in 32 bits")]
    for turned in (keys, keys[1:] + keys[:1], keys[2:] + keys[:2]):
        assert stable_order(turned).tolist() == one_after_the_other(turned).tolist()


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("name", KEYS)
def test_few_rows_are_sorted_like_many(name, count):
    keys = [KEYS[name][:count], KEYS["moments"][:count]]
    assert stable_order(keys).tolist() == one_after_the_other(keys).tolist()


def test_the_keys_themselves_are_left_as_they_are():
    key = KEYS["numbers and unknown"].copy()
    stable_order([key, key])
    assert np.array_equal(key, KEYS["numbers and unknown"], equal_nan=True)
