"""The program as its user meets it: a display, a window manager, a keyboard, and nothing of ours in between.

The window is started by ``python -m gui`` in a process of its own and driven by xdotool; what it did is read from
the outside: the display's frame buffer, the files it wrote, its exit code and the processes that are left.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from engine.cli.main import main as command_line
from engine.data.sources.synthetic import write_demo

PROGRAMS = ("Xvfb", "openbox", "xdotool")
missing = [program for program in PROGRAMS if shutil.which(program) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}"),
]

FORMULA = "close > sma(close, 50) and cross_above(rsi(close, 14), 50)"
# Rising candles of the dark theme; the window starts dark so that they stand out.
RISING, GROUND = (0x2E, 0x9F, 0xD0), (0x14, 0x18, 0x1F)
# Seconds; a loaded machine needs many.
DEADLINE = 60.0


@dataclass
class Display:
    """A screen of its own with a window manager on it."""

    number: int
    frame_buffer: Path
    environment: dict[str, str] = field(default_factory=dict)

    def do(self, *words: object) -> str:
        """Let xdotool do something and return what it says."""
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=True,
        )
        return done.stdout.strip()

    def press(self, *keys: str) -> None:
        """Press keys one after another in the active window."""
        self.do("key", "--clearmodifiers", "--delay", 60, *keys)

    def write(self, text: str) -> None:
        """Type a text."""
        self.do("type", "--clearmodifiers", "--delay", 12, text)

    def picture(self) -> np.ndarray:
        """Return what is on the screen, as rows of red, green, blue: the server keeps it in a file (XWD format)."""
        raw = self.frame_buffer.read_bytes()
        header = struct.unpack(">25I", raw[:100])
        offset, width, height, row, colours = header[0], header[4], header[5], header[12], header[19]
        pixels = np.frombuffer(raw, np.uint8, height * row, offset + colours * 12).reshape(height, row)
        return pixels[:, : width * 4].reshape(height, width, 4)[..., [2, 1, 0]]

    def count(self, colour: tuple[int, int, int]) -> int:
        """Return how many pixels of the screen have exactly this colour."""
        return int((self.picture() == colour).all(axis=2).sum())


def wait_for(what: Callable[[], object], words: str, seconds: float = DEADLINE) -> None:
    """Ask again and again until it is true."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, f"waited {seconds:g} s in vain: {words}"
        time.sleep(0.05)  # the only way to wait for another program


@pytest.fixture
def display(tmp_path: Path) -> Iterator[Display]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        environment[f"XDG_{kind}_HOME"] = str(tmp_path / "home" / kind.lower())
    environment["HOME"] = str(tmp_path)
    environment["CANDLEWICK__THEME"] = "dark"
    reader, writer = os.pipe()
    with contextlib.ExitStack() as stack:
        screen = ["-screen", "0", "1400x900x24", "-fbdir", str(tmp_path)]
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-nolisten", "tcp", *screen],
            pass_fds=[writer],
            stderr=subprocess.DEVNULL,
        )
        stack.callback(end, server)
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = int(answer.readline())
        environment["DISPLAY"] = f":{number}"
        manager = subprocess.Popen(
            ["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        stack.callback(end, manager)
        yield Display(number, tmp_path / "Xvfb_screen0", environment)


def end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.terminate()
        process.wait(DEADLINE)


@pytest.fixture
def universe(tmp_path: Path) -> Path:
    write_demo(tmp_path / "market", symbols=12, years=3)
    return tmp_path / "market"


@dataclass
class Program:
    """The running window."""

    process: subprocess.Popen
    display: Display
    log: Path

    def said(self, words: str) -> bool:
        """Tell whether the log file has these words."""
        return self.log.exists() and words in self.log.read_text(encoding="utf-8")

    def children(self) -> list[int]:
        """Return the processes that it has started."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        for thread in threads:
            listed += (thread / "children").read_text().split()
        return sorted({int(pid) for pid in listed})


@pytest.fixture
def program(display: Display, universe: Path, tmp_path: Path) -> Iterator[Program]:
    with (tmp_path / "stderr.txt").open("wb") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "gui", "--data", str(universe)],
            env=display.environment,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
        )
    log = tmp_path / "home" / "state" / "candlewick" / "log" / "candlewick.log"
    try:
        window = display.do("search", "--sync", "--onlyvisible", "--name", "^Candlewick$").split()[0]
        wait_for(lambda: activated(display, window), "the window manager")
        yield Program(process, display, log)
    finally:
        end(process)


def activated(display: Display, window: str) -> bool:
    """Ask the window manager for the window; while it is still starting, it does not hear."""
    try:
        display.do("windowactivate", "--sync", window)
    except subprocess.CalledProcessError:
        return False
    return True


def active_title(display: Display) -> str:
    try:
        return display.do("getactivewindow", "getwindowname")
    except subprocess.CalledProcessError:  # for a moment no window is active, while a dialog opens or closes
        return ""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_user_types_a_formula_looks_at_matches_exports_them_and_leaves(
    program: Program, display: Display, universe: Path, tmp_path: Path
):
    display.press("ctrl+1", "ctrl+a")
    display.write(FORMULA)
    display.press("Escape")  # the list of names, should it be open
    before = display.count(RISING)
    display.press("F5")
    wait_for(lambda: program.said("matches in"), "the scan's line in the log")
    assert program.said(" of 12 symbols")

    wait_for(lambda: display.count(RISING) > before + 500, "candles on the screen")
    first = display.picture().copy()
    display.press("ctrl+2", "Down", "Down", "Down")
    wait_for(lambda: changed(first, display.picture()) > 5000, "another chart")

    display.press("ctrl+f")
    display.write("rsi<0")
    shown = display.picture().copy()
    wait_for(lambda: changed(shown, display.picture()) > 500, "an emptier table")
    display.press("Escape")

    exported = tmp_path / "from the window.csv"
    display.press("ctrl+e")
    wait_for(lambda: active_title(display).startswith("Export matches"), "the file dialog")
    display.press("ctrl+a")
    display.write(str(exported))
    display.press("Return")
    wait_for(exported.exists, "the exported file")
    arguments = ["scan", "--data", str(universe), "--formula", FORMULA, "--backend", "inline"]
    assert command_line([*arguments, "--out", str(tmp_path / "cli.csv")]) == 0
    assert exported.read_bytes() == (tmp_path / "cli.csv").read_bytes()

    children = program.children()
    assert children, "the scan ran in the window's own process"
    wait_for(lambda: active_title(display).startswith("Candlewick"), "the window again")
    display.press("ctrl+q")
    assert program.process.wait(DEADLINE) == 0
    wait_for(lambda: not [pid for pid in children if alive(pid)], "the end of its processes")
    assert (tmp_path / "stderr.txt").read_text() == ""


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_as_its_button_does(
    program: Program, display: Display, kind: signal.Signals
):
    wait_for(program.children, "workers that were started in advance")
    children = program.children()
    program.process.send_signal(kind)
    assert program.process.wait(DEADLINE) == 0
    wait_for(lambda: not [pid for pid in children if alive(pid)], "the end of the workers")


def changed(before: np.ndarray, now: np.ndarray) -> int:
    """Return how many pixels differ."""
    return int((before != now).any(axis=2).sum())
