"""Every failure that Candlewick expects: its data as attributes, and a sentence that says what to do.

Here: the exception classes and the did-you-mean helper they share. Not here: bugs. A bug is any other
exception; it is caught at two fences only, the window's bridge and the application's exception hook.

Every argument goes to ``super().__init__``: an exception that cannot be rebuilt from its ``args`` breaks the
pipe between two processes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that a misspelt one most probably meant, or None."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    found = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


class CandlewickError(Exception):
    """Base of all expected failures; ``str()`` is one sentence for the user."""


class UnknownNameError(CandlewickError):
    """A name that its registry, folder or schema does not hold."""

    def __init__(self, kind: str, name: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(kind, name, known)
        self.kind = kind
        self.name = name
        self.known = known

    @property
    def suggestion(self) -> str | None:
        """The known name that was probably meant."""
        return closest(self.name, self.known)

    def __str__(self) -> str:
        sentence = f"There is no {self.kind} named '{self.name}'."
        if self.suggestion is not None:
            return f"{sentence} Did you mean '{self.suggestion}'?"
        if 0 < len(self.known) <= 12:
            return f"{sentence} Known: {', '.join(self.known)}."
        return sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong (or doubtful) in a text that the user typed.

    ``start`` and ``end`` are character offsets into the text, ``end`` exclusive. ``fix`` replaces exactly
    that range, where a replacement is known.
    """

    start: int
    end: int
    message: str
    severity: Literal["error", "warning"] = "error"
    fix: str | None = None


class FormulaError(CandlewickError):
    """A formula that cannot be used, with every problem found in it and where."""

    def __init__(self, text: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(text, problems)
        self.text = text
        self.problems = problems

    def position(self, problem: Problem) -> tuple[int, int]:
        """Return the problem's line and column, both counted from 1."""
        before = self.text[: problem.start]
        return before.count("\n") + 1, problem.start - (before.rfind("\n") + 1) + 1

    def __str__(self) -> str:
        sentences = []
        for problem in self.problems:
            line, column = self.position(problem)
            where = f"line {line}, column {column}" if "\n" in self.text else f"column {column}"
            sentences.append(f"Formula, {where}: {problem.message}")
        return "\n".join(sentences)


class JobError(CandlewickError):
    """A job that cannot run: every field at fault with its sentence."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(sentence for _, sentence in self.problems)


class SettingsError(CandlewickError):
    """Unknown or bad settings: one sentence per problem, beginning with its file and line or its variable."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


class DetectorError(CandlewickError):
    """A detector that is declared wrongly, fails, or returns what are no events."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(name, sentence)
        self.name = name
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class DataError(CandlewickError):
    """Bars that cannot be found or read; ``path`` says where, the sentence what to do."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(path, sentence)
        self.path = path
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class OutputError(CandlewickError):
    """A file that cannot be written; the old one, if any, is untouched."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot write {self.path}: {self.reason}. Choose another place for it."


class RunError(CandlewickError):
    """A kept run that cannot be opened, resumed or compared; what it holds is untouched."""

    def __init__(self, run: str, sentence: str) -> None:
        super().__init__(run, sentence)
        self.run = run
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class BackendError(CandlewickError):
    """Workers that cannot start or have been closed: nothing can run on this backend."""

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence, details)
        self.sentence = sentence
        self.details = details

    def __str__(self) -> str:
        return self.sentence


class ContractRulesError(CandlewickError):
    """Contract rules that cannot be used: one sentence per problem."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


class ProviderError(CandlewickError):
    """A request for option chains that brought none.

    ``kind`` says why: ``no_data`` (nothing is listed), ``failed`` (the answer was an error or nonsense), ``timeout``,
    ``skipped`` (not asked: the source failed too often). One that ``may_pass`` is worth another attempt, not before
    ``retry_after`` seconds where the source said so.
    """

    def __init__(
        self, ticker: str, kind: str, sentence: str, may_pass: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(ticker, kind, sentence, may_pass, retry_after)
        self.ticker = ticker
        self.kind = kind
        self.sentence = sentence
        self.may_pass = may_pass
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.sentence


class ProviderSetupError(CandlewickError):
    """A source of option chains that cannot be asked: its package, its secret or its file is missing or wrong."""

    def __init__(self, provider: str, sentence: str) -> None:
        super().__init__(provider, sentence)
        self.provider = provider
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class MoleculeError(CandlewickError):
    """Parts of a parallel job that failed, after all the others were done: the name and the cause of each.

    ``details`` is the traceback of the first, as text.
    """

    def __init__(self, failures: tuple[tuple[str, str], ...], details: str = "") -> None:
        super().__init__(failures, details)
        self.failures = failures
        self.details = details

    def __str__(self) -> str:
        told = [
            f"{molecule[:1].upper()}{molecule[1:]} failed: {cause}" for molecule, cause in self.failures[:5]
        ]
        if len(self.failures) > 5:
            told.append(f"… and {len(self.failures) - 5:,} more failed.")
        return "\n".join(told)


class NotLiveError(CandlewickError):
    """A formula that live mode does not answer, and what to do instead.

    ``is_cold`` tells that the bars do not lie ready yet; otherwise only a whole scan can answer.
    """

    def __init__(self, sentence: str, is_cold: bool = False) -> None:
        super().__init__(sentence, is_cold)
        self.sentence = sentence
        self.is_cold = is_cold

    def __str__(self) -> str:
        return self.sentence


class ProcessingEngineError(CandlewickError):
    """A scan that could not be carried out at all, as opposed to one symbol's failure inside it."""

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence, details)
        self.sentence = sentence
        self.details = details

    def __str__(self) -> str:
        return self.sentence
