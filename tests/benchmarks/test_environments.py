from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks import environments
from benchmarks.environments import LOCKS, open_environment
from benchmarks.system import HERE


def test_our_own_environment_is_the_one_we_are_in():
    assert str(open_environment(HERE).python) == sys.executable


def test_an_installation_that_fails_says_why_and_is_tried_again(tmp_path, monkeypatch):
    commands = []

    def refuse(command, **_options):
        commands.append(command)
        return subprocess.CompletedProcess(
            command, 1, "", "Collecting\nERROR: no wheel for this system\nWARNING: by the way\n\n"
        )

    monkeypatch.setattr(environments, "INSTALLED", environments.ROOT / "build" / tmp_path.name)
    monkeypatch.setattr(environments.subprocess, "run", refuse)
    for _ in range(2):
        found = open_environment("frames")
        assert found.python is None
        assert found.missing == "it could not be installed: ERROR: no wheel for this system"
    assert len(commands) == 2


@pytest.mark.parametrize("name", sorted(path.stem for path in LOCKS.glob("*.in")))
def test_what_is_wanted_is_locked(name):
    wanted = (LOCKS / f"{name}.in").read_text(encoding="utf-8").splitlines()
    names = [line.split("<")[0].lower() for line in wanted if line and not line.startswith("#")]
    locked = (LOCKS / f"{name}.lock").read_text(encoding="utf-8")
    assert [name for name in names if f"\n{name}==" not in locked] == []
