"""One row's outcome as columns of a table.

Here: ``RowOutcome``, the columns with their types (``CONTRACT_COLUMNS``) and how the one becomes the other. Money is
per share, as options are quoted; a contract is for 100. A figure that does not exist, such as the largest profit of a
long call, is null. The age of a chain is measured to one moment for the whole run, so that it does not depend on when a
worker got to a row; without that moment, as with files, it is null.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from engine.options.forward import ForwardReturns, past_result
from engine.options.selection import ContractStatus, Selection
from engine.options.structure import Structure

CONTRACT_COLUMNS = pa.schema(
    [
        ("Contract_Status", pa.string()),
        ("Contract_Reason", pa.string()),
        ("Strategy_Name", pa.string()),
        ("Contract_Symbols", pa.string()),
        ("Contract_Legs", pa.string()),
        ("Expiration", pa.date32()),
        ("Actual_DTE", pa.int64()),
        ("Underlying_Price", pa.float64()),
        ("Entry_Type", pa.string()),
        ("Entry_Price", pa.float64()),
        ("Entry_Price_Mid", pa.float64()),
        ("Max_Profit", pa.float64()),
        ("Max_Loss", pa.float64()),
        ("Break_Even_Low", pa.float64()),
        ("Break_Even_High", pa.float64()),
        ("Delta", pa.float64()),
        ("Gamma", pa.float64()),
        ("Theta", pa.float64()),
        ("Vega", pa.float64()),
        ("Implied_Volatility", pa.float64()),
        ("Spread_Percent", pa.float64()),
        ("Open_Interest", pa.float64()),
        ("Past_Win_Rate", pa.float64()),
        ("Past_Mean_Profit", pa.float64()),
        ("Past_Note", pa.string()),
        ("Rejected_Candidates", pa.int64()),
        ("Chain_As_Of", pa.timestamp("us", "UTC")),
        ("Chain_Age_Minutes", pa.float64()),
        ("Parallel_Worker_ID", pa.int64()),
        ("Parallel_Processing_Time", pa.float64()),
        ("Parallel_Batch_Size", pa.int64()),
        ("Parallel_Error", pa.string()),
    ]
)

DECIMALS = 8

# These differ from run to run and from one number of workers to another.
MEASURED = tuple(name for name in CONTRACT_COLUMNS.names if name.startswith("Parallel_"))


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row, with the moment of its quotes and what was measured while it was made."""

    selection: Selection
    as_of: datetime | None = None
    forward: ForwardReturns | None = None
    error: str = ""
    worker: int | None = None
    seconds: float | None = None
    batch: int | None = None

    def measured(self, worker: int, seconds: float, batch: int) -> RowOutcome:
        """Return the outcome with its worker, its ticker's seconds and how many rows shared them."""
        return replace(self, worker=worker or None, seconds=seconds, batch=batch)


def contract_row(outcome: RowOutcome, now: datetime | None = None) -> dict[str, Any]:
    """Return the outcome as one value for each of ``CONTRACT_COLUMNS``; ages are counted up to ``now``."""
    row: dict[str, Any] = dict.fromkeys(CONTRACT_COLUMNS.names)
    selection = outcome.selection
    row["Contract_Status"] = selection.status.value
    row["Contract_Reason"] = selection.reason
    row["Rejected_Candidates"] = len(selection.rejected)
    row["Chain_As_Of"] = outcome.as_of
    if now is not None and outcome.as_of is not None:
        row["Chain_Age_Minutes"] = round((now - outcome.as_of).total_seconds() / 60, 1)
    row["Parallel_Worker_ID"] = outcome.worker
    row["Parallel_Processing_Time"] = outcome.seconds
    row["Parallel_Batch_Size"] = outcome.batch
    row["Parallel_Error"] = outcome.error or None
    if selection.structure is not None:
        assert selection.status is ContractStatus.SUCCESS
        row |= {name: value(selection.structure) for name, value in _OF_STRUCTURE.items()}
        row |= _past(selection.structure, outcome.forward)
    return row


def _past(structure: Structure, forward: ForwardReturns | None) -> dict[str, Any]:
    past = None if forward is None else past_result(structure, forward)
    if past is None:
        return {}
    return {"Past_Win_Rate": past.win_rate, "Past_Mean_Profit": past.mean_profit, "Past_Note": past.note}


def _finite(value: float) -> float | None:
    """Return a figure without the dust of binary arithmetic; None for one that does not exist."""
    return round(value, DECIMALS) if math.isfinite(value) else None


def _break_even(structure: Structure, which: int) -> float | None:
    return _finite(structure.break_evens[which]) if structure.break_evens else None


def _of_legs(structure: Structure, choose: Callable[[list[float]], float], name: str) -> float | None:
    return _finite(choose([getattr(leg.quote, name) for leg in structure.legs]))


_OF_STRUCTURE: dict[str, Callable[[Structure], Any]] = {
    "Strategy_Name": lambda structure: structure.strategy,
    "Contract_Symbols": lambda structure: "; ".join(leg.quote.symbol for leg in structure.legs),
    "Contract_Legs": lambda structure: "; ".join(str(leg) for leg in structure.legs),
    "Expiration": lambda structure: structure.expiration,
    "Actual_DTE": lambda structure: structure.days,
    "Underlying_Price": lambda structure: structure.spot,
    "Entry_Type": lambda structure: structure.entry,
    "Entry_Price": lambda structure: _finite(abs(structure.cost)),
    "Entry_Price_Mid": lambda structure: _finite(abs(structure.mid_cost)),
    "Max_Profit": lambda structure: _finite(structure.max_profit),
    "Max_Loss": lambda structure: _finite(structure.max_loss),
    "Break_Even_Low": lambda structure: _break_even(structure, 0),
    "Break_Even_High": lambda structure: _break_even(structure, -1),
    "Delta": lambda structure: _finite(structure.total("delta")),
    "Gamma": lambda structure: _finite(structure.total("gamma")),
    "Theta": lambda structure: _finite(structure.total("theta")),
    "Vega": lambda structure: _finite(structure.total("vega")),
    "Implied_Volatility": lambda structure: _of_legs(
        structure, lambda each: sum(each) / len(each), "implied_volatility"
    ),
    "Spread_Percent": lambda structure: _of_legs(structure, max, "spread_percent"),
    "Open_Interest": lambda structure: _of_legs(structure, min, "open_interest"),
}
