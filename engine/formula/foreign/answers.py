"""Foreign phrases in a text, answered in the place of the problems that they cause.

1. :func:`explained` looks for phrases in a text that has problems.
2. A phrase that can never be right in our language is certain; any other one counts only where a problem touches it,
   for a user may call a line ``c1``.
3. A replacement is made of words and of places in the text, so that phrases inside phrases are translated as well. It
   is given only where it means exactly the same.

Not here: the phrases themselves, which have a module per kind of program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from engine.errors import Problem
from engine.formula.foreign.charting import calls_of_others, named_lines
from engine.formula.foreign.phrases import Part, Phrase, Source, read
from engine.formula.foreign.pine import pine_calls, pine_names, ternaries
from engine.formula.foreign.screeners import bracketed, sentences, tc2000_words
from engine.formula.tree import Span

LONGEST = 10_000

_RECOGNISERS: tuple[Callable[[Source], Iterator[Phrase]], ...] = (
    pine_calls,
    pine_names,
    ternaries,
    tc2000_words,
    sentences,
    bracketed,
    calls_of_others,
    named_lines,
)


def explained(text: str, problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems of a text, those about foreign phrases replaced by what we write instead."""
    if not problems or len(text) > LONGEST or (source := read(text)) is None:
        return list(problems)
    found = [phrase for recogniser in _RECOGNISERS for phrase in recogniser(source)]
    found = [
        phrase
        for phrase in found
        if phrase.is_certain or any(_touches(phrase.span, problem) for problem in problems)
    ]
    outermost = [phrase for phrase in found if not any(_holds(other, phrase) for other in found)]
    if not outermost:
        return list(problems)
    left = [
        problem for problem in problems if not any(_touches(phrase.span, problem) for phrase in outermost)
    ]
    for phrase in outermost:
        fix = _render(phrase.parts, source, found) if phrase.parts is not None else None
        message = phrase.message if fix is None else f"{phrase.message} {_shown(fix)}"
        left.append(Problem(phrase.span.start, phrase.span.end, message, "error", fix))
    return left


def _shown(fix: str) -> str:
    return f"Write {fix}." if fix.strip() else "Remove this."


def _touches(span: Span, problem: Problem) -> bool:
    return problem.start <= span.end and span.start <= problem.end


def _holds(outer: Phrase, inner: Phrase) -> bool:
    if outer.span == inner.span:
        return outer is not inner and outer.parts is not None and inner.parts is None
    return outer.span.start <= inner.span.start and inner.span.end <= outer.span.end


def _render(parts: Sequence[Part], source: Source, phrases: Sequence[Phrase]) -> str:
    return "".join(part if isinstance(part, str) else _translated(part, source, phrases) for part in parts)


def _translated(place: Span, source: Source, phrases: Sequence[Phrase]) -> str:
    """Return the words at a place with the phrases in it put into ours."""
    inside = sorted(
        (
            phrase
            for phrase in phrases
            if phrase.parts is not None and place.start <= phrase.span.start and phrase.span.end <= place.end
        ),
        key=lambda phrase: (phrase.span.start, -phrase.span.end),
    )
    words, done = [], place.start
    for phrase in inside:
        if phrase.span.start >= done:
            words += [source.text[done : phrase.span.start], _render(phrase.parts or (), source, phrases)]
            done = phrase.span.end
    return "".join([*words, source.text[done : place.end]]).strip()
