from __future__ import annotations

import pytest

from engine.data.reading_rules import parse_mapping
from engine.errors import JobError


def test_columns_are_given_by_field():
    assert parse_mapping(["close=Last Price", "Date=Datum", "volume="]) == {
        "close": "Last Price",
        "timestamp": "Datum",
        "volume": "",
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("close", "write it as FIELD=COLUMN"), ("clsoe=Last", "Did you mean 'close'")],
    ids=["no column", "misspelt"],
)
def test_a_mapping_that_is_none_says_so(text, sentence):
    with pytest.raises(JobError, match=sentence):
        parse_mapping([text])
