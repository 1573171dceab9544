"""A formula as something with a name: its text and the values of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Formula:
    """A text in the formula language; ``parameters`` fill its ``:name`` places."""

    expression: str
    name: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.expression
