"""Who may do what: threads, processes, Qt, code from text and pickles each have their places."""

from __future__ import annotations

import ast

import pytest

THREADS = {"Thread", "Timer", "ThreadPoolExecutor", "QThread", "QThreadPool", "QRunnable", "to_thread"} | {
    "run_in_executor",
    "start_new_thread",
}
PROCESSES = {
    "multiprocessing",
    "subprocess",
    "ProcessPoolExecutor",
    "QProcess",
    "Popen",
    "popen",
    "forkpty",
} | {
    *("fork", "posix_spawn", "system"),
    *(
        f"{kind}{form}"
        for kind in ("exec", "spawn")
        for form in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")
    ),
}
HEAVY = ("PySide6", "numpy", "pandas", "pyarrow", "pydantic", "pyqtgraph", "talib", "yaml")


def identifiers(module) -> list[tuple[int, str]]:
    """Return every name that the code (not its text) mentions, with its line."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name):
            found.append((node.lineno, node.id))
        elif isinstance(node, ast.Attribute):
            found.append((node.lineno, node.attr))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            parts = [alias.name for alias in node.names]
            parts.append(getattr(node, "module", None) or "")
            found += [(node.lineno, part) for name in parts for part in name.split(".")]
    return found


def mentions(modules, names: set[str], *allowed: str) -> list[str]:
    return [
        f"{module.path}:{line} {name}"
        for module in modules
        if not module.is_under(*allowed)
        for line, name in identifiers(module)
        if name in names
    ]


def calls(module) -> list[ast.Call]:
    return [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]


def test_threads_start_only_in_the_bridge_and_in_the_backends(modules):
    assert mentions(modules, THREADS, "gui/bridge", "engine/execution", "engine/options") == []


def test_processes_start_only_in_the_backends(modules):
    # The command line replaces itself by the window's program; both entries call freeze_support().
    entries = ("engine/__main__.py", "gui/__main__.py", "engine/cli")
    assert mentions(modules, PROCESSES, "engine/execution", *entries) == []


def test_no_text_becomes_code(all_modules):
    found = [
        f"{module.path}:{call.lineno} {call.func.id}"
        for module in all_modules
        for call in calls(module)
        if isinstance(call.func, ast.Name) and call.func.id in {"eval", "exec", "compile", "__import__"}
    ]
    assert found == []


def test_nothing_of_the_engine_hands_text_to_somebody_who_would_run_it(modules):
    """pandas' eval and query, numexpr and the interpreter's own modules run what they are given."""
    runners = {"eval", "exec", "literal_eval", "run_path", "run_module", "runsource", "FunctionType"}
    interpreters = {"ast", "builtins", "code", "codeop", "numexpr", "runpy", "sympy"}
    engine = [module for module in modules if module.is_under("engine")]
    imported = [
        f"{module.path}:{node.lineno} {name}"
        for module in engine
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
        if name in interpreters
    ]
    queried = [
        f"{module.path}:{call.lineno} query"
        for module in engine
        for call in calls(module)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "query"
    ]
    assert mentions(engine, runners) + imported + queried == []


def test_pickles_are_read_only_from_the_workers_own_pipes(modules):
    readers = {"pickle", "cloudpickle", "marshal", "shelve", "read_pickle", "ForkingPickler", "Unpickler"}
    assert mentions(modules, readers | {"allow_pickle"}, "engine/execution") == []


def test_expected_failures_are_all_declared_in_one_file(modules):
    known = {
        node.name
        for module in modules
        if module.path == "engine/errors.py"
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
    }
    strays = [
        f"{module.path}:{node.lineno} {node.name}"
        for module in modules
        if module.path != "engine/errors.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id in known for base in node.bases)
        and node.name.endswith("Error")
    ]
    assert strays == []


def test_no_module_of_the_engine_loads_qt(run_python):
    program = """
import importlib, pkgutil, sys
import engine
for found in pkgutil.walk_packages(engine.__path__, "engine."):
    importlib.import_module(found.name)
wrong = {"PySide6", "shiboken6", "pyqtgraph", "gui"} & {name.partition(".")[0] for name in sys.modules}
sys.exit(f"the engine loaded {sorted(wrong)}" if wrong else 0)
"""
    run_python("-c", program)


@pytest.mark.parametrize("entry", ["engine.__main__", "gui.__main__"])
def test_an_entry_point_loads_nothing_heavy(run_python, entry):
    """A spawned worker imports the program's main module: what stands at its top, every worker pays."""
    program = f"""
import sys
import {entry}
loaded = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"{entry} loaded {{loaded}}" if loaded else 0)
"""
    run_python("-c", program)


def test_the_windows_entry_point_imports_nothing_at_the_top(modules):
    [entry] = [module for module in modules if module.path == "gui/__main__.py"]
    imports = [node for node in entry.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [
        ast.unparse(node) for node in imports if ast.unparse(node) != "from __future__ import annotations"
    ] == []


def test_a_mention_is_found_in_code_and_not_in_text(make_module):
    text = '"""No Thread here."""\nimport threading\nfrom os import fork as f\nthreading.Thread()\n'
    module = make_module(text)
    assert mentions([module], THREADS | PROCESSES) == ["sample.py:3 fork", "sample.py:4 Thread"]
    assert mentions([module], THREADS | PROCESSES, "sample.py") == []


@pytest.fixture
def make_module(modules):
    kind = type(modules[0])
    return lambda text: kind("sample.py", text, ast.parse(text))
