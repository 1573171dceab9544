from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from engine.data.written_values import is_ambiguous_date, moment_of, with_points, without_groups


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("2020-01-31", None, datetime(2020, 1, 31)),
        ("20200131", "mdy", datetime(2020, 1, 31)),
        ("2020/1/31", None, datetime(2020, 1, 31)),
        ("2020.01.31 09:30", None, datetime(2020, 1, 31, 9, 30)),
        ("31 Jan 2020", None, datetime(2020, 1, 31)),
        ("31-January-2020", None, datetime(2020, 1, 31)),
        ("Jan 31, 2020", None, datetime(2020, 1, 31)),
        ("03/04/2020", "dmy", datetime(2020, 4, 3)),
        ("03/04/2020", "mdy", datetime(2020, 3, 4)),
        ("31.01.2020 17:35:10", "dmy", datetime(2020, 1, 31, 17, 35, 10)),
        ("03/04/2020", None, None),
        ("31/01/2020", None, None),
        ("31/01/2020", "mdy", None),
        ("03/04-2020", "dmy", None),
        ("03/04/20", "dmy", None),
        ("30 Foo 2020", None, None),
        ("2020/02/30", None, None),
        ("2020/01/31 25:00", None, None),
        ("2020/01/31 soon", None, None),
    ],
)
def test_a_date_is_read_in_the_one_way_that_it_can_be(text, order, moment):
    assert moment_of(text, order) == moment


def test_only_a_date_with_its_year_last_may_be_ambiguous():
    assert [is_ambiguous_date(text) for text in ("1/2/2020", "1.2.2020 10:00", "2020/1/2", "soon", None)] == [
        *(True, True, False, False, False)
    ]


def test_a_decimal_comma_becomes_a_point_and_a_lone_point_is_refused():
    texts = ["1,5", "-1,5", "1.234,56", "12", "", " 2,5 ", "1.5", "1.234", "1,2,3", "12.34,5", "nan", ",5"]
    assert with_points(pa.chunked_array([texts])).to_pylist() == [
        *("1.5", "-1.5", "1234.56", "12", "", " 2.5 ", "?", "?", "?", "?", "nan", ".5")
    ]


def test_marked_thousands_are_taken_only_where_all_groups_are_whole():
    texts = pa.chunked_array([["1,234,567", "1,234", "1,23", "12345,678", "5"]])
    assert without_groups(texts, ",").to_pylist() == ["1234567", "1234", "1,23", "12345,678", "5"]
