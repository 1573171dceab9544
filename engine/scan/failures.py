"""What takes the place of a result that there is not; the words for it are in ``execution.outcome_words``."""

from __future__ import annotations

from dataclasses import dataclass

from engine.scan.results import SymbolStatus


@dataclass(frozen=True, slots=True)
class Failure:
    """What takes the place of a symbol's result, or of a plug-in's share in it."""

    status: SymbolStatus
    sentence: str
    details: str = ""
