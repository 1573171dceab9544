"""An outcome is a value for each column; what does not exist is null."""

from __future__ import annotations

import pyarrow as pa
from option_market import AS_OF, market_chain

from engine.options.outcome import CONTRACT_COLUMNS, RowOutcome, contract_row
from engine.options.rulebook import make_rules
from engine.options.selection import ContractStatus, Selection, select


def test_a_structure_fills_its_columns():
    selection = select(market_chain(), make_rules({"strategy": "iron_condor"}))
    row = contract_row(RowOutcome(selection, AS_OF).measured(3, 0.5, 7))
    assert row["Entry_Type"] == "credit"
    assert row["Entry_Price"] == row["Max_Profit"] > 0
    assert row["Break_Even_Low"] < row["Underlying_Price"] < row["Break_Even_High"]
    assert row["Contract_Legs"].count(";") == row["Contract_Symbols"].count(";") == 3
    assert (row["Parallel_Worker_ID"], row["Parallel_Batch_Size"]) == (3, 7)
    pa.Table.from_pylist([row], CONTRACT_COLUMNS)


def test_an_unlimited_profit_is_null():
    row = contract_row(RowOutcome(select(market_chain(), make_rules({})), AS_OF))
    assert row["Max_Profit"] is None
    assert row["Max_Loss"] == row["Entry_Price"]


def test_a_failure_has_a_status_and_a_reason_and_nothing_else():
    row = contract_row(RowOutcome(Selection(ContractStatus.SKIPPED, "Because.")))
    filled = {name for name, value in row.items() if value is not None}
    assert filled == {"Contract_Status", "Contract_Reason", "Rejected_Candidates"}
