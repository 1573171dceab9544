"""The source tree as the architecture tests look at it: every module of ours, read and parsed once."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    path: str  # relative to the root, with slashes
    text: str
    tree: ast.Module

    @property
    def line_count(self) -> int:
        return self.text.count("\n")

    def is_under(self, *places: str) -> bool:
        return any(self.path == place or self.path.startswith(f"{place}/") for place in places)


def parsed(*folders: str) -> list[Module]:
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            found.append(Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return found


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    """Return what is shipped: engine, gui and resources."""
    return parsed("engine", "gui", "resources")


@pytest.fixture(scope="session")
def all_modules(modules) -> list[Module]:
    """Return what is shipped and what stands around it: tests, tools and benchmarks."""
    return modules + parsed("tests", "tools", "benchmarks")


@pytest.fixture(scope="session")
def run_python():
    """Run a program in a fresh interpreter at the root; return its output, or fail with what it said."""

    def run(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, f"{' '.join(arguments)[:80]}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run
