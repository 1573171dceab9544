"""What a start of the command line imports."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.cli.command import commands
from engine.cli.main import COMMANDS, build_parser
from engine.cli.summaries import summaries
from engine.registry import discover

PROGRAM = """
import sys
from engine.cli.main import build_parser
build_parser(sys.argv[1:])
print(*sorted(name.rpartition(".")[2] for name in sys.modules if name.startswith("engine.cli.commands.")))
print("pandas" in sys.modules)
"""


def loaded(*arguments: str) -> tuple[set[str], bool]:
    """Return which commands a fresh interpreter imports for these arguments, and whether it imports pandas."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True
    )
    commands, pandas = ran.stdout.splitlines()
    return set(commands.split()), pandas == "True"


@pytest.mark.parametrize(
    ("argument", "module"), [("scan", "scan"), ("check-data", "check_data")], ids=["plain", "with a hyphen"]
)
def test_only_the_command_that_is_asked_for_is_imported_and_no_pandas(argument, module):
    assert loaded(argument, "--data", "x") == ({module}, False)


def test_a_scan_that_is_kept_and_written_loads_no_pandas(demo, tmp_path):
    program = (
        "import sys; from engine.__main__ import main; code = main(); print(code, 'pandas' in sys.modules)"
    )
    arguments = ["scan", "--data", demo, "--formula", "close > open", "--out", tmp_path / "found.csv"]
    ran = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["0", "False"]
    assert (tmp_path / "found.csv").stat().st_size > 100


@pytest.mark.parametrize("arguments", [("--help",), ("scna",), ("--version",)])
def test_no_command_is_imported_when_none_of_them_is_named(arguments):
    assert loaded(*arguments) == (set(), False)


def test_a_command_behind_other_arguments_is_the_command():
    commands, _ = loaded("--nonsense", "scan")
    assert "scan" in commands


def test_the_list_of_commands_is_that_of_all_that_register_themselves():
    discover(COMMANDS)
    assert summaries(COMMANDS) == {command.name: command.help for command in commands}


def test_without_source_files_all_commands_are_imported(monkeypatch):
    monkeypatch.setattr("engine.cli.main.summaries", lambda _package: None)
    help_text = build_parser(["--help"]).format_help()
    assert all(command.name in help_text for command in commands)


def test_a_command_runs_with_the_collector_on():
    program = "import gc; from engine.__main__ import main; code = main(); print(code, gc.isenabled())"
    ran = subprocess.run(
        [sys.executable, "-c", program, "describe", "functions", "rsi"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split()[-2:] == ["0", "True"]
