"""The peers' own virtual environments: each installs the packages of one lock, with hashes, and fails alone.

``benchmarks/environments/NAME.in`` says what is wanted, ``NAME.lock`` (``make lock``) what is installed, into
``.venv-bench/NAME``. Peers that want different versions of NumPy and pandas do not meet.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.system import HERE

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "benchmarks" / "environments"
INSTALLED = ROOT / ".venv-bench"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "10")
INSTALL = ("install", "--quiet", "--no-compile", "--require-hashes", "--requirement")


@dataclass(frozen=True)
class Environment:
    """An interpreter, or the reason why there is none."""

    python: Path | None
    missing: str = ""


def open_environment(name: str) -> Environment:
    """Return the environment of that name, installing it when its lock is not the one that it was made from."""
    if name == HERE:
        return Environment(Path(sys.executable))
    folder, lock = INSTALLED / name, LOCKS / f"{name}.lock"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, wanted = folder / "lock.sha256", hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return Environment(python)
    print(f"Installing the packages of {lock.relative_to(ROOT)} into {folder.relative_to(ROOT)}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    for command in (
        (sys.executable, "-m", "venv", folder),
        (python, *PIP, *INSTALL, lock),
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return Environment(None, f"it could not be installed: {last_line(done.stderr)}")
    stamp.write_text(wanted)
    return Environment(python)


def last_line(text: str) -> str:
    """Return the last line that names an error, or else the last that says something; pip ends in warnings."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines)[-1][:200] if lines else "no reason was given"
