"""How modules without Qt speak the user's language: they are given ``tr`` and hand it whole literals.

Values go in with ``format`` afterwards. Not here: any text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Translate: TypeAlias = Callable[[str], str]


def as_written(text: str) -> str:
    """Translate nothing: the words of the source."""
    return text
