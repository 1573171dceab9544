"""What a row asks for: its ticker and its own limits, read from the columns that it came with.

Here: which columns mean what, and ``read_requests``. A row that asks for something impossible is not an error of the
whole table: it keeps its place and says why.

``Ticker`` (or ``symbol``) names the underlying. ``Strategy`` names a structure; without it ``Trade_Bias`` (bullish: a
long call, bearish: a long put). Columns named as a contract rule, or ``Min_DTE``, ``Max_DTE``, ``Target_DTE``, are
that row's own limits. Names are read without regard to case; an empty cell leaves the rule as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from engine.errors import ContractRulesError, DataError
from engine.options.rulebook import ContractRules, make_rules

TICKER_COLUMNS = ("ticker", "symbol")
RULE_COLUMNS = {
    "min_dte": "min_days",
    "max_dte": "max_days",
    "target_dte": "target_days",
    "trade_bias": "strategy",
    **{name: name for name in ContractRules.model_fields},
}


@dataclass(frozen=True, slots=True)
class ContractRequest:
    """One row: its place in the table, its ticker, and its rules, or the sentence why it has none."""

    index: int
    ticker: str
    rules: ContractRules | None
    problem: str = ""


# So many rows are read between two calls of those who want to hear of it.
_ROWS_A_CALL = 10_000


def read_requests(
    table: pa.Table, rules: ContractRules, look_up: Callable[[], object] | None = None
) -> tuple[ContractRequest, ...]:
    """Return one request for each row, in order. Raises DataError for a table without a column of tickers.

    ``look_up`` is called now and then; what it raises ends the reading.
    """
    columns = {name.casefold(): name for name in table.column_names}
    ticker_column = next((columns[name] for name in TICKER_COLUMNS if name in columns), None)
    if ticker_column is None:
        found = ", ".join(table.column_names)
        raise DataError("", f"The signals have no column Ticker or symbol; their columns are {found}.")
    own = {columns[name]: rule for name, rule in RULE_COLUMNS.items() if name in columns}
    tickers = table.column(ticker_column).cast(pa.string()).to_pylist()
    cells = {name: table.column(name).to_pylist() for name in own}
    made: dict[tuple[Any, ...], ContractRules | str] = {}
    requests: list[ContractRequest] = []
    for request in _requests(tickers, cells, own, rules, made):
        if look_up is not None and request.index % _ROWS_A_CALL == 0:
            look_up()
        requests.append(request)
    return tuple(requests)


def _requests(
    tickers: list[str | None],
    cells: Mapping[str, list[Any]],
    own: Mapping[str, str],
    rules: ContractRules,
    made: dict[tuple[Any, ...], ContractRules | str],
) -> Iterator[ContractRequest]:
    for index, ticker in enumerate(tickers):
        values = tuple(cells[name][index] for name in own)
        if values not in made:
            made[values] = _own_rules(dict(zip(own, values, strict=True)), own, rules)
        found = made[values]
        if not ticker:
            yield ContractRequest(index, "", None, "The row names no ticker.")
        elif isinstance(found, str):
            yield ContractRequest(index, ticker, None, found)
        else:
            yield ContractRequest(index, ticker, found)


def _own_rules(
    values: Mapping[str, Any], own: Mapping[str, str], rules: ContractRules
) -> ContractRules | str:
    """Return the rules with a row's own limits in place, or the sentence why they cannot be used."""
    changed = rules.model_dump()
    # A strategy by name counts more than a bias.
    for column, rule in sorted(own.items(), key=lambda each: each[0].casefold() == "strategy"):
        value = values[column]
        if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
            continue
        changed[rule] = int(value) if isinstance(value, float) and value.is_integer() else value
    try:
        return make_rules(changed, "this row")
    except ContractRulesError as error:
        return str(error)
