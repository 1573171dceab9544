"""A plug-in in this process, as its worker calls it; the guide's example is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.detectors.plugin import LARGEST_FILE, open_plugin, read_plugin
from engine.errors import DetectorError
from engine.testing import generate_test_bars

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "detectors.md"
HEADER = """# /// candlewick-detector
# api = 1
# name = "guest_of_the_tests"
# summary = "A guest"
# [events]
# HIT = "Something"
# ///
"""


@pytest.fixture
def plugin(tmp_path):
    def write(body: str, **more):
        path = tmp_path / "guest.py"
        path.write_text(HEADER + body, encoding="utf-8")
        return read_plugin(path, **more)

    return write


def test_the_example_of_the_guide_works(tmp_path):
    path = tmp_path / "three_up.py"
    path.write_text(
        GUIDE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0], encoding="utf-8"
    )
    plugin = read_plugin(path)
    bars = generate_test_bars("A", 300)
    report = open_plugin(plugin, plugin.declaration.settle({}))(bars)
    assert report.problem is None
    rises = [bar for bar in range(1, 300) if bars.close[bar] > bars.close[bar - 1]]
    expected = [bar for bar in range(3, 300) if {bar, bar - 1, bar - 2} <= set(rises)]
    assert report.events.bar.tolist() == expected
    assert len(expected) > 10


def test_it_is_loaded_once_and_called_for_each_symbol(plugin):
    call = open_plugin(
        plugin(
            "times = []\ndef detect(bars, params):\n    times.append(1)\n    return [(len(times), 'HIT', 1)]\n"
        ),
        {},
    )
    found = [call(generate_test_bars("A", 9)).events.bar.tolist() for _ in range(3)]
    assert found == [[1], [2], [3]]


def test_another_function_can_be_named(plugin):
    call = open_plugin(
        plugin("class Kind:\n    def find(bars, params):\n        return []\n", function="Kind.find"), {}
    )
    assert call(generate_test_bars("A", 9)).problem is None


def test_an_error_with_a_broken_message_is_told_all_the_same(plugin):
    body = "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\n"
    body += "def detect(bars, params):\n    raise Odd\n"
    assert "Odd" in open_plugin(plugin(body), {})(generate_test_bars("A", 9)).problem


def test_what_a_well_behaved_one_prints_is_kept_in_part(plugin):
    call = open_plugin(plugin("def detect(bars, params):\n    print('y' * 9000)\n    return []\n"), {})
    details = call(generate_test_bars("A", 9)).details
    assert details.startswith("\nPrinted: yyy")
    assert details.endswith("… and 7,001 more characters.")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"#" * (LARGEST_FILE + 1)], ids=["no text", "too large"]
)
def test_what_is_no_page_of_text_is_refused(tmp_path, content):
    (tmp_path / "guest.py").write_bytes(content)
    with pytest.raises(DetectorError, match=r"guest\.py cannot be used"):
        read_plugin(tmp_path / "guest.py")


def test_a_missing_file_is_told_of(tmp_path):
    with pytest.raises(DetectorError, match="cannot be read"):
        read_plugin(tmp_path / "guest.py")
