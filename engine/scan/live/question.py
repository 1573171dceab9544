"""A job as live mode asks it: the numbers of its formulas', their conditions' and its columns' terms.

What a condition is, ``engine.formula.explain`` says, for why-matched and the counts of why-not as well. Not here:
values (``values``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.data.repository import CandleRepository
from engine.errors import JobError, NotLiveError
from engine.formula.compiler import compile_scans
from engine.formula.explain import Explainer, Part, compile_explanation
from engine.scan.job import ProcessingJob
from engine.scan.live.store import Wanted
from engine.scan.live.terms import TermTable
from engine.scan.live.values import inputs_of
from engine.scan.plan import beyond_the_symbol, match_window
from engine.scan.results import Column
from engine.scan.window import MatchWindow


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition's text, its term, and what it joins."""

    text: str
    term: int
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; ``window`` None is all bars.

    ``truths`` are the terms of the formulas, ``formulas`` the sorted names of several. Of one formula ``conditions``
    are what it joins, of several the formulas themselves, each with what it joins as its parts.
    """

    truths: tuple[int, ...]
    formulas: tuple[str, ...]
    conditions: tuple[Condition, ...]
    columns: tuple[Column, ...]
    series: tuple[int, ...]
    window: MatchWindow | None

    def needs(self, terms: TermTable) -> frozenset[Wanted]:
        """Return every term that the answer is made of, and on which rows."""
        needed: set[Wanted] = set()
        waiting: list[Wanted] = [(number, self.window) for number in (*self.truths, *self.series)]
        waiting += [(each.term, self.window) for each in _all(self.conditions)]
        while waiting:
            wanted = waiting.pop()
            if wanted not in needed:
                needed.add(wanted)
                waiting += inputs_of(wanted, terms)
        return frozenset(needed)


def ask(job: ProcessingJob, terms: TermTable, repository: CandleRepository) -> Question:
    """Return what a job asks; raises FormulaError or JobError for what is wrong, NotLiveError for what needs a scan."""
    if job.detectors:
        raise NotLiveError(
            "Live mode follows formulas, and this scan looks for events of detectors: press Run."
        )
    texts = dict(sorted(job.formulas.items())) or {"": job.formula}
    compiled = compile_scans(texts, job.columns, job.parameters)
    if compiled.detectors:
        raise NotLiveError("Detectors are only asked by a scan: press Run.")
    problems = beyond_the_symbol(compiled, job, repository)
    if problems:
        raise JobError(tuple(problems))
    numbers = terms.add(compiled.plan, compiled.rank_passes)
    truths, series = numbers[: len(texts)], numbers[len(texts) :]
    columns = tuple(Column(info.name, info.role == "truth") for info in compiled.series)
    joined = []
    for text in texts.values():
        explainer = compile_explanation(text, job.parameters)
        joined.append(_conditions(explainer, terms.add(explainer.plan, explainer.rank_passes)))
    several = map(Condition, texts, truths, joined)
    window = match_window(job)
    return Question(
        truths=truths,
        formulas=tuple(job.formulas and texts),
        conditions=tuple(several) if job.formulas else joined[0],
        columns=columns,
        series=series,
        window=None if window == MatchWindow() else window,
    )


def _conditions(explainer: Explainer, numbers: tuple[int, ...]) -> tuple[Condition, ...]:
    def condition(part: Part) -> Condition:
        inner = part
        while inner.word == "line" and inner.parts[0].kind == "truth":
            inner = inner.parts[0]
        joined = inner.parts if inner.word in {"and", "or"} else ()
        return Condition(part.text, numbers[part.result], tuple(map(condition, joined)))

    return tuple(map(condition, explainer.conditions))


def _all(conditions: tuple[Condition, ...]) -> Iterator[Condition]:
    for each in conditions:
        yield each
        yield from _all(each.parts)
