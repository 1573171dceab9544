"""Declarations, parameters and the one way in which a detector is called."""

from __future__ import annotations

import numpy as np
import pytest

from engine.detectors.base import Declaration, Detector, Parameter, run_detector, sealed
from engine.errors import DetectorError, JobError
from engine.testing import generate_test_bars

BARS = Parameter("bars", 20, 2, 100, "How many")
SHARE = Parameter("share", 0.5, 0.0, 1.0, "How much", is_whole=False)
DECLARED = Declaration("mine", "Mine", {"HIT": "A hit"}, (BARS, SHARE))


def test_a_value_is_settled_for_every_parameter():
    assert DECLARED.settle({}) == {"bars": 20, "share": 0.5}
    settled = DECLARED.settle({"bars": 30.0})
    assert settled == {"bars": 30, "share": 0.5}
    assert isinstance(settled["bars"], int)


@pytest.mark.parametrize("value", [1, 101, 2.5, float("nan"), True, "20", None], ids=repr)
def test_a_wrong_value_is_refused_with_its_limits(value):
    with pytest.raises(JobError, match="bars of the detector mine must be a whole number from 2 to 100"):
        DECLARED.settle({"bars": value})


def test_an_unknown_parameter_gets_the_nearest_and_all_problems_come_together():
    with pytest.raises(JobError) as raised:
        DECLARED.settle({"bar": 3, "share": 7})
    assert len(raised.value.problems) == 2
    assert "Did you mean 'bars'?" in str(raised.value)


def test_a_baseline_has_no_parameters_and_cannot_be_given_any():
    with pytest.raises(DetectorError, match="A baseline has no parameters"):
        Declaration("mine", "Mine", {"HIT": "A hit"}, (BARS,), is_baseline=True)
    with pytest.raises(JobError, match="is a baseline and cannot be changed"):
        Declaration("mine", "Mine", {"HIT": "A hit"}, is_baseline=True).settle({"bars": 3})


@pytest.mark.parametrize("name", ["Mine", "my detector", "", "1st", "a" * 50])
def test_a_name_is_small_letters_digits_and_underscores(name):
    with pytest.raises(DetectorError, match="is no name for a detector"):
        Declaration(name, "Mine", {"HIT": "A hit"})


def found(detect, count=30):
    return run_detector(
        Detector(DECLARED, detect), generate_test_bars("A", count), DECLARED.settle({})
    ).triples()


def test_events_come_out_sorted_whatever_their_order():
    assert found(lambda bars, params: [(5, "HIT", 1), (np.int64(2), "HIT", np.float64(0.5))]) == [
        (2, "HIT", 0.5),
        (5, "HIT", 1.0),
    ]


@pytest.mark.parametrize(
    "given",
    [
        None,
        3,
        "HIT",
        {1: 2},
        [1],
        [(1, "HIT")],
        [(1.5, "HIT", 1.0)],
        [(True, "HIT", 1.0)],
        [("1", "HIT", 1.0)],
        [(1, "HIT", "1.0")],
        [(1, "HIT", None)],
        [(1, "OTHER", 1.0)],
        [(30, "HIT", 1.0)],
        [(-1, "HIT", 1.0)],
        [(1, "HIT", np.inf)],
        [(1, "HIT", 1.0), (1, "HIT", 1.0)],
    ],
    ids=repr,
)
def test_what_is_no_event_is_refused_by_the_detectors_name(given):
    with pytest.raises(DetectorError, match="The detector mine "):
        found(lambda bars, params: given)


def test_a_detector_can_write_neither_into_the_bars_nor_into_its_values():
    def write(bars, params):
        with pytest.raises(ValueError, match="read-only"):
            bars.close[0] = 1.0
        with pytest.raises(TypeError):
            params["bars"] = 3
        return []

    assert found(write) == []


def test_sealed_bars_cannot_be_made_writable_and_equal_the_others():
    bars = generate_test_bars("A", 20)
    copy = sealed(bars)
    with pytest.raises(ValueError, match="WRITEABLE"):
        copy.close.setflags(write=True)
    np.testing.assert_array_equal(copy.close, bars.close)
    np.testing.assert_array_equal(copy.timestamp, bars.timestamp)
