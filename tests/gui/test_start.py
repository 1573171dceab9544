"""The program from the outside: a process of its own, as the entry points start it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from gui.start import main


def gui(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gui", *map(str, arguments)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    return tmp_path


def test_bad_settings_are_one_sentence_and_code_2(monkeypatch, capsys):
    monkeypatch.setenv("CANDLEWICK__THEEM", "dark")
    assert main([]) == 2
    said = capsys.readouterr().err
    assert "theme" in said and said.count("\n") == 1


def test_an_unknown_argument_is_refused_with_code_2(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--colour"])
    assert left.value.code == 2


def test_without_a_display_the_same_scan_goes_into_a_folder(home, universe):
    done = gui("--data", universe, "--demo", "--headless", home / "out", CANDLEWICK__THEME="dark")
    assert done.returncode == 0, done.stderr
    assert "12 symbols" in done.stderr
    header = (home / "out" / "matches.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith("symbol,timestamp,close,")
    picture = QImage(str(home / "out" / "window.png"))
    assert (picture.width(), picture.height()) == (1440, 900)
    seen = {picture.pixelColor(x, y).name() for x in range(0, 1440, 3) for y in range(0, 900, 3)}
    assert len(seen) > 30
    assert {"#14181f", "#2e9fd0", "#e07b39"} <= seen, "ground, rising and falling candles"
    log = (home / "state" / "candlewick" / "log" / "candlewick.log").read_text(encoding="utf-8")
    assert "matches in" in log
    complaints = [
        line for line in log.splitlines() if " INFO " not in line and "propagateSizeHints" not in line
    ]
    assert complaints == [], "the plugin's one word about size hints is no complaint"
    assert not (home / "config" / "candlewick" / "window.ini").exists(), "it is nobody's window"


def test_without_data_the_demo_universe_is_written_first(home, universe):
    # The demo is there already, small, so that the test is quick; what counts is that it is found.
    folder = home / "data" / "candlewick"
    folder.mkdir(parents=True)
    (folder / "demo").symlink_to(universe)
    done = gui("--headless", home / "out")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("--data", "/no/such/folder", "--headless", "out"), "There is no folder", id="no data"),
        pytest.param(("--headless", "/proc/out"), "Cannot write /proc/out", id="no place to write"),
    ],
)
def test_what_goes_wrong_without_a_display_is_one_sentence_and_code_1(home, universe, arguments, words):
    done = gui(*arguments, CANDLEWICK__DATA_FOLDER=str(universe))
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.strip().count("\n") == 0


def test_the_installed_entry_points_to_the_window():
    (entry,) = entry_points(group="gui_scripts", name="candlewick-gui")
    assert entry.value == "gui.__main__:main"
    assert callable(entry.load())


def test_a_worker_that_imports_the_entry_again_does_not_load_qt():
    code = "import sys, gui.__main__; print(any(name.startswith('PySide6') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_window_is_there_before_what_draws_charts_is_loaded():
    code = "import sys, gui.start; print('pyqtgraph' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
