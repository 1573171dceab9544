"""What draws is loaded in pieces, the large one last."""

from __future__ import annotations

import subprocess
import sys

LOADING = """
import sys
from gui.chart.preloading import pieces
before = [("pyqtgraph" in sys.modules, "gui.chart.view" in sys.modules) for _ in pieces()]
print(before[-3:], len(before) > 10)
"""


def test_what_draws_comes_after_everything_that_it_asks_for():
    done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[(False, False), (True, False), (True, True)] True"
