from __future__ import annotations

from engine.formula.completion import language_names
from gui.completion import completion_entries


def test_the_editor_offers_every_name_of_the_language():
    offered = {entry.name: entry for entry in completion_entries()}
    for known in language_names():
        entry = offered[known.name]
        assert (entry.signature, entry.kind, entry.summary) == (known.signature, known.kind, known.summary)
    assert {"rsi", "close", "and", "cross_above"} <= set(offered)


def test_every_offered_function_says_what_it_does():
    silent = [entry.name for entry in completion_entries() if entry.kind == "function" and not entry.summary]
    assert silent == []
