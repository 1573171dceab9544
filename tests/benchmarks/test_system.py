from __future__ import annotations

from benchmarks.environments import LOCKS
from benchmarks.system import HERE, all_systems
from benchmarks.targets import TARGETS, verdicts


def test_every_system_has_a_name_of_its_own():
    names = [system.name for system in all_systems()]
    assert len(set(names)) == len(names)


def test_ours_come_first():
    ours = [system.is_ours for system in all_systems()]
    assert ours == sorted(ours, reverse=True)
    assert any(ours)


def test_every_environment_has_a_lock():
    wanted = {system.environment for system in all_systems()} - {HERE}
    assert wanted == {path.stem for path in LOCKS.glob("*.lock")}


def test_a_run_without_any_system_leaves_every_target_open():
    assert [each.word for each in verdicts([])] == ["not yet"] * len(TARGETS)
