"""Contracts for the rows of a table: as many rows out as in, in their order, each with exactly one status.

1. Rows are read (``contract_request``) and grouped by ticker: by their indices, never as tables of their own.
2. Each ticker is one item of the ``ThrottledExecutor``; its worker (``_explore``) takes plain values and returns
   plain values by index. The caller's thread alone merges them.
3. First a *sample*: what is listed, and the chain of the expiration nearest to what the rows want. Without a strike
   within 5 % of the price, without any open interest or any bid the rows are refused at once (Fast_Reject).
4. Then each row takes the first expiration in its window that gives its structure; further chains are fetched only
   while none has, each once for all rows of the ticker. With ``depth="sample"`` they never are, and a row that would
   need one says Deferred: not a failure, but nothing was looked for there.
5. What a worker did not answer in time, or at all, is still a row: Timeout, Skipped, Provider_Error with the reason.

Nothing here depends on the number of workers but the columns ``Parallel_…``, which are measured.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa

from engine.errors import CandlewickError, ProviderError
from engine.options.chain import EXCHANGE, OptionChain
from engine.options.contract_request import ContractRequest, read_requests
from engine.options.executor import Answer, ThrottledExecutor
from engine.options.forward import ForwardReturns
from engine.options.outcome import CONTRACT_COLUMNS, RowOutcome, contract_row
from engine.options.providers.base import ChainProvider, Expirations
from engine.options.rulebook import ContractRules
from engine.options.selection import (
    ContractStatus,
    Rejected,
    Selection,
    select_lazily,
    viable,
    why_not_viable,
)
from engine.options.structure import Structure

NEAR_THE_MONEY = 0.05
Depth: TypeAlias = Literal["full", "sample"]
Progress: TypeAlias = Callable[[int, int], None]

_STATUS_OF_KIND = {
    "no_data": ContractStatus.NO_CHAIN_DATA,
    "failed": ContractStatus.PROVIDER_ERROR,
    "timeout": ContractStatus.TIMEOUT,
    "skipped": ContractStatus.SKIPPED,
}


@dataclass(frozen=True, slots=True)
class Enrichment:
    """The rows with their contracts, how many have each status, and what was refused for each row."""

    table: pa.Table
    counts: Mapping[str, int]
    rejected: Mapping[int, tuple[Rejected, ...]]

    @property
    def is_complete(self) -> bool:
        """Whether every row was really looked at: none timed out, was skipped or met an error of the source."""
        unseen = (ContractStatus.TIMEOUT, ContractStatus.SKIPPED, ContractStatus.PROVIDER_ERROR)
        return not any(self.counts.get(status) for status in unseen)


def enrich(
    signals: pa.Table,
    provider: ChainProvider,
    rules: ContractRules,
    *,
    executor: ThrottledExecutor | None = None,
    timeout: float = 60.0,
    depth: Depth = "full",
    forward: ForwardReturns | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    now: datetime | None = None,
) -> Enrichment:
    """Return ``signals`` with the columns of ``outcome`` added, one to one and in order.

    ``timeout`` ends the wait for one ticker alone, in seconds; ``now`` is the moment up to which the age of quotes is
    counted, for the whole run. ``progress`` hears how many rows have their answer, and what it raises ends the run.
    Columns of an earlier enrichment are replaced. Raises DataError for a table without tickers.
    """
    requests = read_requests(signals, rules, None if progress is None else lambda: progress(0, len(signals)))
    groups = _groups(requests)
    outcomes: dict[int, RowOutcome] = {
        request.index: RowOutcome(Selection(ContractStatus.FAST_REJECT, request.problem))
        for request in requests
        if request.rules is None
    }

    def explore(group: Sequence[ContractRequest], stop: threading.Event) -> dict[int, RowOutcome]:
        return _explore(provider, group, depth, forward, stop)

    executor = executor or ThrottledExecutor()
    done = len(outcomes)
    for answer in executor.stream(explore, groups, timeout=timeout, cancel=cancel):
        group = groups[answer.index]
        outcomes |= _of_answer(answer, group)
        done += len(group)
        if progress is not None:
            progress(done, len(requests))
    assert set(outcomes) == set(range(signals.num_rows)), "every row has exactly one outcome"
    return _merge(signals, [outcomes[index] for index in range(signals.num_rows)], now)


def _groups(requests: Sequence[ContractRequest]) -> list[list[ContractRequest]]:
    """Return the rows that can be asked for, by ticker, in order of first appearance."""
    groups: dict[str, list[ContractRequest]] = {}
    for request in requests:
        if request.rules is not None:
            groups.setdefault(request.ticker, []).append(request)
    return list(groups.values())


def _explore(
    provider: ChainProvider,
    group: Sequence[ContractRequest],
    depth: Depth,
    forward: ForwardReturns | None,
    stop: threading.Event,
) -> dict[int, RowOutcome]:
    """Return what becomes of the rows of one ticker; runs in a thread of the executor."""
    listed = provider.expirations(group[0].ticker)
    chains = _Chains(provider, listed, stop)
    chosen: dict[ContractRules | None, Selection] = {}
    for rules in dict.fromkeys(request.rules for request in group):
        try:
            chosen[rules] = _choose(rules, chains, depth)
        except ProviderError as error:
            chosen[rules] = Selection(_STATUS_OF_KIND[error.kind], str(error))
    return {
        request.index: RowOutcome(
            chosen[request.rules], chains.moment_of(chosen[request.rules].structure), forward
        )
        for request in group
    }


class _Chains:
    """The chains of one ticker, each fetched once, when first asked for."""

    def __init__(self, provider: ChainProvider, listed: Expirations, stop: threading.Event) -> None:
        self.listed = listed
        self._provider = provider
        self._stop = stop
        self._chains: dict[date, OptionChain] = {}
        today = listed.as_of.astimezone(EXCHANGE).date()
        self.days = {day: (day - today).days for day in listed.days}

    def moment_of(self, structure: Structure | None) -> datetime:
        """Return the moment of a structure's quotes: a kept chain is older than the list of expirations."""
        return self.listed.as_of if structure is None else self._chains[structure.expiration].as_of

    def at(self, expiration: date) -> OptionChain:
        """Return the contracts of one expiration."""
        if expiration not in self._chains:
            if self._stop.is_set():
                raise ProviderError(self.listed.ticker, "skipped", "Nobody waits for this ticker any more.")
            self._chains[expiration] = self._provider.chain(self.listed.ticker, expiration)
        return self._chains[expiration]


def _choose(rules: ContractRules | None, chains: _Chains, depth: Depth) -> Selection:
    """Return the choice of all rows of a ticker that have these rules."""
    assert rules is not None, "rows without rules are not asked for"
    expirations = viable(chains.days, rules)
    if not expirations:
        reason = why_not_viable(chains.listed.ticker, chains.days, rules)
        return Selection(ContractStatus.NO_VIABLE_EXPIRATIONS, reason)
    refusal = _sample_fault(chains.at(expirations[0]))
    if refusal:
        return Selection(ContractStatus.FAST_REJECT, refusal)
    if depth == "full":
        return select_lazily(expirations, chains.at, rules)
    first = select_lazily(expirations[:1], chains.at, rules)
    if first.structure is not None or len(expirations) == 1:
        return first
    reason = (
        f"{first.reason} {len(expirations) - 1} more expirations in the window were not fetched, as asked."
    )
    return Selection(ContractStatus.DEFERRED, reason, None, first.rejected)


def _sample_fault(chain: OptionChain) -> str:
    """Return why a ticker's sampled expiration is not worth going on, or nothing."""
    if not len(chain):
        return f"{chain.ticker} lists nothing for its nearest expiration."
    if not chain.spot > 0:
        return f"The price of {chain.ticker} at the moment of the quotes is unknown."
    if not np.any(np.abs(chain.strike / chain.spot - 1) <= NEAR_THE_MONEY):
        return f"{chain.ticker} has no strike within {NEAR_THE_MONEY:.0%} of its price {chain.spot:g}."
    if not np.any(chain.open_interest > 0):
        return f"No contract of {chain.ticker} is held by anybody: open interest is 0 throughout."
    if not np.any(chain.bid > 0):
        return f"No contract of {chain.ticker} has a bid."
    return ""


def _of_answer(
    answer: Answer[dict[int, RowOutcome]], group: Sequence[ContractRequest]
) -> dict[int, RowOutcome]:
    """Return the outcomes of a ticker's rows with what was measured, also when its worker brought none."""
    measured = (answer.worker, answer.seconds, len(group))
    if answer.state == "ok" and answer.value is not None:
        return {index: outcome.measured(*measured) for index, outcome in answer.value.items()}
    status, reason, error = _failure(answer, group[0].ticker)
    outcome = RowOutcome(Selection(status, reason), error=error).measured(*measured)
    return {request.index: outcome for request in group}


def _failure(answer: Answer[Any], ticker: str) -> tuple[ContractStatus, str, str]:
    if answer.state == "timeout":
        reason = f"{ticker} was given up after {answer.seconds:.0f} s."
        return ContractStatus.TIMEOUT, reason, reason
    if answer.state == "cancelled":
        return ContractStatus.SKIPPED, f"{ticker} was not asked for: the run was cancelled.", ""
    error = answer.error
    if isinstance(error, ProviderError):
        return _STATUS_OF_KIND[error.kind], str(error), f"{type(error).__name__}: {error}"
    told = str(error) if isinstance(error, CandlewickError) else f"{type(error).__name__}: {error}"
    return ContractStatus.PROVIDER_ERROR, f"{ticker} could not be looked at: {told}", told


def _merge(signals: pa.Table, outcomes: Sequence[RowOutcome], now: datetime | None) -> Enrichment:
    """Put the outcomes beside the rows that they belong to."""
    different, which = _different(outcomes)
    rows = [contract_row(outcome, now) for outcome in different]
    table = signals.select([name for name in signals.column_names if name not in CONTRACT_COLUMNS.names])
    for spec in CONTRACT_COLUMNS:
        table = table.append_column(spec, pa.array([row[spec.name] for row in rows], spec.type).take(which))
    assert table.num_rows == signals.num_rows
    found = Counter(outcome.selection.status for outcome in outcomes)
    counts = {status.value: found[status] for status in ContractStatus}
    rejected = {index: outcome.selection.rejected for index, outcome in enumerate(outcomes)}
    return Enrichment(table, {status: count for status, count in counts.items() if count}, rejected)


def _different(outcomes: Sequence[RowOutcome]) -> tuple[list[RowOutcome], pa.Array]:
    """Return the outcomes without those that are another's equal, and for each row which of them is its own.

    Rows of one ticker with the same rules share what was chosen: a table of many days has few outcomes.
    """
    places: dict[tuple[object, ...], int] = {}
    different: list[RowOutcome] = []
    which = np.empty(len(outcomes), dtype=np.int64)
    for row, each in enumerate(outcomes):
        measured = (each.worker, each.seconds, each.batch)
        key = (id(each.selection), each.as_of, id(each.forward), each.error, measured)
        place = places.setdefault(key, len(different))
        if place == len(different):
            different.append(each)
        which[row] = place
    return different, pa.array(which)
