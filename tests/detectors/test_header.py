"""A plug-in's declaration is read without running it, and what is wrong with it is said with the file's name."""

from __future__ import annotations

import pytest

from engine.detectors.header import has_header, read_header
from engine.errors import DetectorError

GOOD = {
    "api": "1",
    "name": '"three_up"',
    "summary": '"Three rises in a row"',
    "events": '{ THREE_UP = "The third rise" }',
}


def text(**changes: str | None) -> str:
    lines = [f"{key} = {value}" for key, value in {**GOOD, **changes}.items() if value is not None]
    return block("\n".join(lines))


def block(toml: str) -> str:
    inner = "\n".join(f"# {line}".rstrip() for line in toml.splitlines())
    return f"# /// candlewick-detector\n{inner}\n# ///\nraise SystemExit('this never runs')\n"


def test_a_header_says_what_can_be_known_without_running_the_file():
    toml = """
api = 1
name = "three_up"
summary = "Three rises in a row"
history = 4
memory = 3

[events]
THREE_UP = "The third rise"
[parameters.bars]
default = 3
least = 2
greatest = 9
help = "How many rises"
[parameters.percent]
default = 0.0
least = 0
greatest = 20
help = "How much each rise must be"
"""
    header = read_header(block(toml), "three_up.py")
    assert header.declaration.name == "three_up"
    assert header.declaration.events == {"THREE_UP": "The third rise"}
    assert (header.history, header.memory) == (4, 3)
    bars, percent = header.declaration.parameters
    assert (bars.name, bars.default, bars.least, bars.greatest, bars.is_whole) == ("bars", 3, 2, 9, True)
    assert not percent.is_whole


def test_what_is_left_out_has_a_default():
    header = read_header(text(), "a.py")
    assert (header.history, header.memory, header.declaration.parameters) == (1, None, ())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("print('hello')\n", "lacks a line '# /// candlewick-detector'"),
        ("# /// candlewick-detector\n# api = 1\nimport os\n", "lacks the line '# ///'"),
        (block("api = "), "is not TOML"),
        (block("a = " + "[" * 5000), "is not TOML"),
        (text(api="99"), "written for version 99"),
        (text(api=None), "version None"),
        (text(name=None), "needs a text 'name"),
        (text(name='"Three Up"'), "no name for a detector"),
        (text(summary='"  "'), "needs a text 'summary"),
        (text(events=None), "needs events"),
        (text(events='{ up = "no capitals" }'), "these are not: up"),
        (text(events="{ UP = 3 }"), "needs a sentence"),
        (text(events="3"), "must be a table"),
        (text(histori="3"), "Did you mean 'history'"),
        (text(history="0"), "whole number of bars from 1"),
        (text(history="true"), "whole number of bars from 1"),
        (text(memory="-1"), "whole number of bars from 0"),
        (text(parameters="{ bars = 3 }"), "is no parameter"),
        (text(parameters='{ bars = { default = 1, least = 2, greatest = 3, help = "x" } }'), "from least to"),
        (text(parameters='{ bars = { default = "1", least = 2, greatest = 3, help = "x" } }'), "the numbers"),
        (text(parameters="{ bars = { default = 2, least = 2, greatest = 3 } }"), "needs a text 'help"),
        (text(parameters="{ bars = { deflt = 2 } }"), "Did you mean 'default'"),
    ],
)
def test_what_is_wrong_is_one_sentence_that_names_the_file(given, words):
    with pytest.raises(DetectorError) as raised:
        read_header(given, "three_up.py")
    assert words in str(raised.value)
    assert "three_up.py" in str(raised.value)
    assert str(raised.value).endswith(".")


def test_a_file_without_the_line_is_no_detector():
    assert has_header(text())
    assert not has_header("import numpy\n# candlewick-detector\n")
