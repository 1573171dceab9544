"""The log panel and the handler that feeds it from any thread."""

from __future__ import annotations

import logging
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gui.log.log_model import LevelColours, LogModel
from gui.log.panel import LogPanel
from gui.log.queued_log import QueuedLog
from gui.log.ring import LogLine


@pytest.fixture
def panel(qtbot):
    fresh = LogPanel(warning_colour=QColor("#aa7700"), error_colour=QColor("#cc0000"))
    qtbot.addWidget(fresh)
    fresh.resize(600, 200)
    with qtbot.waitExposed(fresh):
        fresh.show()
    return fresh


@pytest.fixture
def handler(panel):
    own = QueuedLog(panel)
    panel.listen_to(own)
    yield own
    own.close()


@pytest.fixture
def logger(handler):
    own = logging.getLogger("engine.test.log_panel")
    own.setLevel(logging.DEBUG)
    own.propagate = False
    own.addHandler(handler)
    yield own
    own.removeHandler(handler)


def texts(panel):
    return [line.text for line in panel.model.lines]


def line(text, level=logging.INFO):
    return LogLine("12:00:00.000", level, "engine", text)


def record(message, *arguments):
    return logging.LogRecord("engine.test", logging.INFO, __file__, 1, message, arguments, None)


def test_the_model_keeps_qts_rules_while_lines_come_and_go(qapp, qtmodeltester):
    colour = QColor("#000000")
    model = LogModel(LevelColours(colour, colour, colour), qapp)
    qtmodeltester.check(model)
    model.extend([line(str(number)) for number in range(4990)])
    model.extend([line(str(number)) for number in range(30)])
    assert model.rowCount() == 5000
    assert model.index(0, 3).data() == "20"
    model.set_level(logging.ERROR)
    qtmodeltester.check(model)
    model.deleteLater()


def test_lines_of_another_thread_arrive_in_order(panel, logger, qtbot):
    writer = threading.Thread(target=lambda: [logger.info("line %d", number) for number in range(50)])
    writer.start()
    writer.join()
    qtbot.waitUntil(lambda: texts(panel) == [f"line {number}" for number in range(50)])


def test_a_trace_becomes_one_line_each(panel, logger, qtbot):
    try:
        raise KeyError("x")
    except KeyError:
        logger.exception("It broke")
    qtbot.waitUntil(lambda: len(texts(panel)) > 3)
    assert texts(panel)[0] == "It broke"
    assert texts(panel)[-1] == "KeyError: 'x'"


def test_arguments_that_do_not_fit_are_told_on_stderr_and_do_not_stop_the_writer(
    panel, handler, qtbot, capsys
):
    handler.handle(record("%d", "no number"))
    handler.handle(record("next"))
    qtbot.waitUntil(lambda: texts(panel) == ["next"])
    assert "no number" in capsys.readouterr().err


def test_after_close_nothing_is_sent(panel, qtbot):
    handler = QueuedLog(panel)
    handler.close()
    with qtbot.assertNotEmitted(handler.sender.lines_written):
        handler.handle(record("late"))


def test_a_line_written_after_the_window_is_gone_is_dropped(qtbot):
    owner = QWidget()
    handler = QueuedLog(owner)
    owner.deleteLater()
    qtbot.waitSignal(owner.destroyed).wait()
    handler.handle(record("late"))
    handler.close()


def test_levels_have_words_and_colours(panel):
    panel.append((line("a", logging.ERROR), line("b", logging.WARNING), line("c"), line("d", logging.DEBUG)))
    panel.show_waiting()
    assert [panel.model.index(row, 1).data() for row in range(4)] == ["error", "warning", "info", "debug"]
    colours = [panel.model.index(row, 1).data(Qt.ItemDataRole.ForegroundRole) for row in range(4)]
    assert [colour.name() for colour in colours[:2]] == ["#cc0000", "#aa7700"]
    assert colours[2] is None


def test_the_level_box_hides_lesser_lines(panel):
    panel.append((line("a", logging.ERROR), line("b")))
    panel.show_waiting()
    panel.level_box.setCurrentIndex(3)
    assert texts(panel) == ["a"]
    panel.level_box.setCurrentIndex(0)
    assert texts(panel) == ["a", "b"]


def test_the_table_follows_the_end_unless_the_user_scrolled_up(panel):
    panel.append(tuple(line(str(number)) for number in range(100)))
    panel.show_waiting()
    bar = panel.table.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(10)
    panel.append((line("new"),))
    panel.show_waiting()
    assert bar.value() == 10


def test_copy_takes_whole_lines(panel):
    panel.append((line("a"), line("b")))
    panel.show_waiting()
    panel.table.selectAll()
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == (
        "12:00:00.000 info     engine: a\n12:00:00.000 info     engine: b"
    )


def test_clear_forgets_shown_and_waiting_lines(panel):
    panel.append((line("a"),))
    panel.show_waiting()
    panel.append((line("b"),))
    panel.clear()
    panel.show_waiting()
    assert texts(panel) == []


def test_every_focusable_widget_has_a_name(panel):
    nameless = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.isVisible()
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []


def test_an_empty_log_says_what_would_stand_there(panel):
    assert panel.empty.text.startswith("No lines")
    panel.append((LogLine("12:00:00.000", logging.INFO, "engine", "ready"),))
    panel.show_waiting()
    assert panel.empty.text == ""
    panel.clear()
    assert panel.empty.text.startswith("No lines")
