from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from benchmarks.agreement import agreement
from benchmarks.machine import Machine
from benchmarks.page import Report, page, write_page
from benchmarks.targets import WARM, verdicts


@pytest.fixture
def report(measured):
    absent = measured("qlib")
    absent.missing = "it could not be installed: no wheel"
    found = [
        measured(WARM, 0.11, 0.10, 0.12),
        measured("polars, in memory", 0.8, 0.9, 1.0),
        measured("DuckDB <table>", 2.0, matches=frozenset({("AAA", "2020-01-02")}), differs="it averages"),
        measured("Candlewick, cancel", 0.01, matches=None),
        absent,
    ]
    machine = Machine("A processor", 2, 24.0, "A system", "3.11", "2026-11-22", "abc1234", 0.1)
    return Report(found, agreement(found), verdicts(found), machine, 2_500, 3)


def test_the_page_holds_medians_spread_and_ratios(report):
    lines = page(report).splitlines()
    assert f"| **{WARM}** | 0.110 | 0.100 | 0.120 | 0.11 | 100 | 2 | 1.00 |  |" in lines
    assert "| polars, in memory | 0.900 | 0.800 | 1.000 | 0.90 | 100 | 2 | 8.18 |  |" in lines
    assert "| DuckDB <table> | 2.000 | 2.000 | 2.000 | 2.00 | 100 | 1 (others) | 18 |  |" in lines
    assert "| S1 warm, 2 workers, beside polars in memory | ≤ 0.25 × | 0.122 × | met |" in lines


def test_the_page_says_what_is_missing_and_who_found_other_matches(report):
    text = page(report)
    assert "- missing: qlib: it could not be installed: no wheel" in text
    assert "by design: it averages." in text
    assert "All others found the same 2 matches." in text


def test_a_busy_machine_makes_the_page_provisional(report):
    assert "provisional" not in page(report)
    machine = Machine("A processor", 2, 24.0, "A system", "3.11", "2026-11-22", "abc1234", 7.0)
    busy = Report(report.measured, report.agreement, report.verdicts, machine, 2_500, 3)
    assert "**provisional: the machine was busy" in page(busy)


def test_the_picture_has_a_point_for_every_scan_the_quickest_first(report, tmp_path):
    write_page(report, tmp_path)
    root = ET.parse(tmp_path / "pictures/performance.svg").getroot()
    tag = "{http://www.w3.org/2000/svg}"
    places = [float(point.get("cx")) for point in root.iter(f"{tag}circle")]
    assert len(places) == 3
    assert places == sorted(places)
    assert "DuckDB <table>" in [text.text for text in root.iter(f"{tag}text")]
