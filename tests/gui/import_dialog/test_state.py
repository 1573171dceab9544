from __future__ import annotations

import pytest

from engine.data.ingest import IngestReport, Refusal
from engine.data.preview import preview
from engine.data.reading_rules import ReadingRules
from gui.import_dialog.state import (
    Choices,
    choices_of,
    column_label,
    preview_rows,
    preview_sentence,
    report_rows,
    report_sentence,
    report_text,
    rules_of,
    why_not_ready,
)

NAMES = ("Date", "Open", "High", "Low", "Close", "Last", "Zeit")
NATURAL = {"timestamp": "Date", "open": "Open", "high": "High", "low": "Low", "close": "Close"}


@pytest.fixture
def write(tmp_path):
    def make(text: str):
        (tmp_path / "x.csv").write_text(text)
        return tmp_path / "x.csv"

    return make


@pytest.mark.parametrize(
    ("chosen", "columns"),
    [
        ({}, {}),
        ({"close": "Last"}, {"close": "Last"}),
        ({"time": "Zeit"}, {"time": "Zeit"}),
        ({"close": ""}, {"close": ""}),
    ],
    ids=["as the names say", "another column", "a clock", "left out"],
)
def test_only_what_names_do_not_say_becomes_a_rule(chosen, columns):
    assert rules_of(Choices(NATURAL | chosen), NAMES) == ReadingRules(columns)


def test_the_ways_of_writing_become_rules():
    choices = Choices(
        NATURAL, "tab", decimal_comma=True, date_order="mdy", has_header=False, encoding="cp1252"
    )
    rules = rules_of(choices, NAMES)
    assert (rules.separator, rules.decimal_comma, rules.date_order) == ("\t", True, "mdy")
    assert (rules.has_header, rules.encoding) == (False, "cp1252")


def test_rules_come_back_as_the_choices_that_made_them(write):
    path = write("Datum;Open;High;Low;Letzter\n31.01.2020;1;2;1;2\n")
    rules = ReadingRules({"timestamp": "Datum", "close": "Letzter"}, ";", date_order="dmy")
    found = preview(path, rules)
    choices = choices_of(rules, found)
    assert choices.columns["close"] == "Letzter"
    assert (choices.columns["volume"], choices.separator) == ("", "semicolon")
    assert rules_of(choices, found.names) == rules


@pytest.mark.parametrize(
    ("text", "rules", "reason"),
    [
        ("Date,Open,High,Low,Close\n2020-01-31,1,1,1,1\n", ReadingRules(), ""),
        (
            "Date,Open\n2020-01-31,1\n",
            ReadingRules(),
            "Choose which column holds the high, the low and the close.",
        ),
        ("Date,Open,High,Low,Close\n01/02/2020,1,1,1,1\n", ReadingRules(), "Choose the order of dates"),
        (
            "Date,Open,High,Low,Close\n2020-01-31,x,1,1,1\n",
            ReadingRules(),
            "Every row would be refused: the open is",
        ),
    ],
    ids=["ready", "columns", "dates", "all refused"],
)
def test_an_import_waits_until_it_makes_sense(write, text, rules, reason):
    found = why_not_ready(preview(write(text), rules), rules)
    assert found.startswith(reason) if reason else not found


def test_the_preview_is_told_in_words(write):
    found = preview(write("Date,Open,High,Low,Close\n2020-01-31,1,1,1,1\n2020-02-03,x,1,1,1\n"))
    assert preview_sentence(found) == "x.csv: its first 2 rows looked at · ⚠ 1 of them would be refused"
    assert [row[-1] for row in preview_rows(found)] == ["✓", "⚠ refused: the open is not a number"]
    assert column_label("Last", "1,5") == "Last  ·  1,5"
    assert column_label("Last", "") == "Last"


def test_the_report_names_everything_that_was_refused():
    report = IngestReport(
        source="/raw",
        into="/bars",
        files_in=3,
        files_written=2,
        files_refused=(("c.txt", "it is empty (0 bytes)"),),
        rows_in=10,
        rows_written=8,
        refusals=(Refusal("the date cannot be read", 2, ("a.txt, line 4: 'soon'",)),),
        symbols=2,
        replaced=("A",),
        notes=("1 other file was not read.",),
    )
    assert report_sentence(report) == (
        "3 files in, 1 of them refused; 10 rows in, 8 written, 2 refused; 2 symbols written (1 replaced)."
    )
    assert [(row.what, row.count, row.detail) for row in report_rows(report)] == [
        ("file refused", "1", "c.txt: it is empty (0 bytes)"),
        ("rows refused", "2", "the date cannot be read"),
        ("for example", "", "a.txt, line 4: 'soon'"),
        ("note", "", "1 other file was not read."),
    ]
    assert report_text(report).splitlines()[0] == "/raw → /bars"
    assert "rows refused\t2\tthe date cannot be read" in report_text(report)
