"""The two locks hold what pyproject.toml asks for, with hashes, and agree with each other."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def pins(text: str) -> dict[str, set[str]]:
    """Return the versions per package; one that depends on the Python has several."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def runtime(root) -> str:
    return (root / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def development(root) -> str:
    return (root / "requirements-dev.lock").read_text(encoding="utf-8")


def unmet(requirements: list[str], found: dict[str, set[str]]) -> list[str]:
    wanted = [Requirement(text) for text in requirements]
    return [
        str(requirement)
        for requirement in wanted
        if not found.get(canonicalize_name(requirement.name))
        or not all(requirement.specifier.contains(v) for v in found[canonicalize_name(requirement.name)])
    ]


def test_the_runtime_lock_meets_every_dependency(project, runtime):
    assert unmet(project["project"]["dependencies"], pins(runtime)) == []


def test_the_development_lock_meets_the_test_extra_too(project, development):
    asked = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["test"]
    assert unmet(asked, pins(development)) == []


def test_the_build_group_is_what_the_build_system_requires(project, runtime):
    assert project["dependency-groups"]["build"] == project["build-system"]["requires"]
    assert unmet(project["build-system"]["requires"], pins(runtime)) == []


def test_the_locks_agree_on_what_both_hold(runtime, development):
    assert pins(runtime).items() <= pins(development).items()


LOCKS = ["requirements.lock", "requirements-dev.lock"]
LOCKS += [f"benchmarks/environments/{name}.lock" for name in ("frames", "qlib", "vectorbt")]


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash_and_no_index_is_named(name, root):
    text = (root / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"^--|https?:|file:", text, re.MULTILINE) == []


def test_a_dependency_that_is_not_locked_is_noticed():
    assert unmet(["numpy>=2", "lark>=2", "talib"], {"numpy": {"2.1"}, "lark": {"1.3"}}) == [
        "lark>=2",
        "talib",
    ]
