"""The certificate passes what is sound and fails what is planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine.data.repository import InMemoryCandleRepository
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
    "csrank(roc(close, 20)) > 70 and csrank(rsi(7))[3] < 40",
    'csrank(sma(csrank(close / sym("S001", close)), 5)) > 80 or csrank(tf("W", close)) < 10',
    "bbands(20, 2, 2).lower < close and adx(5) > 20 and every(low > 0, 5) and zscore(close, 10) > -1",
]


# The evaluator remembers a function by its name: what it remembers looks here for the test's own kernel.
PLANTED = {}


@pytest.fixture
def plant(monkeypatch):
    """Register a faulty function under a name that is gone after the test."""

    def add(name, kernel, **more):
        def latest(*values):
            return PLANTED[name](*values)

        function = Function(
            name=name,
            summary="Faulty",
            family="Test",
            arguments=(Argument("series", "series"),),
            bind=lambda _constants: latest,
            **more,
        )
        monkeypatch.setitem(PLANTED, name, kernel)
        monkeypatch.setitem(index._OWN, name, function)

    return add


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


def test_the_future_of_other_symbols_is_found_although_the_symbol_itself_looks_back_only(repository, plant):
    """Its own value is what it was; the others' values, which its rank is among, are those of tomorrow."""

    def peeking(values):
        return values if values[0] == first_of["S003"] else np.append(values[1:], values[-1:])

    first_of = {"S003": float(repository.read_raw("S003").close[0])}
    plant("peeking", peeking)
    some_days = " or ".join(f"close[{ago}] == {first_of['S003']!r}" for ago in (40, 90, 160))
    report = audit(repository, f"csrank(peeking(close)) >= 0 and ({some_days})", samples=3)
    assert not report.look_ahead.passed
    assert report.look_ahead.counter_example.startswith("S003 on ")
    assert "csrank(peeking(close)) is " in report.look_ahead.counter_example


def test_a_rank_waits_for_the_warm_up_of_what_it_ranks(repository):
    assert audit(repository, "csrank(sma(close, 30)) > 50", samples=3).warm_up == 29
    report = audit(repository, "csrank(obv()) > 50", samples=3)
    assert report.exempt == ("obv",)


def test_a_rank_of_values_that_depend_on_the_start_of_the_data_is_found(repository, plant):
    plant("from_start", lambda values: values - values[0])
    report = audit(repository, "csrank(from_start(close)) > 50", samples=10)
    assert report.look_ahead.passed
    assert not report.late_start.passed


def test_intraday_bars_are_named_by_their_time(plant):
    times = pd.date_range("2026-03-11 09:30", periods=78, freq="5min")
    prices = {name: np.arange(100.0, 178.0) for name in ("open", "high", "low", "close")}
    plant("peeking", lambda values: np.append(values[1:], values[-1:]))
    with InMemoryCandleRepository({"A": pd.DataFrame({"timestamp": times, **prices})}) as repository:
        report = audit(repository, "peeking(close) > close and close == 110", samples=1, timeframe="5m")
    assert report.look_ahead.counter_example.startswith("A on 2026-03-11 10:20: peeking(close) is 111")


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
        ("clse > 0", FormulaError, "Did you mean 'close'"),
    ],
)
def test_what_cannot_be_audited_is_said(repository, formula, kind, sentence):
    with pytest.raises(kind, match=sentence):
        audit(repository, formula)
