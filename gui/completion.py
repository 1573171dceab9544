"""The names of the formula language as the editor offers them."""

from __future__ import annotations

from engine.formula.completion import language_names
from gui.formula_editor.state import CompletionEntry


def completion_entries() -> tuple[CompletionEntry, ...]:
    """Return one entry per name."""
    return tuple(
        CompletionEntry(entry.name, entry.signature, entry.kind, entry.summary) for entry in language_names()
    )
