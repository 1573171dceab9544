"""The certificate passes what is sound and fails what is planted."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import FormulaError, ProcessingEngineError
from engine.formula.functions import index
from engine.formula.functions.definition import Argument, Function
from engine.scan.audit import audit

SOUND = [
    "close > sma(close, 20) and volume > sma(volume, 10)",
    "fast := ema(close, 8)\ncross_above(close, fast) or rsi(7) > 70",
    "macd(3, 8, 4).hist > 0 and 30 < stoch(14, 3, 3).k <= 80 and not (close < close[3])",
    'tf("W", close > sma(close, 4)) and high > close',
    'close / sym("S001", close) > sma(close / sym("S001", close), 20)',
    "bbands(20, 2, 2).lower < close and adx(5) > 20 and every(low > 0, 5) and zscore(close, 10) > -1",
]


@pytest.fixture
def plant(monkeypatch):
    """Register a faulty function under a name that is gone after the test."""

    def add(name, kernel, **more):
        function = Function(
            name=name,
            summary="Faulty",
            family="Test",
            arguments=(Argument("series", "series"),),
            bind=lambda _constants: kernel,
            **more,
        )
        index.find.cache_clear()
        monkeypatch.setitem(index._OWN, name, function)

    yield add
    index.find.cache_clear()


@pytest.mark.parametrize("formula", SOUND, ids=range(len(SOUND)))
def test_a_sound_formula_passes_both_halves(repository, formula):
    report = audit(repository, formula, samples=30)
    assert (report.look_ahead.counter_example, report.late_start.counter_example) == (None, None)
    assert report.passed
    assert report.matches == 30
    assert report.late_start.checked > 10
    assert report.exempt == ()


def test_a_look_into_the_future_is_found_and_shown(repository, plant):
    plant("peeking", lambda values: np.append(values[1:], values[-1:]))
    report = audit(repository, "close > sma(close, 5) and peeking(close) > close", samples=10)
    assert not report.passed
    assert not report.look_ahead.passed
    assert "peeking(close) is " in report.look_ahead.counter_example
    assert "with the data cut on that day" in report.look_ahead.counter_example


def test_a_value_that_depends_on_the_start_of_the_data_is_found_and_shown(repository, plant):
    plant("from_start", lambda values: values - values[0])
    report = audit(repository, "from_start(close) > 1", samples=10)
    assert report.look_ahead.passed
    assert not report.late_start.passed
    assert "from_start(close) is " in report.late_start.counter_example
    assert "bars earlier" in report.late_start.counter_example


def test_a_warm_up_that_is_stated_too_short_is_found(repository, plant):
    plant(
        "hasty", lambda values: np.convolve(values, np.full(30, 1 / 30))[: len(values)], settles=lambda _: 5
    )
    assert not audit(repository, "hasty(close) > 1", samples=10).late_start.passed


def test_what_never_forgets_is_exempt_by_name_and_so_is_all_that_rests_on_it(repository):
    report = audit(
        repository, "obv() > 0 and barssince(close > close[1]) < 3 and close > sma(close, 5)", samples=20
    )
    assert report.passed
    assert report.exempt == ("barssince", "obv")
    assert audit(repository, "bar_index > 50", samples=5).exempt == ("bar_index",)


def test_matches_with_less_history_than_the_warm_up_are_counted(repository):
    report = audit(repository, "close > ema(close, 30)", samples=20)
    assert report.warm_up == 306
    assert report.late_start.checked == 0


def test_the_seed_chooses_the_matches(repository):
    one, same, other = (audit(repository, "close > close[1]", samples=6, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.matches == other.matches == 6


@pytest.mark.parametrize(
    ("formula", "kind", "sentence"),
    [
        ("close < 0", ProcessingEngineError, "nothing to check"),
        ("csrank(close) > 50", ProcessingEngineError, "audit what it ranks"),
        ("clse > 0", FormulaError, "Did you mean 'close'"),
    ],
)
def test_what_cannot_be_audited_is_said(repository, formula, kind, sentence):
    with pytest.raises(kind, match=sentence):
        audit(repository, formula)
