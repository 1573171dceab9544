from __future__ import annotations

import pytest

from gui.results.typed_column import TypedColumn, read_column


@pytest.mark.parametrize(
    ("text", "name", "formula", "start"),
    [
        pytest.param("roc(close, 20)", "roc(close, 20)", "roc(close, 20)", 0, id="its own name"),
        pytest.param("mom := roc(close, 20)", "mom", "roc(close, 20)", 7, id="named"),
        pytest.param("  my  mom:=  close ", "my mom", "close", 13, id="spaces"),
        pytest.param("  close", "close", "close", 2, id="indented"),
        pytest.param("mom :=", "mom", "", 6, id="no formula yet"),
        pytest.param(":= close", "", "close", 3, id="no name"),
    ],
)
def test_a_text_is_a_name_and_a_formula_at_its_place(text, name, formula, start):
    read = read_column(text)
    assert read == TypedColumn(name, formula, start)
    assert text[start:].startswith(formula)


@pytest.mark.parametrize("text", ["", "   ", ":=", " := "])
def test_nothing_is_no_column(text):
    assert read_column(text) is None


@pytest.mark.parametrize("text", ["roc(close, 20)", "mom := roc(close, 20)"])
def test_a_column_can_be_typed_again(text):
    assert read_column(text).text == text
