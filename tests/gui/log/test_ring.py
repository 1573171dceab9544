"""The ring of log lines."""

from __future__ import annotations

import logging

from gui.log.ring import LogLine, LogRing


def line(text, level=logging.INFO):
    return LogLine("12:00:00.000", level, "engine", text)


def texts(lines):
    return [line.text for line in lines]


def test_the_ring_keeps_the_newest_lines():
    ring = LogRing(capacity=3)
    ring.extend(line(str(number)) for number in range(5))
    assert texts(ring.shown()) == ["2", "3", "4"]


def test_a_full_ring_tells_how_many_shown_lines_fell_out():
    ring = LogRing(capacity=3)
    ring.set_level(logging.WARNING)
    ring.extend([line("a", logging.ERROR), line("b"), line("c", logging.ERROR)])
    change = ring.extend([line("d"), line("e", logging.WARNING)])
    assert change.gone == 1
    assert texts(change.new) == ["e"]
    assert texts(ring.shown()) == ["c", "e"]


def test_more_lines_than_the_ring_holds_replace_all():
    ring = LogRing(capacity=2)
    ring.extend([line("a"), line("b")])
    change = ring.extend([line("c"), line("d"), line("e")])
    assert (change.gone, texts(change.new)) == (2, ["d", "e"])


def test_a_lower_level_brings_hidden_lines_back():
    ring = LogRing()
    ring.extend([line("a", logging.DEBUG), line("b", logging.ERROR)])
    ring.set_level(logging.ERROR)
    assert texts(ring.shown()) == ["b"]
    ring.set_level(logging.NOTSET)
    assert texts(ring.shown()) == ["a", "b"]


def test_a_line_is_written_with_time_level_and_source():
    assert line("done").written() == "12:00:00.000 info     engine: done"
