"""A piece of evidence as the engine hands it over."""

from __future__ import annotations

import numpy as np
import pytest

from engine.outcomes.comparison import Coverage
from engine.outcomes.forward_returns import Fate, OutcomeTerms
from engine.outcomes.statistics import Sample
from engine.scan.evaluation.evidence import Evidence, evidence_of
from engine.scan.evaluation.forward_pass import Measured


@pytest.fixture
def evidence() -> Evidence:
    random = np.random.default_rng(4)
    values = random.normal(0.01, 0.04, (300, 2))
    fates = np.zeros((300, 2), np.int8)
    fates[-20:, 1], values[-20:, 1] = Fate.NOT_MATURED, np.nan
    fates[0], values[0] = Fate.NOT_EVALUABLE, np.nan
    when = np.datetime64("2022-01-03", "us") + (np.arange(300) // 3) * np.timedelta64(1, "D")
    sample = Sample(when, values, fates, np.where(np.isnan(values), np.nan, 0.004))
    coverage = Coverage(np.datetime64("2020-01-02", "us"), np.datetime64("2024-01-02", "us"), 400.0, 100)
    return evidence_of(Measured(OutcomeTerms((5, 20)), sample, coverage, (("BAD", "No bars."),), 101))
