"""Every expected failure survives the way between two processes and is a sentence."""

from __future__ import annotations

import pickle
import typing

import pytest

from engine import errors
from engine.errors import CandlewickError, FormulaError, Problem, UnknownNameError, closest

SAMPLES = {
    str: "sample",
    int: 3,
    float: 1.5,
    float | None: 2.5,
    bool: True,
    tuple[str, ...]: ("first", "second"),
    tuple[tuple[str, str], ...]: (("field", "A sentence."),),
    tuple[Problem, ...]: (Problem(0, 3, "A sentence."),),
}


def expected_failures() -> list[type[CandlewickError]]:
    return [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CandlewickError)
    ]


def sample(kind: type[CandlewickError]) -> CandlewickError:
    """Build one error from its own annotations; a new type of argument needs a sample above."""
    if "__init__" not in vars(kind):
        return kind("A sentence.")
    hints = typing.get_type_hints(kind.__init__)
    hints.pop("return")
    return kind(**{name: SAMPLES[hint] for name, hint in hints.items()})


@pytest.mark.parametrize("kind", expected_failures())
def test_an_error_comes_out_of_a_pickle_as_it_went_in(kind):
    error = sample(kind)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (copy.args, vars(copy), str(copy)) == (error.args, vars(error), str(error))


@pytest.mark.parametrize("kind", expected_failures())
def test_an_error_is_a_sentence_for_the_user(kind):
    text = str(sample(kind))
    assert text.strip()
    assert not text.startswith("("), "the arguments show instead of a sentence"


def test_an_argument_that_is_not_handed_on_would_be_noticed():
    class Broken(CandlewickError):
        def __init__(self, name: str, count: int) -> None:
            super().__init__(name)
            self.count = count

    # Rebuilding calls Broken(*args), and one argument is missing.
    rebuild, arguments, *_ = sample(Broken).__reduce__()
    with pytest.raises(TypeError, match="count"):
        rebuild(*arguments)


def test_an_unknown_name_suggests_the_closest_known_one():
    error = UnknownNameError("function", "smaa", ("ema", "sma", "rsi"))
    assert error.suggestion == "sma"
    assert str(error) == "There is no function named 'smaa'. Did you mean 'sma'?"


def test_an_unknown_name_like_no_other_lists_a_few_known_ones():
    assert str(UnknownNameError("theme", "xyz", ("dark", "light"))).endswith("Known: dark, light.")
    assert str(UnknownNameError("symbol", "xyz", tuple("abcdefghijklm"))) == "There is no symbol named 'xyz'."


def test_case_does_not_matter_for_the_closest_name():
    assert closest("RSI", ["rsi", "sma"]) == "rsi"
    assert closest("q", ["rsi", "sma"]) is None


def test_a_formula_error_counts_lines_and_columns_from_1():
    first, second = Problem(0, 1, "No name."), Problem(5, 6, "No number.")
    assert str(FormulaError("a\nb\nc d", (first, second))) == (
        "Formula, line 1, column 1: No name.\nFormula, line 3, column 2: No number."
    )
    assert str(FormulaError("abcdef", (second,))) == "Formula, column 6: No number."
