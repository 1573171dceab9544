"""Contracts as texts: the table's cells, the summary, and what to do when there are none. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gui.wording import Translate, as_written

if TYPE_CHECKING:
    from engine.options.enrichment import Enrichment


class Phase(Enum):
    """What the panel has to show."""

    NO_MATCHES = "no matches"
    NO_CHAINS = "no chains"
    WAITING = "waiting"
    SEARCHING = "searching"
    SHOWN = "shown"
    FAILED = "failed"


EMPTY_TEXTS = {
    Phase.NO_MATCHES: "Run a scan. Option contracts for its matches are found here.",
    Phase.NO_CHAINS: "Choose a file or folder of option chains, as saved by yfinance for example.",
    Phase.WAITING: "Press Find contracts: the rows that the table shows get theirs. Measure the evidence first (F6), "
    "and each is held against the returns that followed such signals.",
    Phase.SEARCHING: "Looking for contracts …",
}
CAVEAT = (
    "Prices are per share, at the bid and ask of the snapshot; a contract is for 100. Quotes age: look at the chain "
    "before you trade."
)


@dataclass(frozen=True, slots=True)
class ContractsRequest:
    """What the form asks for: where the chains are, and the rules as plain values."""

    chains: Path
    rules: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: its title, the columns of the outcome that it shows, and how they become a text."""

    title: str
    meaning: str
    text: Callable[[dict[str, Any]], str]
    is_number: bool = False


def _money(name: str) -> Callable[[dict[str, Any]], str]:
    def text(row: dict[str, Any]) -> str:
        value = row[name]
        if value is None:
            return "no limit" if name.startswith("Max_") and row["Contract_Status"] == "Success" else ""
        return f"{value:,.2f}"

    return text


def _entry(row: dict[str, Any]) -> str:
    return f"{row['Entry_Type']} {row['Entry_Price']:,.2f}" if row["Entry_Type"] else ""


def _break_even(row: dict[str, Any]) -> str:
    edges = dict.fromkeys(
        row[name] for name in ("Break_Even_Low", "Break_Even_High") if row[name] is not None
    )
    return " – ".join(f"{edge:,.2f}" for edge in edges)


def _number(name: str, form: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: "" if row[name] is None else format(row[name], form)


def _percent(name: str, form: str) -> Callable[[dict[str, Any]], str]:
    """Return what writes a share as everywhere in the window, with a space before the sign."""
    return lambda row: "" if row[name] is None else f"{100 * row[name]:{form}} %"


def _when(row: dict[str, Any]) -> str:
    moment = row.get("timestamp")
    return f"{moment:%Y-%m-%d}" if isinstance(moment, datetime) else str(moment or "")


COLUMNS = (
    Column("Symbol", "The match's symbol", lambda row: row["symbol"]),
    Column("Date", "The match's bar", _when),
    Column("Status", "What became of this row", lambda row: row["Contract_Status"].replace("_", " ")),
    Column("Contracts", "What to buy and sell", lambda row: row["Contract_Legs"] or row["Contract_Reason"]),
    Column("Days", "Calendar days to expiry", _number("Actual_DTE", ","), is_number=True),
    Column("Entry", "Money paid (debit) or received (credit) per share", _entry, is_number=True),
    Column("Max loss", "The most it can lose at expiry, per share", _money("Max_Loss"), is_number=True),
    Column("Max profit", "The most it can earn at expiry, per share", _money("Max_Profit"), is_number=True),
    Column("Break-even", "Prices at expiry at which nothing is won or lost", _break_even, is_number=True),
    Column(
        "Past wins",
        "Share of the table's measured forward returns with which it would have earned money; see the tip",
        _percent("Past_Win_Rate", ".0f"),
        is_number=True,
    ),
    Column("Delta", "Change per unit of the underlying's price", _number("Delta", "+.2f"), is_number=True),
    Column(
        "IV", "Mean implied volatility of the legs", _percent("Implied_Volatility", ".1f"), is_number=True
    ),
    Column("Spread %", "Widest spread of a leg", _number("Spread_Percent", ".1f"), is_number=True),
    Column("Open interest", "Smallest of the legs", _number("Open_Interest", ",.0f"), is_number=True),
)


def cells_of(table: pa.Table) -> list[tuple[str, ...]]:
    """Return the texts of all rows."""
    return [tuple(column.text(row) for column in COLUMNS) for row in table.to_pylist()]


def summary_text(enrichment: Enrichment, tr: Translate = as_written) -> str:
    """Return how many rows came in, went out, what became of them, and from when the quotes are."""
    n = f"{enrichment.table.num_rows:,}"
    rows = tr("{n} rows in, {n} rows out").format(n=n)
    counts = [f"{count:,} {status.replace('_', ' ')}" for status, count in enrichment.counts.items()]
    return " · ".join([rows, *counts, *_quoted(enrichment.table, tr)])


def _quoted(table: pa.Table, tr: Translate) -> list[str]:
    import pyarrow.compute as pc  # noqa: PLC0415  a start of the window need not wait for it

    moments = pc.min_max(table.column("Chain_As_Of")).as_py()
    days = [f"{moment:%Y-%m-%d}" for moment in moments.values() if moment is not None]
    if not days:
        return []
    if days[0] == days[-1]:
        return [tr("quotes of {day}").format(day=days[0])]
    return [tr("quotes of {first} to {last}").format(first=days[0], last=days[-1])]


def refusals_text(enrichment: Enrichment, row: int, most: int = 12, tr: Translate = as_written) -> str:
    """Return a row's contracts, why it has them, and the first that were refused, with their reasons."""
    legs = enrichment.table.column("Contract_Legs")[row].as_py()
    reason = enrichment.table.column("Contract_Reason")[row].as_py()
    refused = enrichment.rejected.get(row, ())
    note = enrichment.table.column("Past_Note")[row].as_py()
    lines = [text for text in (legs, reason, note) if text]
    lines += [f"{each.what}: {each.reason}" for each in refused[:most]]
    if len(refused) > most:
        lines.append(tr("… and {n} more refused").format(n=f"{len(refused) - most:,}"))
    return "\n".join(lines)
