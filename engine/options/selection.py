"""Choosing real contracts: a strategy, a chain and the rules in; a structure or the reason why not out.

1. Expirations inside the window are tried from the one nearest to the wanted days on (``viable``).
2. In each, every quote that a leg could use is held against the rules; the broken ones are kept with their reason
   (``_Shelf``).
3. Legs are filled in the strategy's order, each from the quotes that kept the rules, nearest to what it asks for first
   (``_pick``). A spread's wing lies strictly beyond its short strike.
4. The structure is held against what concerns it as a whole: debit or credit as named, the least credit, the largest
   loss (``structure_faults``).
5. Before it is returned every leg is held against every rule once more (``broken_limits``): what a user gets passed.

The first expiration that gives a structure wins; ties between strikes go to the lower one. Nothing depends on the order
of a provider's rows. Two quotes of one strike and side cannot exist in a chain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from engine.options.chain import OptionChain
from engine.options.quote import Quote, Right, quotes_at
from engine.options.rule import Side
from engine.options.rulebook import ContractRules
from engine.options.rules import broken_rule
from engine.options.strategies import strategy_named
from engine.options.strategy import AtTheMoney, AwayFrom, LegPlan, NearDelta, SameStrike, Strategy
from engine.options.structure import SHARES_PER_CONTRACT, Leg, Structure, side_word

# Money is compared in ten-thousandths, under the smallest tick.
TICK = 1e-4


class ContractStatus(StrEnum):
    """What became of a row; the list is closed."""

    SUCCESS = "Success"
    LOW_LIQUIDITY = "Low_Liquidity"
    NO_SUITABLE_STRIKES = "No_Suitable_Strikes"
    NO_VIABLE_EXPIRATIONS = "No_Viable_Expirations"
    FAST_REJECT = "Fast_Reject"
    DEFERRED = "Deferred"
    NO_CHAIN_DATA = "No_Chain_Data"
    PROVIDER_ERROR = "Provider_Error"
    TIMEOUT = "Timeout"
    SKIPPED = "Skipped"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A contract, or a structure of several, that was looked at and refused."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The outcome of one choice; ``structure`` is there exactly when the status is Success."""

    status: ContractStatus
    reason: str
    structure: Structure | None = None
    rejected: tuple[Rejected, ...] = ()


def select(chain: OptionChain, rules: ContractRules) -> Selection:
    """Choose contracts of a whole chain by ``rules``."""
    if not len(chain):
        return Selection(ContractStatus.NO_CHAIN_DATA, f"{chain.ticker} has no listed contracts.")
    days = {expiration: chain.days_to(expiration) for expiration in chain.expirations}
    expirations = viable(days, rules)
    if not expirations:
        return Selection(ContractStatus.NO_VIABLE_EXPIRATIONS, why_not_viable(chain.ticker, days, rules))
    return select_lazily(expirations, chain.at, rules)


def select_lazily(
    expirations: Sequence[date], chain_at: Callable[[date], OptionChain], rules: ContractRules
) -> Selection:
    """Choose contracts of the first of ``expirations`` that gives a structure; chains are asked for one by one."""
    strategy = strategy_named(rules.strategy)
    rejected: list[Rejected] = []
    furthest: Selection | None = None
    for expiration in expirations:
        chain = chain_at(expiration)
        shelf = _Shelf(quotes_at(chain, expiration, rules.rate, rules.dividend), rules, rejected)
        found = _fill(strategy, shelf, chain.spot, rules)
        if isinstance(found, Structure):
            reason = f"{strategy.title}: {', '.join(str(leg) for leg in found.legs)}"
            return Selection(ContractStatus.SUCCESS, reason, found, tuple(rejected))
        rejected.extend(found.rejected)
        # The failure that came furthest says most about what to relax.
        if furthest is None or _PROGRESS[found.status] > _PROGRESS[furthest.status]:
            furthest = found
    assert furthest is not None, "there is at least one expiration"
    return Selection(furthest.status, furthest.reason, None, tuple(rejected))


def viable(days: Mapping[date, int], rules: ContractRules) -> list[date]:
    """Return the expirations in the window, the nearest to the wanted days first, the earlier of two equals."""
    inside = [day for day, distance in days.items() if rules.min_days <= distance <= rules.max_days]
    return sorted(inside, key=lambda day: (abs(days[day] - rules.wanted_days), day))


def why_not_viable(ticker: str, days: Mapping[date, int], rules: ContractRules) -> str:
    """Return the sentence for a window in which nothing expires."""
    nearest = min(
        days.values(), key=lambda each: max(rules.min_days - each, each - rules.max_days), default=None
    )
    end = "nothing is listed." if nearest is None else f"the nearest is {nearest}."
    return f"No expiration of {ticker} lies {rules.min_days} to {rules.max_days} days ahead; {end}"


def broken_limits(structure: Structure, rules: ContractRules) -> tuple[str, ...]:
    """Return every limit that a structure breaks, of its legs and as a whole; none for one that :func:`select` gave."""
    legs = [
        f"{leg}: {reason}"
        for leg in structure.legs
        if (reason := broken_rule(leg.quote, leg.side, rules)) is not None
    ]
    return (*legs, *structure_faults(structure, rules))


def structure_faults(structure: Structure, rules: ContractRules) -> Iterator[str]:
    """Yield what speaks against a structure as a whole."""
    strategy = strategy_named(structure.strategy)
    cost = structure.cost
    if strategy.entry == "credit" and not cost < -TICK:
        yield f"it would cost {cost:.2f} and bring no credit"
    if strategy.entry == "debit" and not cost > TICK:
        yield f"it would bring {-cost:.2f}: quotes that pay for being bought are not real"
    if strategy.is_spread:
        width = _width(structure)
        if strategy.entry == "credit" and -cost < width * rules.min_credit_percent / 100:
            yield f"credit {-cost:.2f} is under {rules.min_credit_percent:g} % of the width {width:g}"
        if abs(cost) >= width:
            yield f"{structure.entry} {abs(cost):.2f} is not under the width {width:g}: stale quotes"
    if rules.max_loss is not None and structure.max_loss * SHARES_PER_CONTRACT > rules.max_loss:
        yield f"it can lose {structure.max_loss * SHARES_PER_CONTRACT:,.2f}, more than {rules.max_loss:,.2f}"


# How far a choice came before it failed.
_PROGRESS = {ContractStatus.LOW_LIQUIDITY: 1, ContractStatus.NO_SUITABLE_STRIKES: 2}


@dataclass(slots=True)
class _Shelf:
    """The quotes of one expiration, sorted out by the rules as legs ask for them."""

    quotes: tuple[Quote, ...]
    rules: ContractRules
    rejected: list[Rejected]
    _usable: dict[tuple[Right, Side], list[Quote]] = field(default_factory=dict)

    def usable(self, right: Right, side: Side) -> list[Quote]:
        """Return the quotes that may be bought (1) or sold (-1), by strike."""
        if (right, side) not in self._usable:
            kept = []
            for quote in self.quotes:
                if quote.right != right:
                    continue
                reason = broken_rule(quote, side, self.rules)
                if reason is None:
                    kept.append(quote)
                else:
                    self.rejected.append(Rejected(f"{side_word(side)} {quote}", reason))
            self._usable[right, side] = kept
        return self._usable[right, side]


def _fill(strategy: Strategy, shelf: _Shelf, spot: float, rules: ContractRules) -> Structure | Selection:
    """Return the structure of one expiration, or why there is none."""
    for plan in strategy.legs:
        if not shelf.usable(plan.right, plan.side):
            reason = f"No {plan.right} kept the rules: {_commonest(shelf.rejected)}."
            return Selection(ContractStatus.LOW_LIQUIDITY, reason)
    refused: list[Rejected] = []
    for legs in _combinations(strategy.legs, (), shelf, spot, rules):
        structure = Structure(strategy.name, legs, spot, strategy.shares, rules.pricing)
        faults = broken_limits(structure, rules)
        if not faults:
            return structure
        refused.append(Rejected(", ".join(map(str, legs)), faults[0]))
    if refused:
        return Selection(
            ContractStatus.NO_SUITABLE_STRIKES, f"{refused[0].reason}.".capitalize(), None, tuple(refused)
        )
    return Selection(ContractStatus.NO_SUITABLE_STRIKES, _no_strike(strategy, rules))


def _combinations(
    plans: tuple[LegPlan, ...], chosen: tuple[Leg, ...], shelf: _Shelf, spot: float, rules: ContractRules
) -> Iterator[tuple[Leg, ...]]:
    """Yield ways to fill the legs, the nearest to the plan first; at most three strikes are tried for each leg."""
    if len(chosen) == len(plans):
        yield chosen
        return
    plan = plans[len(chosen)]
    for quote in _pick(plan, chosen, shelf.usable(plan.right, plan.side), spot, rules)[:3]:
        yield from _combinations(plans, (*chosen, Leg(plan.side, quote)), shelf, spot, rules)


def _pick(
    plan: LegPlan, chosen: tuple[Leg, ...], usable: list[Quote], spot: float, rules: ContractRules
) -> list[Quote]:
    """Return the quotes that suit a leg, the best first."""
    match plan.pick:
        case NearDelta(wanted):
            delta = getattr(rules, wanted)
            near = [quote for quote in usable if abs(abs(quote.delta) - delta) <= rules.max_delta_distance]
            return _nearest(near, ((abs(abs(quote.delta) - delta)) for quote in near))
        case AtTheMoney():
            return _nearest(usable, (abs(quote.strike - spot) for quote in usable))[:1]
        case SameStrike(of):
            return [quote for quote in usable if quote.strike == chosen[of].quote.strike]
        case AwayFrom(of, direction):
            return _wings(chosen[of].quote.strike, direction, usable, spot, rules)


def _wings(
    strike: float, direction: Literal[1, -1], usable: list[Quote], spot: float, rules: ContractRules
) -> list[Quote]:
    """Return the quotes beyond a strike, those nearest to the wanted width first, none over twice as wide."""
    width = spot * rules.width_percent / 100
    beyond = [quote for quote in usable if 0 < direction * (quote.strike - strike) <= 2 * width]
    return _nearest(beyond, (abs(direction * (quote.strike - strike) - width) for quote in beyond))


def _nearest(quotes: list[Quote], distances: Iterable[float]) -> list[Quote]:
    """Return quotes by their distance; of equal ones the lower strike."""
    keyed = sorted(zip(distances, (quote.strike for quote in quotes), range(len(quotes)), strict=True))
    return [quotes[row] for _, _, row in keyed]


def _width(structure: Structure) -> float:
    """Return the widest distance between the two strikes of one right."""
    widest = 0.0
    for right in ("call", "put"):
        strikes = [leg.quote.strike for leg in structure.legs if leg.quote.right == right]
        if len(strikes) > 1:
            widest = max(widest, max(strikes) - min(strikes))
    return widest if widest > 0 else math.inf


def _commonest(rejected: list[Rejected]) -> str:
    """Return the reason that most contracts were refused for, its numbers left out of the count."""
    kinds: dict[str, list[str]] = {}
    for each in rejected:
        kinds.setdefault(each.reason.split(" ")[0], []).append(each.reason)
    most = max(kinds.values(), key=len, default=["none is listed"])
    return most[0] if len(most) == 1 else f"{most[0]}, and {len(most) - 1:,} like it"


def _no_strike(strategy: Strategy, rules: ContractRules) -> str:
    deltas = sorted(
        {getattr(rules, plan.pick.wanted) for plan in strategy.legs if isinstance(plan.pick, NearDelta)}
    )
    if deltas:
        wanted = " and ".join(f"{delta:g}" for delta in deltas)
        return (
            f"No tradable strikes fit a {strategy.title.lower()}: delta within {rules.max_delta_distance:g} of"
            f" {wanted}, strikes {rules.width_percent:g} % of the price apart."
        )
    return f"No strike has both legs of a {strategy.title.lower()} tradable."
