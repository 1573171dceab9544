"""What the form takes from the theme: three icons and the colour of problems. All else is the palette's."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtGui import QIcon


@dataclass(frozen=True, slots=True)
class FormLook:
    """An empty icon leaves the text alone; ``error`` is ``#rrggbb``, readable on the window's ground."""

    error: str
    run: QIcon = field(default_factory=QIcon)
    cancel: QIcon = field(default_factory=QIcon)
    folder: QIcon = field(default_factory=QIcon)


LIGHT = FormLook(error="#b3261e")
DARK = FormLook(error="#ff8f86")
