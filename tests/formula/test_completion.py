"""Names for editors and for ``describe``."""

from engine.formula.completion import function_names, language_names


def test_functions_fields_words_and_constants_are_listed():
    kinds = {entry.name: entry.kind for entry in language_names()}
    assert kinds["rsi"] == "function"
    assert kinds["close"] == "field"
    assert kinds["and"] == "keyword"
    assert kinds["true"] == "constant"


def test_every_function_has_a_signature_a_summary_and_a_family():
    names = [entry.name for entry in function_names()]
    assert names == sorted(names)
    assert "ref" in names
    assert all(entry.signature.startswith(f"{entry.name}(") for entry in function_names())
    assert all(entry.summary and entry.family for entry in function_names())


def test_outputs_and_aliases_are_named():
    by_name = {entry.name: entry for entry in function_names()}
    assert by_name["macd"].outputs == ("macd", "signal", "hist")
    assert "crossover" in by_name["cross_above"].aliases
