"""What the user asks of a contract: the limits, as values, and the YAML file that holds them.

Here: ``ContractRules`` with every limit's type, default and help, and how a file is read. What a limit means for
a quote is in ``rules``, one file each.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine.errors import ContractRulesError, UnknownNameError
from engine.options.strategies import strategy_named

LARGEST_FILE = 1_000_000


class ContractRules(BaseModel):
    """The limits by which contracts are chosen."""

    # The window shows the limits long before it checks any.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    strategy: str = Field(
        "long_call", description="The structure to open; `candlewick contracts --help` lists all."
    )
    min_days: int = Field(20, ge=0, le=3650, description="Fewest calendar days to expiry.")
    max_days: int = Field(60, ge=0, le=3650, description="Most calendar days to expiry.")
    target_days: int | None = Field(
        None,
        ge=0,
        le=3650,
        description="Wanted calendar days to expiry; without it the middle of the two limits.",
    )
    target_delta: float = Field(
        0.50, gt=0, lt=1, description="Wanted delta, without its sign, of a bought contract."
    )
    short_delta: float = Field(
        0.30, gt=0, lt=1, description="Wanted delta, without its sign, of a sold contract."
    )
    max_delta_distance: float = Field(
        0.15, gt=0, le=1, description="How far a contract's delta may lie from the wanted one."
    )
    width_percent: float = Field(
        5.0,
        gt=0,
        le=50,
        description="Wanted distance between a spread's strikes, in percent of the spot price.",
    )
    min_open_interest: int = Field(25, ge=0, description="Fewest open contracts.")
    min_volume: int = Field(0, ge=0, description="Fewest contracts traded that day.")
    min_bid: float = Field(0.05, ge=0, description="Lowest bid of a contract that is sold.")
    max_spread_percent: float = Field(
        12.0, gt=0, le=200, description="Widest spread between bid and ask, in percent of their middle."
    )
    min_credit_percent: float = Field(
        10.0,
        ge=0,
        lt=100,
        description="Least credit of a credit spread, in percent of the width between its strikes.",
    )
    max_loss: float | None = Field(
        None, gt=0, description="Most that one contract's structure may lose, in money; without it no limit."
    )
    pricing: Literal["natural", "mid"] = Field(
        "natural", description="Entry at bid and ask as they stand (natural), or at their middle."
    )
    rate: float = Field(0.0, ge=-0.1, le=1, description="Continuous annual rate; 0.04 is 4 %.")
    dividend: float = Field(0.0, ge=0, le=1, description="Continuous annual dividend yield; 0.01 is 1 %.")

    @model_validator(mode="after")
    def _days_in_order(self) -> ContractRules:
        if self.max_days < self.min_days:
            message = f"max_days ({self.max_days}) is below min_days ({self.min_days}): swap the two"
            raise ValueError(message)
        return self

    @property
    def wanted_days(self) -> float:
        """The days to expiry that come first."""
        return (self.min_days + self.max_days) / 2 if self.target_days is None else self.target_days


def make_rules(values: Mapping[str, Any], where: str = "contract rules") -> ContractRules:
    """Check plain values, all problems at once; an unknown name is answered with the closest known one.

    Raises ContractRulesError.
    """
    known = tuple(ContractRules.model_fields)
    unknown = [str(name) for name in values if name not in known]
    problems = [f"{where}: {UnknownNameError('contract rule', name, known)}" for name in unknown]
    rules = None
    try:
        rules = ContractRules(**{name: value for name, value in values.items() if name in known})
    except ValidationError as error:
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"])
            text = fault["msg"].removeprefix("Value error, ")
            problems.append(f"{where}: {name + ': ' if name else ''}{text}.")
    else:
        try:
            strategy_named(rules.strategy)
        except UnknownNameError as error:
            problems.append(f"{where}: {error}")
    if problems or rules is None:
        raise ContractRulesError(tuple(problems))
    return rules


def read_rules(path: Path) -> ContractRules:
    """Read a YAML file of contract rules. Raises ContractRulesError with every problem in it."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ContractRulesError((f"{path} is too large for a file of contract rules.",))
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = str(error).splitlines()[0]
        raise ContractRulesError((f"{path} cannot be read as contract rules: {reason}.",)) from error
    if not isinstance(values, dict):
        raise ContractRulesError((f"{path} must hold lines such as 'strategy: long_call'.",))
    return make_rules(values, str(path))
