"""Draws the README's pictures: the window on the demo universe after its scan, dark and light.

Run by ``make pictures``, offscreen, with settings of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        demo = Path(home) / "demo"
        subprocess.run([sys.executable, "-m", "engine", "demo", demo], check=True, cwd=ROOT)
        for theme in ("dark", "light"):
            out = Path(home) / theme
            environment = {
                **os.environ,
                "QT_QPA_PLATFORM": "offscreen",
                "CANDLEWICK__THEME": theme,
                "CANDLEWICK__DATA_FOLDER": str(demo),
                **{f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
            }
            command = [sys.executable, "-m", "gui", "--demo", "--headless", out]
            subprocess.run(command, check=True, cwd=ROOT, env=environment)
            shutil.copyfile(out / "window.png", PICTURES / f"window_{theme}.png")
    print(f"Pictures are in {PICTURES.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
