"""Every name that a formula can use, with its signature and one sentence: for editors and for ``describe``.

Plain data; how an editor offers it is the editor's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.formula import across
from engine.formula.fields import FIELDS
from engine.formula.functions import index
from engine.formula.names import KEYWORDS

EntryKind = Literal["function", "field", "keyword", "constant"]


@dataclass(frozen=True, slots=True)
class LanguageName:
    """One name; ``family`` groups functions, ``outputs`` are the fields that can be read from one."""

    name: str
    kind: EntryKind
    summary: str = ""
    signature: str = ""
    family: str = ""
    aliases: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


# The checker turns it into x[n]; it is no function of its own.
_REF = LanguageName("ref", "function", "The value n bars ago, as series[n]", "ref(series, n)", "Windows")


def language_names() -> tuple[LanguageName, ...]:
    """Return all names: functions, then fields, then keywords and constants, each sorted."""
    fields = tuple(
        LanguageName(field.name, "field", field.summary, aliases=(field.alias,) if field.alias else ())
        for field in sorted(FIELDS.values(), key=lambda field: field.name)
    )
    words = tuple(LanguageName(word, "keyword") for word in KEYWORDS)
    constants = (LanguageName("false", "constant"), LanguageName("true", "constant"))
    return (*function_names(), *fields, *words, *constants)


def function_names() -> tuple[LanguageName, ...]:
    """Return all functions, sorted by name."""
    described = (
        LanguageName(
            function.name,
            "function",
            function.summary,
            function.signature,
            function.family,
            function.aliases,
            tuple(output.name for output in function.outputs),
        )
        for function in index.functions()
    )
    beyond = (
        LanguageName(function.name, "function", function.summary, function.signature, "Across")
        for function in across.FUNCTIONS
    )
    return tuple(sorted((_REF, *beyond, *described), key=lambda entry: entry.name))
