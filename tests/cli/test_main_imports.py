"""What a start of the command line imports."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


@pytest.mark.parametrize("arguments", [(), ("--help",), ("scna",), ("__init__",)])
def test_all_commands_are_there_when_none_of_them_is_named(arguments):
    commands, _ = loaded(*arguments)
    assert {"scan", "ingest", "pairs", "describe"} <= commands
