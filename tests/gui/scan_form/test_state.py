from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.scan.job import DateRange, ProcessingJob
from gui.scan_form.state import DateReading, FormValues, date_text, read_date, split_symbols, workers_text


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        pytest.param("2024-03-15", date(2024, 3, 15), date(2024, 3, 15), id="day"),
        pytest.param(" 20240315 ", date(2024, 3, 15), date(2024, 3, 15), id="plain-day"),
        pytest.param("2024/3/5", date(2024, 3, 5), date(2024, 3, 5), id="slashes"),
        pytest.param("2024-02", date(2024, 2, 1), date(2024, 2, 29), id="month"),
        pytest.param("2024", date(2024, 1, 1), date(2024, 12, 31), id="year"),
        pytest.param(
            "2024-03-15 09:35", datetime(2024, 3, 15, 9, 35), datetime(2024, 3, 15, 9, 35), id="moment"
        ),
        pytest.param("  ", None, None, id="open"),
    ],
)
def test_a_year_or_month_means_its_first_or_last_day(text, start, end):
    assert read_date(text, "start") == DateReading(start)
    assert read_date(text, "end") == DateReading(end)


@pytest.mark.parametrize("value", [date(2024, 3, 15), datetime(2024, 3, 15, 9, 35)], ids=["day", "moment"])
def test_a_date_is_written_as_it_is_typed(value):
    assert read_date(date_text(value), "end").value == value


def test_a_time_of_day_that_does_not_exist_is_refused():
    assert "'2024-03-15 25:00' is not a date" in read_date("2024-03-15 25:00", "end").sentence


@pytest.mark.parametrize("text", ["2023-02-29", "2024-13", "2024-00", "2024-01-40", "0000"])
@pytest.mark.parametrize("side", ["start", "end"])
def test_a_day_that_does_not_exist_is_refused(text, side):
    reading = read_date(text, side)
    assert reading.value is None
    assert f"There is no day {text}" in reading.sentence


@pytest.mark.parametrize(("side", "bar"), [("start", "first bar"), ("end", "last bar")], ids=["start", "end"])
def test_what_is_no_date_gets_a_sentence_that_says_how_to_write_one(side, bar):
    sentence = read_date("soon", side).sentence
    assert "'soon' is not a date" in sentence
    assert "2024-03-15" in sentence
    assert bar in sentence


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        pytest.param("", None, id="all"),
        pytest.param(" , ;", None, id="separators-only"),
        pytest.param("A, B;C D\nA", ("A", "B", "C", "D"), id="any-separator-each-once"),
        pytest.param("005930, NO", ("005930", "NO"), id="text-stays-text"),
    ],
)
def test_symbols_are_split_and_nothing_means_all(text, symbols):
    assert split_symbols(text) == symbols


def test_dates_in_the_wrong_order_are_a_problem_of_the_dates():
    found = FormValues(start=date(2024, 1, 2), end=date(2023, 1, 2)).problems()
    assert list(found) == ["date_range"]
    assert "swap" in found["date_range"]


def test_a_file_sign_without_a_file_is_a_problem_of_the_symbols():
    assert list(FormValues(symbols_text=" @ ").problems()) == ["symbols"]


def test_usual_values_have_no_problems():
    assert FormValues(symbols_text="@list.txt", start=date(2024, 1, 1)).problems() == {}


def test_the_symbol_file_is_the_text_behind_the_sign():
    assert FormValues(symbols_text=" @ my list.txt ").symbols_file() == "my list.txt"
    assert FormValues(symbols_text="A, B").symbols_file() is None


def test_the_job_fields_make_a_job():
    values = FormValues(
        formula="close > 1",
        symbols_text="B, A",
        timeframe="1w",
        start=date(2024, 1, 1),
        last_bars=5,
        columns={"twice": "2 * close"},
        name="Mine",
    )
    assert ProcessingJob(**values.to_job_fields()) == ProcessingJob(
        formula="close > 1",
        columns={"twice": "2 * close"},
        timeframe="1w",
        date_range=DateRange(date(2024, 1, 1), None),
        symbols=("B", "A"),
        last_bars=5,
        name="Mine",
    )


def test_open_dates_and_all_symbols_stay_unset_in_the_job():
    fields = FormValues(formula="close > 1").to_job_fields()
    assert fields["date_range"] is None
    assert fields["symbols"] is None


def test_the_symbols_of_a_file_take_the_place_of_its_name():
    values = FormValues(formula="close > 1", symbols_text="@list.txt")
    assert values.to_job_fields(("A", "B"))["symbols"] == ("A", "B")
    assert values.to_job_fields()["symbols"] is None


def test_cores_are_counted_in_english():
    assert [workers_text(1), workers_text(8)] == ["of 1 core", "of 8 cores"]
