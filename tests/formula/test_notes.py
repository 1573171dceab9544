"""The notes of the reference say what the functions do."""

import numpy as np
import pytest

from engine.formula import across
from engine.formula.compiler import compile_scan
from engine.formula.functions import index
from engine.formula.functions.definition import OWN
from engine.formula.notes import notes
from engine.indicators.catalogue import talib_names

BEYOND = {function.name for function in across.FUNCTIONS} | {"ref"}
NOTES = notes()


@pytest.mark.parametrize("name", NOTES)
def test_an_example_is_a_formula_that_uses_the_function_and_is_not_warned_about(name):
    compiled = compile_scan(NOTES[name].example)
    assert compiled.warnings == ()
    assert f"{name}(" in compiled.canonical or (name == "ref" and "[" in compiled.canonical)


@pytest.mark.parametrize("name", [name for name, note in NOTES.items() if note.equals])
def test_a_definition_in_the_language_gives_the_values_of_the_function(name, make_walk):
    call, definition = NOTES[name].equals
    values = (
        compile_scan("true", {"call": call, "definition": definition}).evaluate(make_walk(600, seed=7)).values
    )
    both = ~np.isnan(values["call"]) & ~np.isnan(values["definition"])
    assert both.sum() > 500
    size = np.abs(values["call"][both]).max()
    np.testing.assert_allclose(values["call"][both], values["definition"][both], rtol=0, atol=1e-9 * size)


def test_every_note_is_about_a_function_and_every_function_of_ours_has_one():
    assert [name for name in NOTES if index.find(name) is None and name not in BEYOND] == []
    assert [function.name for function in OWN if function.name not in NOTES] == []
    assert NOTES.keys() >= BEYOND


def test_forty_of_the_functions_of_talib_have_one():
    assert len([name for name in talib_names() if name.lower() in NOTES]) >= 40


def test_notes_are_sentences():
    for note in NOTES.values():
        for sentence in (note.definition, *note.pitfalls):
            assert sentence.endswith("."), sentence
