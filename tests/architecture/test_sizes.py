"""Files, functions and classes that one can still read in one go."""

from __future__ import annotations

import ast
import statistics

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_CLASS = 600, 60, 400
USUAL_FILE, USUAL_FUNCTION = 300, 30


def lengths(modules, *kinds) -> dict[str, int]:
    found = {}
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, kinds):
                found[f"{module.path}:{node.lineno} {node.name}"] = node.end_lineno - node.lineno + 1
    return found


def longer_than(limit: int, found: dict[str, int]) -> dict[str, int]:
    return {name: length for name, length in found.items() if length > limit}


def test_no_file_is_longer_than_600_lines(all_modules):
    assert longer_than(LONGEST_FILE, {module.path: module.line_count for module in all_modules}) == {}


def test_no_function_is_longer_than_60_lines(modules):
    assert longer_than(LONGEST_FUNCTION, lengths(modules, ast.FunctionDef, ast.AsyncFunctionDef)) == {}


def test_no_class_is_longer_than_400_lines(modules):
    assert longer_than(LONGEST_CLASS, lengths(modules, ast.ClassDef)) == {}


def test_nine_files_in_ten_are_under_300_lines(modules, record_property):
    files = {module.path: module.line_count for module in modules}
    record_property("median_file", statistics.median(files.values()))
    assert len(longer_than(USUAL_FILE, files)) <= len(files) / 10, longer_than(USUAL_FILE, files)


def test_nine_functions_in_ten_are_under_30_lines(modules, record_property):
    functions = lengths(modules, ast.FunctionDef, ast.AsyncFunctionDef)
    record_property("median_function", statistics.median(functions.values()))
    assert len(longer_than(USUAL_FUNCTION, functions)) <= len(functions) / 10
