"""Icons exist, take the theme's colours and are sharp on every screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

from engine.errors import UnknownNameError
from gui.theme.icons import APP_ICON, app_icon, icon, icon_names, render


def strongest_colour(pixmap):
    picture = pixmap.toImage()
    pixels = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
    solid = [pixel.name() for pixel in pixels if pixel.alpha() == 255]
    return max(set(solid), key=solid.count) if solid else None


@pytest.mark.parametrize("name", icon_names())
def test_every_drawing_can_be_rendered(qapp, name):
    picture = render(name, 48, "#102030").toImage()
    opaque = sum(picture.pixelColor(x, y).alpha() > 128 for x in range(48) for y in range(48))
    assert 60 < opaque < 48 * 48
    assert all(picture.pixelColor(x, 0).alpha() < 60 for x in range(48)), "the drawing is cut at its edge"


def test_drawings_take_the_colour_of_the_theme(qapp, light, dark):
    for theme in (light, dark):
        drawn = icon("folder", theme).pixmap(QSize(48, 48), 1.0)
        assert strongest_colour(drawn) == QColor(theme.interface.text).name()


def test_run_is_drawn_in_the_colour_of_good_things(qapp, dark):
    assert strongest_colour(icon("run", dark).pixmap(QSize(48, 48), 1.0)) == dark.interface.positive


def test_a_disabled_icon_is_quieter(qapp, light):
    drawn = icon("open", light).pixmap(QSize(48, 48), 1.0, QIcon.Mode.Disabled)
    assert strongest_colour(drawn) == light.interface.disabled


@pytest.mark.parametrize(("size", "ratio"), [(16, 1.0), (24, 1.0), (16, 2.0), (24, 1.5), (24, 2.0)])
def test_icons_have_a_pixel_for_every_pixel_of_the_screen(qapp, dark, size, ratio):
    drawn = icon("search", dark).pixmap(QSize(size, size), ratio)
    assert drawn.width() == round(size * ratio)


def test_the_applications_icon_has_colours_of_its_own_and_many_sizes(qapp):
    assert APP_ICON in icon_names()
    assert QSize(256, 256) in app_icon().availableSizes()
    picture = app_icon().pixmap(QSize(64, 64), 1.0).toImage()
    hues = {picture.pixelColor(x, y).hue() // 30 for x in range(64) for y in range(64)}
    assert len(hues) >= 3


def test_a_wrong_name_gets_the_closest_right_one(qapp, dark):
    with pytest.raises(UnknownNameError, match="Did you mean 'folder'"):
        icon("foldr", dark)
