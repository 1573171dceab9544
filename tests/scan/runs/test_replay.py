"""A run computed again is identical, or it is said what differs and why."""

from __future__ import annotations

import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.scan.job import ProcessingJob
from engine.scan.runs.replay import TOLD, replay

JOB = ProcessingJob("rsi(close, 14) < 40", {"mom": "roc(close, 20)"})


@pytest.fixture
def again(scan, store):
    def run(repository):
        return replay(store, "last", lambda job: scan(repository, job, runs=None))

    return run


@pytest.mark.parametrize(
    "job",
    [JOB, ProcessingJob(formulas={"a": "close > 0", "b": "rsi(close, 14) < 40"})],
    ids=["one", "several"],
)
def test_the_same_bars_give_an_identical_run(repository, scan, again, job) -> None:
    result = scan(repository, job)
    replayed = again(repository)
    assert replayed.is_identical
    assert (replayed.compared, replayed.differences, replayed.changed) == (60, (), ())
    assert replayed.stored_sha256 == replayed.sha256
    assert result.matches.num_rows > 0


def test_of_an_interrupted_run_what_had_finished_is_compared(repository, interrupt, again) -> None:
    interrupt(repository, JOB, 21)
    replayed = again(repository)
    assert replayed.is_identical
    assert (replayed.compared, replayed.stored_sha256) == (21, None)


def test_changed_bars_are_named_with_the_first_difference_of_each_symbol(
    repository, walks, scan, again
) -> None:
    scan(repository, JOB)
    changed = {name: frame for name, frame in walks.items() if name not in ("S007", "S008")}
    changed["S003"] = walks["S003"].iloc[:200]
    changed["S004"] = walks["S004"].assign(close=walks["S004"]["close"] * 1.0000001)
    changed["S005"] = walks["S005"].iloc[:5]
    changed["NEW"] = walks["S008"]
    with InMemoryCandleRepository(changed) as other:
        replayed = again(other)
    assert not replayed.is_identical
    assert replayed.changed == ("the bars have changed since",)
    told = {line.partition(":")[0]: line for line in replayed.differences}
    assert told.keys() == {"S003", "S004", "S005", "S007", "S008", "NEW"}
    assert "is a match no more" in told["S003"]
    assert "S004: close on 2020-" in told["S004"]
    assert "was ok, is not_evaluable (Needs " in told["S005"]
    assert told["S007"] == "S007: is not in the universe any more."
    assert told["NEW"] == "NEW: was not in the universe then."


def test_many_differences_are_counted(repository, walks, scan, again) -> None:
    scan(repository, JOB)
    with InMemoryCandleRepository({name: frame.iloc[:150] for name, frame in walks.items()}) as shorter:
        replayed = again(shorter)
    assert len(replayed.differences) == TOLD
    assert replayed.difference_count > TOLD


def test_a_new_match_is_named(repository, walks, scan, again) -> None:
    with InMemoryCandleRepository({"S000": walks["S000"].iloc[:200]}) as shorter:
        scan(shorter, ProcessingJob("close > 0"))
    with InMemoryCandleRepository({"S000": walks["S000"].iloc[:201]}) as longer:
        [line] = again(longer).differences
    assert line.startswith("S000: 2020-")
    assert line.endswith("is a new match.")


def test_other_versions_are_mentioned(repository, scan, again, monkeypatch) -> None:
    scan(repository, JOB)
    monkeypatch.setattr("engine.scan.runs.store.versions", lambda: {"numpy": "0.1"})
    replayed = again(repository)
    assert replayed.is_identical
    assert "numpy" in replayed.changed[0]
