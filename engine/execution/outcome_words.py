"""Why an item has no value, as a sentence for people."""

from __future__ import annotations

from engine import errors
from engine.execution.backend import Outcome, Status, exit_words


def reason_of(outcome: Outcome, timeout: float | None) -> str:
    """Return the sentence for an item that failed; nothing for one that did not."""
    match outcome.status:
        case Status.OK:
            return ""
        case Status.TIMEOUT:
            return f"Took longer than {timeout:g} s; its worker was stopped and replaced."
        case Status.CRASH:
            return f"Its worker process died ({exit_words(outcome.exit_code)})."
        case Status.CANCELLED:
            return "Cancelled before it was finished."
        case _:
            return error_sentence(outcome)


def error_sentence(outcome: Outcome) -> str:
    """Return an expected failure's own sentence, or the name and the words of any other."""
    error = outcome.error
    if error is None:
        return "Failed without saying why."
    kind = getattr(errors, error.type, None)
    expected = isinstance(kind, type) and issubclass(kind, errors.CandlewickError)
    return error.message if expected else str(error)
