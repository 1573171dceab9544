"""Icons: 24×24 outline drawings in ``resources/icons``, tinted with the theme's colours.

Each SVG draws in ``currentColor``; the colour comes from the theme by the icon's meaning. Every size that
a widget asks for at 100, 125, 150 and 200 % is rendered from the drawing, so nothing is ever scaled up.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Literal, TypeAlias

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from engine.errors import UnknownNameError
from gui.theme.theme import Theme

Meaning: TypeAlias = Literal["text", "muted", "positive", "warning", "error", "link"]

APP_ICON = "candlewick"

_SIZES = (16, 20, 24, 32, 36, 40, 48)
_APP_SIZES = (16, 24, 32, 48, 64, 128, 256)
_MEANINGS: dict[str, Meaning] = {
    "run": "positive",
    "check": "positive",
    "warning": "warning",
    "star_filled": "warning",
    "error": "error",
    "cancel": "error",
    "info": "link",
}


@lru_cache(maxsize=1)
def icon_names() -> tuple[str, ...]:
    """Return the names of all icons, sorted; the application's own icon is among them."""
    folder = files("resources").joinpath("icons")
    return tuple(
        sorted(entry.name.removesuffix(".svg") for entry in folder.iterdir() if entry.name.endswith(".svg"))
    )


@lru_cache(maxsize=256)
def icon(name: str, theme: Theme) -> QIcon:
    """Return the icon of that name in the theme's colours; panels ask again when the theme changes."""
    colour = getattr(theme.interface, _MEANINGS.get(name, "text"))
    result = QIcon()
    drawings = (
        (QIcon.Mode.Normal, str(colour)),
        (QIcon.Mode.Disabled, theme.interface.disabled),
        (QIcon.Mode.Selected, theme.interface.accent_text),
    )
    for mode, tint in drawings:
        for size in _SIZES:
            result.addPixmap(render(name, size, tint), mode)
    return result


@lru_cache(maxsize=1)
def app_icon() -> QIcon:
    """Return the application's own icon, which has its own colours."""
    result = QIcon()
    for size in _APP_SIZES:
        result.addPixmap(render(APP_ICON, size, "#000000"))
    return result


def render(name: str, pixels: int, colour: str) -> QPixmap:
    """Return the drawing as a square of ``pixels`` device pixels, its ``currentColor`` being ``colour``."""
    drawing = QSvgRenderer(QByteArray(_drawing(name).replace(b"currentColor", colour.encode())))
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    drawing.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return picture


@lru_cache(maxsize=128)
def _drawing(name: str) -> bytes:
    if name not in icon_names():
        raise UnknownNameError("icon", name, icon_names())
    return files("resources").joinpath("icons", f"{name}.svg").read_bytes()
