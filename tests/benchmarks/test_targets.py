from __future__ import annotations

import pytest

from benchmarks.targets import COLD, WARM, verdicts


def word(found, start: str) -> str:
    [verdict] = [each for each in verdicts(found) if each.target.text.startswith(start)]
    return f"{verdict.word} {verdict.number}".strip()


@pytest.mark.parametrize(
    ("ours", "said"),
    [((0.1,), "met 0.125 ×"), ((0.1, 0.2, 0.9), "met 0.25 ×"), ((0.3,), "**missed** 0.375 ×")],
    ids=["below the limit", "the median on the limit", "above the limit"],
)
def test_a_ratio_is_of_medians_and_its_limit_is_allowed(measured, ours, said):
    found = [measured(WARM, *ours), measured("polars, in memory", 0.8)]
    assert word(found, "S1 warm, 2 workers, beside polars in memory") == said


def test_some_targets_must_be_reached_from_below(measured):
    found = [measured(WARM, 0.1), measured("pandas tasks, 2 workers", 9.0)]
    assert word(found, "S1 warm, times faster") == "**missed** 90 ×"


def test_a_peer_that_is_missing_leaves_its_targets_open(measured):
    absent = measured("polars, cold")
    absent.missing = "it could not be installed"
    found = [measured(COLD, 0.1, megabytes=501.0), absent]
    assert word(found, "S1 cold, 2 workers, beside") == "not yet"
    assert word(found, "peak memory of S1 cold") == "**missed** 501 MB"


def test_the_slowest_cancel_counts(measured):
    found = [measured("Candlewick, cancel", 0.01, 0.02, 0.3, matches=None)]
    assert word(found, "from a cancel") == "**missed** 0.3 s"
