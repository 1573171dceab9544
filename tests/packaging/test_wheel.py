"""The wheel, installed as a user would install it, works from any folder and finds all that it needs.

It goes into a fresh environment that borrows the dependencies of the environment under test (nothing is
downloaded) but not the source tree: what the wheel forgot is missing here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pyarrow.csv
import pytest

ROOT = Path(__file__).resolve().parents[2]
FORMULA = "close > sma(close, 200) and cross_above(rsi(close, 14), 30)"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def run(*command, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program outside the source tree, without what the test run itself put into the environment."""
    ours = ("PYTHON", "COV_", "COVERAGE_", "CANDLEWICK_", "VIRTUAL_ENV")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def succeed(*command, folder: Path) -> str:
    done = run(*command, folder=folder)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    succeed(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=ROOT)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Return the folder of the installed programs, in an environment whose path holds a space."""
    home = tmp_path_factory.mktemp("an environment")
    succeed(sys.executable, "-m", "venv", "--without-pip", home, folder=home)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    python = programs / Path(sys.executable).name
    install = (
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-index",
    )
    succeed(sys.executable, *install, "--no-deps", wheel, folder=home)
    # Only now: pip would take a Candlewick that it sees next door for installed. A path file inside a
    # borrowed folder is not followed, so the development install of the source tree stays out of sight.
    packages = succeed(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=home)
    borrowed = f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n"
    Path(packages.strip(), "borrowed.pth").write_text(borrowed, encoding="utf-8")
    return programs


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("some where else")


@pytest.fixture(scope="module")
def demo(installed, elsewhere) -> Path:
    succeed(installed / "candlewick", "demo", elsewhere / "demo", folder=elsewhere)
    return elsewhere / "demo"


def test_the_wheel_holds_every_file_of_the_packages(wheel):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "engine", "gui", "resources"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    tracked = {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert tracked - held == set()
    assert "resources/config.yaml" in held


def test_the_installed_program_is_not_the_source_tree(installed, elsewhere):
    printed = succeed(installed / "python", "-c", "import engine; print(engine.__file__)", folder=elsewhere)
    assert not Path(printed.strip()).is_relative_to(ROOT)
    assert Path(printed.strip()).is_relative_to(installed.parent)


def test_the_default_settings_come_from_the_wheel(installed, elsewhere):
    program = "from engine.settings import _packaged_text; print(_packaged_text(), end='')"
    printed = succeed(installed / "python", "-c", program, folder=elsewhere)
    assert printed == (ROOT / "config.yaml").read_text(encoding="utf-8")


def test_help_names_the_commands(installed, elsewhere):
    printed = succeed(installed / "candlewick", "--help", folder=elsewhere)
    for command in ("scan", "ingest", "check-data", "demo", "describe"):
        assert command in printed


def test_the_windows_program_is_installed_too(installed):
    assert (installed / "candlewick-gui").exists()


def test_a_scan_of_the_demo_universe_runs_from_another_folder(installed, elsewhere, demo):
    symbols = sorted(folder.name.removeprefix("symbol=") for folder in demo.rglob("symbol=*"))
    assert len(symbols) == 500
    out = elsewhere / "matches.csv"
    scan = (installed / "candlewick", "scan", "--data", demo, "--formula", FORMULA, "--workers", "2")
    succeed(*scan, "--symbols", ",".join(symbols[:20]), "--out", out, folder=elsewhere)
    matches = pyarrow.csv.read_csv(out)
    assert matches.column_names[:3] == ["symbol", "timestamp", "close"]
    assert matches.num_rows > 0
    assert set(matches["symbol"].to_pylist()) <= set(symbols[:20])


def test_a_misspelt_formula_is_one_sentence_and_exit_code_2(installed, elsewhere, demo):
    scan = (installed / "candlewick", "scan", "--data", demo, "--formula", "close > smaa(close, 200)")
    done = run(*scan, folder=elsewhere)
    assert (done.returncode, done.stdout) == (2, "")
    assert "sma" in done.stderr
    assert "Traceback" not in done.stderr
