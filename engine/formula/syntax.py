"""``grammar.lark`` at work: a text to tokens by its terminals, and tokens to a value by its rules.

Lark reads the grammar and works out the LALR tables, once per process. Its own loops over them are made for every
language; these two are made for short texts that are checked at every pause in typing, and take a third of the time:

1. :meth:`Syntax.tokens` finds the terminals by one regular expression, in Lark's order of preference.
2. :meth:`Syntax.parse` shifts and reduces. Most reductions hand one child up the ladder of precedences: they change the
   state and nothing else, and where such a ladder leads is worked out once.

Not here: what a new line means (``layout``), nodes (``parser``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Any, NamedTuple, TypeAlias

from lark import Lark, Transformer
from lark.parsers.lalr_analysis import Shift

_END = "$END"


class Token(str):
    """A word of the text: its terminal's name, and where it stands."""

    __slots__ = ("end_pos", "start_pos", "type")

    type: str
    start_pos: int
    end_pos: int


class _Reduction(NamedTuple):
    """How many values become one, by which function (None: the only one stays), and the states that follow."""

    size: int
    build: Callable[[list[Any]], Any] | None
    follow: dict[int, int]


# By state and terminal: the state to go to, or what to reduce first.
_Actions: TypeAlias = dict[int, dict[str, int | _Reduction]]


class Syntax:
    """The language of statements; ``builder`` has one method per rule."""

    def __init__(self, builder: Transformer[Any, Any]) -> None:
        grammar = files("engine.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
        lark = Lark(grammar, parser="lalr", lexer="basic", start=["statement", "layout"], transformer=builder)
        terminals = sorted(
            lark.terminals, key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name)
        )
        self._words = re.compile(
            "|".join(f"(?P<{each.name}>{each.pattern.to_regexp()})" for each in terminals)
        )
        self._ignored = frozenset(lark.ignore_tokens)
        tables = lark.parse_interactive(start="statement").parser_state.parse_conf
        self._begin, self._end = tables.start_state, tables.end_state
        self._actions = _actions(tables)
        self._ladders: dict[tuple[int, int, str], int] = {}

    def tokens(self, text: str) -> Iterator[Token]:
        """Yield the words of a text, comments and blanks left out; every character is part of some word."""
        for found in self._words.finditer(text):
            kind = found.lastgroup
            if kind is not None and kind not in self._ignored:
                token = Token(found.group())
                token.type, token.start_pos, token.end_pos = kind, found.start(), found.end()
                yield token

    def parse(self, tokens: Sequence[Token]) -> tuple[Any, int | None]:
        """Return the value of a statement; or None and the number of the token that cannot stand where it does.

        That number is the number of tokens when there should be more of them.
        """
        actions, end = self._actions, self._end
        states, values = [self._begin], list[Any]()
        for number, kind in enumerate((*(token.type for token in tokens), _END)):
            while True:
                action = actions[states[-1]].get(kind)
                if action is None:
                    return None, number
                if isinstance(action, int):
                    states.append(action)
                    values.append(tokens[number])
                    break
                size, build, follow = action
                if build is None:
                    ladder = (states[-2], states[-1], kind)
                    states[-1] = self._ladders.get(ladder) or self._climb(*ladder)
                else:
                    values[-size:] = [build(values[-size:])]
                    del states[-size:]
                    states.append(follow[states[-1]])
                if states[-1] == end:
                    return values[-1], None
        return None, len(tokens)

    def _climb(self, below: int, state: int, kind: str) -> int:
        """Return the state in which something other happens to a value than being handed on, and remember it."""
        ladder = below, state, kind
        action = self._actions[state].get(kind)
        while isinstance(action, _Reduction) and action.build is None:
            state = action.follow[below]
            action = self._actions[state].get(kind)
        self._ladders[ladder] = state
        return state


def _actions(tables: Any) -> _Actions:
    follows: dict[str, dict[int, int]] = {}
    for state, symbols in tables.states.items():
        for symbol, (action, target) in symbols.items():
            if action is Shift:
                follows.setdefault(symbol, {})[state] = target
    reductions: dict[Any, _Reduction] = {}
    for rule, build in tables.callbacks.items():
        size = len(rule.expansion)
        stays = size == 1 and rule.options.expand1 and rule.alias is None
        follow = follows.get(rule.origin.name, {})
        reductions[rule] = _Reduction(size, None if stays else build, follow)
    return {
        state: {
            symbol: target if action is Shift else reductions[target]
            for symbol, (action, target) in symbols.items()
        }
        for state, symbols in tables.states.items()
    }
