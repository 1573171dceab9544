"""Functions for the tests of parallel jobs: a module that workers can import."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def square(number):
    return number * number


def add(left, right, scale=1):
    return (left + right) * scale


def process_id():
    return os.getpid()


def rows_of(molecule, frame):
    return frame.loc[molecule]


def pick(molecule):
    return list(molecule)


def square_unless(number, bad, folder):
    """Leave a file that says that this call had its turn, then fail for the bad number."""
    (Path(folder) / str(number)).touch()
    if number == bad:
        raise ValueError(f"{number} is bad")
    return number * number


def die_at(number, bad):
    """End this very process, from below, at the bad number."""
    if number == bad:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def a_lambda():
    return lambda: None
