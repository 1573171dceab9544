"""Draws the README's and the guide's pictures from the demo universe: ``make pictures``.

1. The demo is written into a home of its own, so that nothing of the user's is read or changed.
2. Each theme is drawn by ``picture_session.py`` in a process of its own: a theme belongs to a whole application.
3. What a clock would say is left out or stands still, so the same machine draws the same bytes again.

``tools/pictures.py --out FOLDER --symbols 12`` draws a small market elsewhere, as the tests do.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SESSION = Path(__file__).with_name("picture_session.py")
THEMES = ("dark", "light")
COMPARED = (
    ("--formula", "pullback=close > sma(200) and rsi(2) < 10"),
    ("--formula", "golden cross=cross_above(sma(50), sma(200))"),
    ("--formula", "yearly high=close > hhv(high, 252)[1]"),
    ("--detector", "inside_bar"),
)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Draw the pictures of the documents anew.")
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--symbols", default="500")
    arguments = parser.parse_args(argv)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        demo = Path(home) / "demo"
        run("-m", "engine", "demo", demo, "--symbols", arguments.symbols, home=home)
        for theme in THEMES:
            run(SESSION, theme, demo, arguments.out, home=home)
        named = [word for pair in COMPARED for word in pair]
        compared = Path(home) / "compared"
        run("-m", "engine", "compare", "--data", demo, *named, "--out", compared, home=home)
        shutil.copyfile(compared / "comparison.svg", arguments.out / "comparison.svg")
    print(f"The pictures are in {arguments.out}.")
    return 0


def run(*command: str | Path, home: str) -> None:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        **{f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
    }
    subprocess.run([sys.executable, *command], check=True, env=environment, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    raise SystemExit(main())
