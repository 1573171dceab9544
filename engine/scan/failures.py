"""How a symbol's failure is put: a sentence of its own where it was expected, else what was raised."""

from __future__ import annotations

from dataclasses import dataclass

from engine import errors
from engine.execution.backend import Outcome
from engine.scan.results import SymbolStatus


@dataclass(frozen=True, slots=True)
class Failure:
    """What takes the place of a symbol's result, or of a plug-in's share in it."""

    status: SymbolStatus
    sentence: str
    details: str = ""


def error_sentence(outcome: Outcome) -> str:
    """Return an error's own sentence when it was expected, else its type and message."""
    if outcome.error is None:
        return "Failed without saying why."
    expected = isinstance(kind := getattr(errors, outcome.error.type, None), type) and issubclass(
        kind, errors.CandlewickError
    )
    return outcome.error.message if expected else str(outcome.error)
