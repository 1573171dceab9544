"""Which scans caught a symbol lately: the kept runs know, and of scans that were never run the bars do.

Not here: reading runs (``engine.scan.runs.history``) and asking one scan about one symbol (``saved_look``).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, timedelta

from engine.errors import CandlewickError
from engine.scan.runs.history import Catch, catches
from engine.scan.runs.store import RunStore
from gui.bridge.saved_look import SavedLook, SavedScans, look_at
from gui.wording import Translate, as_written

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """A symbol, as it was typed, and the ``days`` days that end with ``until``."""

    symbol: str
    days: int
    until: date

    @property
    def since(self) -> date:
        """The first of the days."""
        return self.until - timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """The symbol as runs or data write it, what kept runs caught, and what scans say that were never run."""

    symbol: str
    caught: tuple[Catch, ...]
    unrun: tuple[SavedLook, ...]


def ask(question: Question, store: RunStore, saved: SavedScans, tr: Translate = as_written) -> Answer:
    """Ask the kept runs, then the scans that were never run; raises what the runs say when nobody knows the symbol."""
    named, looks = _ask_unrun(question, store, saved, tr)
    try:
        return Answer(*_caught(question, store), looks)
    except CandlewickError:
        if not looks:
            raise
        return Answer(named, (), looks)


def _ask_unrun(
    question: Question, store: RunStore, saved: SavedScans, tr: Translate
) -> tuple[str, tuple[SavedLook, ...]]:
    if not saved.address:
        return question.symbol, ()
    try:
        return look_at(saved, store, question.symbol, question.since, question.until, tr=tr)
    except CandlewickError as error:
        log.info("%s", error)  # the data cannot be read: the runs are answer enough
        return question.symbol, ()


def _caught(question: Question, store: RunStore) -> tuple[str, tuple[Catch, ...]]:
    """Look the symbol up as it was typed, else in capitals."""
    symbol, days, until = question.symbol, question.days, question.until
    try:
        return symbol, catches(store, symbol, days, until)
    except CandlewickError:
        if symbol == symbol.upper():
            raise
        return symbol.upper(), catches(store, symbol.upper(), days, until)
