"""Our Greeks beside those in LEAN's table of GOOG's chain of 28 December 2015, at the volatilities that it gives.

LEAN counts days and rates in its own way, so that the two agree closely and not exactly; what a wrong formula, sign or
unit would do lies far outside of these limits.
"""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pyarrow.parquet as pq
import pytest

from engine.options.pricing import Greeks, Terms, greeks

pytestmark = pytest.mark.real_data

DAY = date(2015, 12, 28)
RATE = 0.003


@pytest.fixture
def lean(real_data):
    """LEAN's rows that have a volatility and two weeks to expiry or more."""
    path = real_data / "lean_sample_apache2" / "option_universes_eod.parquet"
    wanted = [("ticker", "=", "GOOG"), ("date", "=", f"{DAY:%Y%m%d}"), ("implied_volatility", ">", 0.01)]
    rows = pq.read_table(path, filters=wanted).to_pandas()
    rows["years"] = [(datetime.strptime(text, "%Y%m%d").date() - DAY).days / 365 for text in rows.expiry]
    return rows[rows.years > 14 / 365]


@pytest.fixture
def ours(lean) -> Greeks:
    terms = Terms(lean.underlying_close, lean.strike, lean.years, lean.right == "C", RATE)
    return greeks(terms, lean.implied_volatility)


def test_deltas_agree_to_a_hundredth(lean, ours):
    apart = np.abs(ours.delta - lean.delta.to_numpy())
    assert len(apart) > 1000
    assert np.median(apart) < 0.005
    assert np.percentile(apart, 90) < 0.01


def test_gamma_vega_and_theta_agree_in_size_sign_and_unit(lean, ours):
    # LEAN gives vega per percentage point of volatility, and theta a day as we do.
    known = (lean.gamma > 1e-4).to_numpy()
    assert np.median(ours.gamma[known] / lean.gamma[known]) == pytest.approx(1, abs=0.03)
    assert np.median(ours.vega[known] / 100 / lean.vega[known]) == pytest.approx(1, abs=0.05)
    assert np.median(ours.theta[known] / lean.theta[known]) == pytest.approx(1, abs=0.05)
