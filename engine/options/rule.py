"""What a contract rule is: a limit that a single quote must keep. Each rule is one file in ``rules``.

Here: ``ContractRule`` and the registry. Limits on whole structures are in ``selection``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.options.quote import Quote
from engine.options.rulebook import ContractRules
from engine.registry import Registry

Side: TypeAlias = Literal[1, -1]


@dataclass(frozen=True, slots=True)
class ContractRule:
    """A limit by name.

    ``broken`` returns, for a quote that would be bought (1) or sold (-1), the reason why it may not be, or None.
    An unknown figure breaks the limit that it would have to keep. ``order`` decides which reason comes first.
    """

    name: str
    order: int
    broken: Callable[[Quote, Side, ContractRules], str | None]


CONTRACT_RULES: Registry[ContractRule] = Registry("contract rule")


def rule(
    name: str, order: int
) -> Callable[[Callable[[Quote, Side, ContractRules], str | None]], ContractRule]:
    """Register the decorated function as the rule ``name``; called once by each file of ``rules``."""

    def register(broken: Callable[[Quote, Side, ContractRules], str | None]) -> ContractRule:
        return CONTRACT_RULES.add(name, ContractRule(name, order, broken))

    return register
