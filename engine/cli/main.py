"""Reads the command line, runs the command, turns expected failures into one sentence and an exit code.

Messages go to stderr, data to stdout. Exit codes: 0 done, 1 failed or cancelled or partial, 2 bad input.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import NoReturn

from engine.cli.command import BAD_INPUT, FAILED, commands
from engine.errors import BackendError, CandlewickError, ProcessingEngineError
from engine.registry import discover

COMMANDS = "engine.cli.commands"
HEADLESS_HINT = (
    "There is no display. Scan without a window: candlewick scan --data PATH --formula TEXT --out FILE.csv"
)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{message[0].upper()}{message[1:]}. See: {self.prog} --help\n")


def load_commands(argv: Sequence[str] = ()) -> None:
    """Register the one command that these arguments begin with, and all commands when they begin with none.

    To import what all commands need takes several times as long as most of them run.
    """
    module = argv[0].replace("-", "_") if argv else ""
    if (
        module[:1].isalpha()
        and module.isidentifier()
        and importlib.util.find_spec(f"{COMMANDS}.{module}") is not None
    ):
        importlib.import_module(f"{COMMANDS}.{module}")
    else:
        discover(COMMANDS)


def build_parser(argv: Sequence[str] = ()) -> argparse.ArgumentParser:
    """Return the parser of all commands, or at least of the one that the arguments begin with."""
    load_commands(argv)
    parser = _Parser(
        prog="candlewick",
        description="Scan market data with a formula. Without a command the window opens.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"candlewick {version('candlewick')}")
    verbs = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for command in commands:
        verb = verbs.add_parser(command.name, help=command.help, description=command.help, allow_abbrev=False)
        command.configure(verb)
        verb.set_defaults(run=command.run)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = sys.argv[1:] if argv is None else argv
    arguments = build_parser(given).parse_args(given)
    if arguments.command is None:
        return open_window()
    try:
        code: int = arguments.run(arguments)
    except (BackendError, ProcessingEngineError) as error:
        return _complain(error, FAILED)
    except CandlewickError as error:
        return _complain(error, BAD_INPUT)
    except BrokenPipeError:
        # The reader of our stdout has gone (`| head`); point it elsewhere so that exit does not complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return FAILED
    return code


def open_window() -> int:
    """Hand over to the window as a program of its own: the engine never imports it."""
    if sys.platform.startswith("linux") and not has_display():
        print(HEADLESS_HINT, file=sys.stderr)
        return BAD_INPUT
    return subprocess.run([sys.executable, "-m", "gui"], check=False).returncode


def has_display() -> bool:
    """Tell whether a Linux session has a screen to open a window on."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(variable) for variable in named)


def _complain(error: CandlewickError, code: int) -> int:
    print(error, file=sys.stderr)
    return code
