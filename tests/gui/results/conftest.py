"""A table with numbers of every kind, for tests of what is drawn and what menus offer."""

from __future__ import annotations

import pyarrow as pa
import pytest
from PySide6.QtGui import QColor

from gui.results.panel import ResultsPanel


@pytest.fixture
def signed(qtbot) -> ResultsPanel:
    """Columns symbol, timestamp, close, gain (of both signs), score and up, in this order; six rows."""
    panel = ResultsPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 320)
    panel.looks.set_colours(QColor("#00ff00"), QColor("#ff0000"))
    with qtbot.waitExposed(panel):
        panel.show()
    panel.begin(("gain", "score", "up"))
    panel.append(
        pa.table(
            {
                "symbol": ["A", "B", "C", "D", "E", "F"],
                "timestamp": pa.array(range(6), pa.timestamp("us")),
                "close": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0],
                "gain": pa.array([-10.0, -5.0, 0.0, 5.0, 10.0, None]),
                "score": [0.0, 0.25, 0.5, 0.75, 1.0, 1.0],
                "up": [True, False, True, False, True, False],
            }
        )
    )
    panel.finish()
    return panel
