"""What `make run` and `make test` say and do on machines that lack something; nothing is installed here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OFFSCREEN = {"libgl1", "libegl1", "libxkbcommon0", "libfontconfig1", "libglib2.0-0", "libdbus-1-3"}

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the scripts are for a POSIX shell")


class Machine:
    """A machine of which we say what it has: programs of that name come before the real ones."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.calls = folder / "calls"
        self.calls.touch()

    def program(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def run(self, script: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", script, *arguments],
            env={**os.environ, "PATH": f"{self.programs}:{os.environ['PATH']}", **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def bare(tmp_path) -> Machine:
    """Return a Linux machine without any of Qt's libraries, and a user who is not root."""
    machine = Machine(tmp_path)
    machine.program("uname", "echo Linux")
    machine.program("ldconfig", "echo 'libc.so.6 (libc6,x86-64) => /lib/libc.so.6'")
    machine.program("id", "echo 1000")
    machine.program("apt-get", f'echo "$*" >> "{machine.calls}"')
    return machine


def packages_in(text: str) -> set[str]:
    return set(re.findall(r"\b(?:lib[a-z0-9.+-]+|xvfb|openbox|xdotool)", text))


def test_a_user_who_may_not_install_gets_the_line_to_run(bare):
    done = bare.run(ROOT / "tools/system_parts.sh", "offscreen")
    assert (done.returncode, done.stdout) == (0, "")
    assert "sudo apt-get install" in done.stderr
    assert packages_in(done.stderr) == OFFSCREEN
    assert bare.calls.read_text() == ""


def test_root_on_debian_installs_what_is_missing(bare):
    bare.program("id", "echo 0")
    done = bare.run(ROOT / "tools/system_parts.sh", "offscreen")
    assert (done.returncode, done.stderr) == (0, "")
    update, install = bare.calls.read_text().splitlines()
    assert update == "update"
    assert install.startswith("install -y --no-install-recommends ")
    assert packages_in(install) == OFFSCREEN


def test_an_installation_that_fails_ends_in_the_line_to_run(bare):
    bare.program("id", "echo 0")
    bare.program("apt-get", "echo 'E: no network'; exit 100")
    done = bare.run(ROOT / "tools/system_parts.sh", "offscreen")
    assert done.returncode == 0
    assert "E: no network" in done.stderr
    assert "sudo apt-get install" in done.stderr


def test_a_library_that_is_there_is_not_asked_for(bare):
    bare.program("ldconfig", "echo 'libEGL.so.1 (libc6,x86-64) => /lib/libEGL.so.1'")
    done = bare.run(ROOT / "tools/system_parts.sh", "offscreen")
    assert packages_in(done.stderr) == OFFSCREEN - {"libegl1"}


def test_another_system_is_asked_nothing(bare):
    bare.program("uname", "echo Darwin")
    done = bare.run(ROOT / "tools/system_parts.sh", "window")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_window_names_the_same_parts_when_it_cannot_start(bare):
    done = bare.run(ROOT / "tools/system_parts.sh", "window")
    said = (ROOT / "gui/bridge/fence.py").read_text(encoding="utf-8")
    assert packages_in(done.stderr) <= packages_in(said)


@pytest.fixture
def elsewhere(tmp_path) -> Path:
    """Return a copy of the set-up script in an empty project, so that no environment is there yet."""
    tools = tmp_path / "an empty project" / "tools"
    tools.mkdir(parents=True)
    return Path(shutil.copy(ROOT / "tools/set_up.sh", tools))


def test_a_python_that_is_named_and_too_old_is_one_sentence(bare, elsewhere):
    bare.program("old", "exit 1")
    done = bare.run(elsewhere, "requirements.lock", PYTHON=str(bare.programs / "old"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"PYTHON={bare.programs / 'old'} is not a Python 3.11 or newer.\n"


def test_a_machine_without_a_new_enough_python_is_one_sentence(bare, elsewhere):
    for name in ("python3.11", "python3.12", "python3.13", "python3.14", "python3", "python"):
        bare.program(name, "exit 127")
    done = bare.run(elsewhere, "requirements.lock", PYTHON="")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Candlewick needs Python 3.11 or newer, and none was found")
    assert done.stderr.count("\n") == 1


def test_a_python_without_ensurepip_and_pip_names_the_package_and_leaves_nothing(bare, elsewhere):
    bare.program(
        "incomplete",
        'case "$*" in *version_info\\ *) exit 0 ;; *sys.executable*) echo "$0" ;; '
        '*venv\\"*) echo python3.11-venv ;; --version) echo Python 3.11.2 ;; *) exit 1 ;; esac',
    )
    done = bare.run(elsewhere, "requirements.lock", PYTHON=str(bare.programs / "incomplete"))
    assert (done.returncode, done.stdout) == (1, "Creating .venv with Python 3.11.2\n")
    assert "sudo apt-get install python3.11-venv" in done.stderr
    assert not (elsewhere.parent.parent / ".venv").exists()


def test_ci_runs_what_the_readme_tells_everyone_to_run():
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    commands = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert len(commands) == 1
    assert commands[0].endswith("make --no-print-directory test")
