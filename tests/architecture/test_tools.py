"""ruff, mypy and import-linter find nothing."""

from __future__ import annotations

import pytest


def test_ruff_finds_nothing_to_mend(run_python):
    run_python("-m", "ruff", "check", "--quiet")


def test_every_file_is_formatted(run_python):
    run_python("-m", "ruff", "format", "--check", "--quiet")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_types_are_strict_and_right(run_python):
    run_python("-m", "mypy")


def test_parts_import_only_what_lies_below_them(run_python):
    run_python("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
