"""What is said and how things are called: docstrings, names, and words that no tracked file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

EMPTY_NAMES = {"manager", "helper", "helpers", "util", "utils", "utility", "common", "misc", "handler"}


def words_of(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def test_names_are_split_into_their_words():
    assert words_of("QScanManagerV2") == {"q", "scan", "manager", "v2"}
    assert words_of("chart_utils") == {"chart", "utils"}


def test_every_module_has_a_docstring(all_modules):
    # A test says what it is about in the names of its functions.
    modules = [module for module in all_modules if not module.is_under("tests")]
    assert [module.path for module in modules if not (ast.get_docstring(module.tree) or "").strip()] == []


def test_no_docstring_is_empty(all_modules):
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    empty = [
        f"{module.path}:{node.lineno}"
        for module in all_modules
        for node in ast.walk(module.tree)
        if isinstance(node, kinds) and (text := ast.get_docstring(node)) is not None and not text.strip()
    ]
    assert empty == []


def test_no_module_or_class_has_a_name_that_says_nothing(all_modules):
    named = [(module.path, module.path.removesuffix(".py")) for module in all_modules]
    named += [
        (f"{module.path}:{node.lineno}", node.name)
        for module in all_modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    ]
    assert [where for where, name in named if words_of(name) & EMPTY_NAMES] == []


def test_the_readme_is_at_most_120_lines(root):
    assert (root / "README.md").read_text(encoding="utf-8").count("\n") <= 120


@pytest.fixture(scope="session")
def tracked_texts(root) -> dict[str, str]:
    if not (root / ".git").exists():
        pytest.skip("this is not a git checkout, so no file is tracked")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)
    texts = {}
    for name in filter(None, listed.stdout.split("\0")):
        content = (root / name).read_bytes() if (root / name).is_file() else b""
        if b"\0" not in content:
            texts[name] = content.decode("utf-8")
    return texts


def lines_with(pattern: str, texts: dict[str, str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_no_file_holds_the_address_of_a_package_registry(tracked_texts):
    # The words are cut in two so that this file does not hold them.
    addresses = [r"pyp[i]\.org", r"pythonhoste[d]\.", r"npmj[s]\.(org|com)", r"deb\.debia[n]"]
    assert lines_with("|".join(addresses), tracked_texts) == []


def test_no_file_holds_a_path_of_the_machine_it_was_written_on(tracked_texts, root):
    places = {root, root.parent, Path.home()} - {Path("/"), Path("/tmp")}
    assert lines_with("|".join(re.escape(f"{place}/") for place in places), tracked_texts) == []
