"""The tests stand where the code stands that they test."""

from __future__ import annotations

from pathlib import PurePosixPath

# These look at the whole, not at one module.
WHOLE = ("tests/architecture", "tests/contracts", "tests/end_to_end", "tests/packaging")


def home_of(test: str, modules: set[str]) -> str | None:
    """Return the module that ``test`` is about: tests/x/test_y.py or test_y_more.py for engine/x/y.py."""
    path = PurePosixPath(test).relative_to("tests")
    folder = path.parent if path.parts[0] in ("gui", "tools", "benchmarks") else "engine" / path.parent
    words = path.stem.removeprefix("test_").split("_")
    for length in range(len(words), 0, -1):
        name = "_".join(words[:length])
        for candidate in (folder / f"{name}.py", folder / f"__{name}__.py", folder / name / "__init__.py"):
            if str(candidate) in modules:
                return str(candidate)
    return None


def test_every_test_file_has_the_module_that_it_is_about(all_modules):
    modules = {module.path for module in all_modules}
    tests = [
        module.path
        for module in all_modules
        if module.path.startswith("tests/") and "/test_" in module.path and not module.is_under(*WHOLE)
    ]
    assert [test for test in tests if home_of(test, modules) is None] == []


def test_a_home_is_found_for_a_module_a_package_and_an_entry_point():
    modules = {"engine/market/bars.py", "engine/formula/__init__.py", "gui/__main__.py"}
    assert home_of("tests/market/test_bars.py", modules) == "engine/market/bars.py"
    assert home_of("tests/market/test_bars_of_a_week.py", modules) == "engine/market/bars.py"
    assert home_of("tests/test_formula.py", modules) == "engine/formula/__init__.py"
    assert home_of("tests/gui/test_main.py", modules) == "gui/__main__.py"
    assert home_of("tests/market/test_barsoom.py", modules) is None
    assert home_of("tests/test_bars.py", modules) is None


def test_no_test_folder_is_a_package(root):
    assert [str(path) for path in (root / "tests").rglob("__init__.py")] == []
