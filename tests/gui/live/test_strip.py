from __future__ import annotations

import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QTextEdit

from engine.data.repository import InMemoryCandleRepository
from engine.formula.dial import dial_at
from engine.scan.job import ProcessingJob
from engine.scan.live.scanning import LiveScan
from engine.testing import generate_test_bars
from gui.live.strip import EditorWithStrip, LiveStrip
from gui.theme.palette import palette

FORMULA = "close > sma(close, 5) and (volume > 10 or close > open)"


@pytest.fixture(scope="module")
def answer():
    frames = {}
    for symbol in ("A", "B"):
        bars = generate_test_bars(symbol, 60)
        names = ("timestamp", "open", "high", "low", "close", "volume")
        frames[symbol] = pd.DataFrame({name: getattr(bars, name) for name in names})
    with InMemoryCandleRepository(frames) as repository:
        job = ProcessingJob(formula=FORMULA)
        yield LiveScan(repository, job).answer(job)


@pytest.fixture
def strip(qtbot) -> LiveStrip:
    made = LiveStrip()
    qtbot.addWidget(made)
    made.resize(320, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_switched_off_there_is_the_switch_alone(strip, answer):
    action = QAction("Live matches", strip)
    action.setCheckable(True)
    strip.set_action(action)
    assert strip.button.text() == "Live"
    assert not strip.list.isVisible()
    assert not strip.dial_row.isVisible()
    strip.set_on(on=True)
    strip.show_answer(answer)
    assert strip.list.isVisible()
    strip.set_on(on=False)
    assert not strip.list.isVisible()


def test_an_answer_makes_a_row_for_each_condition_with_words_for_a_screen_reader(
    strip, answer, qtmodeltester
):
    strip.set_on(on=True)
    strip.show_answer(answer)
    qtmodeltester.check(strip.model)
    texts = [strip.model.index(row).data() for row in range(strip.model.rowCount())]
    assert texts == [
        "close > sma(close, 5)",
        "volume > 10 or close > open",
        "volume > 10",
        "close > open",
    ]
    said = strip.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "of 120 bars" in said
    strip.last_bar.click()
    assert "of 2 symbols" in strip.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_note_keeps_the_rows_and_dims_them_until_the_next_answer(strip, answer):
    strip.set_on(on=True)
    strip.show_answer(answer)
    strip.show_note("The formula has problems.")
    assert strip.is_dimmed
    assert strip.model.rowCount() == 4
    assert strip.line.text() == "The formula has problems."
    strip.show_answer(answer)
    assert not strip.is_dimmed


def test_busy_is_said_only_where_nothing_is_shown_yet(strip, answer):
    strip.set_on(on=True)
    strip.show_busy()
    assert strip.line.text().startswith("Reading")
    strip.show_answer(answer)
    before = strip.line.text()
    strip.show_busy()
    assert strip.line.text() == before


def test_a_bar_is_as_long_as_its_share(strip, answer, theme):
    strip.setPalette(palette(theme.interface))
    strip.set_on(on=True)
    strip.show_answer(answer)
    picture = strip.list.grab().toImage()
    rect = strip.list.visualRect(strip.model.index(0))
    ratio = picture.devicePixelRatio()
    row = strip.model.rows[0]
    line = round((rect.top() + 2) * ratio)
    ground = picture.pixelColor(picture.width() - 2, line)
    inked = [x for x in range(picture.width()) if picture.pixelColor(x, line) != ground]
    assert len(inked) == pytest.approx(row.share * rect.width() * ratio, abs=3 * ratio)


def test_the_list_is_as_high_as_its_rows(strip, answer):
    strip.set_on(on=True)
    strip.show_answer(answer)
    assert strip.list.sizeHint().height() >= 4 * strip.fontMetrics().height()


def test_the_slider_turns_the_number_and_says_which(strip):
    turned = []
    strip.set_on(on=True)
    strip.dial_row.turned.connect(turned.append)
    strip.dial_row.show_dial(dial_at("rsi(close, 14) < 30", 17))
    slider = strip.dial_row.slider
    assert (slider.maximum(), slider.value()) == (100, 30)
    assert slider.accessibleName()
    assert "from 0 to 100" in slider.accessibleDescription()
    slider.setValue(35)
    assert turned == [35.0]
    strip.dial_row.show_dial(None)
    assert not slider.isEnabled()


def test_the_focus_goes_to_the_editor(qtbot):
    editor = QTextEdit()
    area = EditorWithStrip(editor, LiveStrip())
    qtbot.addWidget(area)
    assert area.focusProxy() is editor
