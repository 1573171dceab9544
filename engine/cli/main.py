"""Reads the command line, runs the command, turns expected failures into one sentence and an exit code.

Messages go to stderr, data to stdout. Exit codes: 0 done, 1 failed or cancelled or partial, 2 bad input.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

from engine.cli.command import BAD_INPUT, FAILED, commands
from engine.cli.summaries import summaries
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


class _Version(argparse.Action):
    """Prints the version, which takes a while to find out."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version  # noqa: PLC0415  no other start needs it

        print(f"candlewick {version('candlewick')}")
        parser.exit()


def named_command(argv: Sequence[str]) -> str | None:
    """Return the module of the command that the arguments begin with, if they begin with one."""
    module = argv[0].replace("-", "_") if argv else ""
    is_name = module[:1].isalpha() and module.isidentifier()
    return module if is_name and importlib.util.find_spec(f"{COMMANDS}.{module}") is not None else None


def build_parser(argv: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Return the parser of the one command that the arguments begin with; without arguments that of all commands.

    To import what all commands need takes several times as long as most of them run. Where the arguments begin with
    none, such as ``--help``, the parser knows of each command what it is for, and nothing else.
    """
    parser = _Parser(
        prog="candlewick",
        description="Scan market data with a formula. Without a command the window opens.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show program's version number and exit")
    verbs = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    module = named_command(argv or ())
    if argv is not None and module is None and (known := _summaries_for(argv)) is not None:
        for name, sentence in known.items():
            verbs.add_parser(name, help=sentence)
        return parser
    if module is not None:
        importlib.import_module(f"{COMMANDS}.{module}")
    else:
        discover(COMMANDS)
    for command in commands:
        verb = verbs.add_parser(command.name, help=command.help, description=command.help, allow_abbrev=False)
        command.configure(verb)
        verb.set_defaults(run=command.run)
    return parser


def _summaries_for(argv: Sequence[str]) -> dict[str, str] | None:
    """Return all that is to be known of commands when none is called: not where one is, behind other arguments."""
    if any(named_command([word]) is not None for word in argv):
        return None
    return summaries(COMMANDS)


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = sys.argv[1:] if argv is None else argv
    arguments = build_parser(given).parse_args(given) if given else argparse.Namespace(command=None)
    if arguments.command is None:
        return open_window()
    if argv is None:
        _settle()
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


def _settle() -> None:
    """Let the collector pass over what the command has loaded, and Arrow look for no pandas: it is handed no frames."""
    gc.freeze()
    gc.enable()
    if "pyarrow" in sys.modules:
        from engine.data.arrow_alone import leave_pandas_alone  # noqa: PLC0415  Arrow is not every command's

        leave_pandas_alone()


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
