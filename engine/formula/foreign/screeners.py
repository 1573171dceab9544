"""TC2000's words with numbers in them, and what StockCharts and Chartink write in sentences and square brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from engine.formula.fields import FIELD_NAMES
from engine.formula.foreign.phrases import Phrase, Source
from engine.formula.functions import index
from engine.formula.tree import Span

# More phrases of one kind than anybody types; each one costs a walk over its surroundings.
_MOST = 50

_TC2000_WINDOWS = {"avg": "sma", "xavg": "ema", "max": "hhv", "min": "llv"}
_SERIES = r"(?<![\w.:])(XAVG|AVG|MAX|MIN)?([OHLCV])(\d{1,4})(?:\.(\d{1,4}))?(?![\w.(])"
_STOCHASTIC = r"(?<![\w.:])STOC(\d+)((?:\.\d+)*)(?![\w(])"
_GLUED = r"(?<![\w.:])([A-Za-z]{2,12})_?(\d{1,4})(?![\w.(])"

_AGO = r"(?<![\w.])(\d{1,4})\s+(day|bar|candle|week|month|year|minute|hour)s?\s+ago(?=\s)"
_WHEN = r"(?<![\w.])(latest|daily|weekly|monthly|quarterly|yearly|today\ss|yesterday\ss)(?=\s)"
_CROSSED = r"(?<![\w.])cross(?:ed|es)?\s+(above|over|below|under)(?![\w(])"
_COMPARED = (
    r"(?<![\w.])(?:is\s+)?(greater|higher|more|less|lower)\s+than(?:\s+or)?(?:\s+equals?(?:\s+to)?)?(?![\w(])"
)
_UNIVERSE = r"\s*(type|group|country|exchange|sector|industry|index)\b[^<>]*(=|\bis\b)"

_EARLIER = "Earlier values are read by a number in square brackets."
_NOW = ("", "", "A name by itself means the current bar.")
_WORDS: dict[str, tuple[str, str, str]] = {
    "latest": _NOW,
    "daily": _NOW,
    "today": _NOW,
    "yesterday": ("", "[1]", _EARLIER),
    **{
        word: (f'tf("{code}", ', ")", "Longer bars are read by tf, always the last completed one.")
        for word, code in (("weekly", "W"), ("monthly", "M"), ("quarterly", "Q"), ("yearly", "Y"))
    },
}


def _found(pattern: str, source: Source) -> Iterator[re.Match[str]]:
    return islice(re.finditer(pattern, source.plain, re.IGNORECASE), _MOST)


# ------------------------------------------------------------------------------------------------ TC2000


def tc2000_words(source: Source) -> Iterator[Phrase]:
    """Yield words such as ``C1``, ``AVGC20``, ``MAXH20.1``, ``STOC14.3`` and ``RSI14``."""
    for match in _found(_SERIES, source):
        window, number, ago = (match[1] or "").lower(), int(match[3]), match[4]
        series = FIELD_NAMES[match[2].lower()]
        if window:
            ours = f"{_TC2000_WINDOWS[window]}({series}, {number})" + (f"[{int(ago)}]" if ago else "")
        else:
            ours = f"{series}[{number}]"
        if window or ago is None:
            yield Phrase(Span(*match.span()), f"{match[0]} is TC2000's.", (ours,))
    for match in _found(_STOCHASTIC, source):
        message = f"{match[0]} is TC2000's: ours names the line, as in stoch({match[1]}, 3, 3).k."
        yield Phrase(Span(*match.span()), message)
    for match in _found(_GLUED, source):
        if _has_one_number(match[1].lower()):
            note = " (this one is Wilder's, TC2000's RSI is not)" if match[1] == "RSI" else ""
            ours = f"{match[1].lower()}({match[2]})"
            yield Phrase(Span(*match.span()), f"A function's numbers stand in brackets{note}.", (ours,))


def _has_one_number(name: str) -> bool:
    function = index.find(name)
    return (
        function is not None
        and len(function.constant_arguments) == 1
        and (bool(function.implied) or function.close_may_be_left_out)
    )


# ------------------------------------------------------------------------------------------------ sentences


def sentences(source: Source) -> Iterator[Phrase]:
    """Yield phrases in words: ``1 day ago close``, ``latest close``, ``a crossed above b``, ``greater than``."""
    yield from _earlier(source)
    for match in _found(_WHEN, source):
        value = source.primary(match.end())
        if value is not None:
            before, after, message = _WORDS[match[1].lower().split()[0]]
            yield Phrase(Span(match.start(), value.end), message, (before, value, after), is_certain=True)
    yield from _crossed(source)
    for match in _found(_COMPARED, source):
        sign = ">" if match[1].lower() in {"greater", "higher", "more"} else "<"
        ours = sign + ("=" if "equal" in match[0].lower() else "")
        yield Phrase(Span(*match.span()), "Comparisons are signs here.", (ours,), is_certain=True)


def _earlier(source: Source) -> Iterator[Phrase]:
    for match in _found(_AGO, source):
        value = source.primary(match.end())
        span = Span(match.start(), value.end if value is not None else match.end())
        if value is not None and match[2].lower() in {"day", "bar", "candle"}:
            yield Phrase(span, _EARLIER, (value, f"[{int(match[1])}]"), is_certain=True)
        else:
            message = f'{_EARLIER} On longer bars, that is tf("W", close[1]).'
            yield Phrase(span, message, is_certain=True)


def _crossed(source: Source) -> Iterator[Phrase]:
    for match in _found(_CROSSED, source):
        left, right = source.operand_before(match.start()), source.operand_after(match.end())
        if not source.words(left) or not source.words(right):
            continue
        ours = "cross_above" if match[1].lower() in {"above", "over"} else "cross_below"
        start = left.end - len(source.text[left.start : left.end].lstrip())
        end = right.start + len(source.text[right.start : right.end].rstrip())
        parts = (f"{ours}(", left, ", ", right, ")")
        yield Phrase(Span(start, end), "A cross is a function of two series.", parts, is_certain=True)


# ------------------------------------------------------------------------------------------------ brackets


def bracketed(source: Source) -> Iterator[Phrase]:
    """Yield StockCharts' clauses in square brackets."""
    clauses = [
        start for start in source.closing if source.plain[start] == "[" and _begins_clause(source, start)
    ]
    for start in clauses[:_MOST]:
        end = source.closing[start]
        if re.match(_UNIVERSE, source.plain[start + 1 : end], re.IGNORECASE):
            after = re.compile(r"\s*and(?!\w)\s*", re.IGNORECASE).match(source.plain, end + 1)
            span = Span(start, after.end() if after else end + 1)
            message = "Which symbols are scanned is chosen beside the formula, as its universe."
            yield Phrase(span, message, ("",), is_certain=True)
        else:
            parts = ("(", Span(start + 1, end), ")")
            yield Phrase(Span(start, end + 1), "Conditions stand in round brackets.", parts, is_certain=True)


def _begins_clause(source: Source, start: int) -> bool:
    before = source.plain[:start].rstrip()[-4:]
    follows_word = re.search(r"(?<![A-Za-z0-9_])(and|or|not)$", before, re.IGNORECASE) is not None
    return before == "" or before[-1] in "([,;" or follows_word
