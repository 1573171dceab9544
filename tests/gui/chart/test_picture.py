from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from PySide6.QtGui import QColor

from gui.chart.panel import ChartPanel
from gui.chart.picture import SCALE, picture_image, picture_svg, picture_title


@pytest.fixture
def panel(qtbot, theme, full_data):
    made = ChartPanel(theme)
    qtbot.addWidget(made)
    made.resize(700, 500)
    with qtbot.waitExposed(made):
        made.show()
    made.show_data(full_data(), 300)
    return made


def test_the_title_says_symbol_timeframe_and_the_dates_in_view(panel):
    first, last = panel.state.visible
    days = panel.data.bars.timestamp.astype("datetime64[D]")
    assert picture_title(panel) == f"ABC · Daily · {days[first]} – {days[last - 1]}"


def test_without_a_chart_there_is_no_title(qtbot, dark):
    empty = ChartPanel(dark)
    qtbot.addWidget(empty)
    assert picture_title(empty) == ""


def test_the_picture_has_two_pixels_for_each_of_the_screen(panel):
    image = picture_image(panel)
    assert image.devicePixelRatio() == SCALE
    assert image.width() == panel.view.viewport().width() * SCALE
    assert image.height() > panel.view.viewport().height() * SCALE


def test_the_picture_has_title_candles_and_overlays(panel):
    image = picture_image(panel)
    seen = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(image.height())}
    colours = panel.view.colours
    assert {colours.up, colours.down, colours.background} <= seen
    band = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(30)}
    assert QColor(colours.text).name() in band


def test_taking_a_picture_leaves_the_screen_as_it_was(panel):
    before = panel.grab().toImage()
    picture_image(panel)
    picture_svg(panel)
    assert panel.grab().toImage() == before


def test_the_drawing_is_svg_with_its_texts_as_texts(panel):
    root = ET.fromstring(picture_svg(panel))
    assert root.tag.endswith("svg")
    texts = [element.text or "" for element in root.iter() if element.tag.endswith("}text")]
    assert any(text.startswith("ABC · Daily") for text in texts)
    assert any("rsi(close, 14)" in text for text in texts)
