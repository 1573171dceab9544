"""Loading what draws in pieces, between which the window has its turn.

pyqtgraph takes over every name of Qt's, and PySide makes each when it is first asked for: half of what loading it
costs. So the names are asked for before, some at a time, and what else it needs is loaded; what is left is one piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

# Some ten milliseconds.
NAMES_A_PIECE = 50

_TAKEN_OVER = ("PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets")
_NEEDED = ("PySide6.QtTest", "xml.etree.ElementTree", "pydoc", "multiprocessing.connection", "decimal")


def pieces() -> Iterator[None]:
    """Load one piece at each step; what draws is there after the last one."""
    for module in map(import_module, _TAKEN_OVER):
        for number, name in enumerate(dir(module), 1):
            getattr(module, name)
            if number % NAMES_A_PIECE == 0:
                yield
        yield
    for name in _NEEDED:
        import_module(name)
        yield
    import_module("pyqtgraph")
    yield
    import_module("gui.chart.view")
    yield
