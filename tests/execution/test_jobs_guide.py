"""The guide's example prints what the guide says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide" / "parallel-jobs.md"


def test_the_worked_example_prints_what_the_guide_shows(tmp_path):
    blocks = re.findall(r"```(\w+)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    programs = [text for kind, text in blocks if kind == "python"]
    (shown,) = [text for kind, text in blocks if kind == "text"]
    assert len(programs) == 2
    printed = []
    for number, program in enumerate(programs):
        path = tmp_path / f"moves_{number}.py"
        path.write_text(program, encoding="utf-8")
        paths = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, path], env=paths, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout)
    assert printed == ["", shown]
    assert "100.00% days_to_move done" in done.stderr
