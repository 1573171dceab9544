"""What a command of the command line is, and the exit codes that all share.

Not here: any command; each has its module in ``commands`` and registers itself.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from engine.registry import Registry

DONE = 0
FAILED = 1  # failed, cancelled or partial
BAD_INPUT = 2


@dataclass(frozen=True, slots=True)
class Command:
    """One verb: ``configure`` adds its flags, ``run`` does it and returns the exit code."""

    name: str
    help: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


commands: Registry[Command] = Registry("command")
