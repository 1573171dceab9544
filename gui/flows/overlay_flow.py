"""What lies over the chart: the forward windows of the row's signal and the option contract that was found for it.

The windows are those of the evidence, by the same function; a contract is read from the table of the options panel.
Each can be switched on and off, and stays so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PySide6.QtCore import QObject, Signal, Slot

from engine.outcomes.forward_returns import OutcomeTerms
from gui.chart.data import ChartData
from gui.chart.overlays import (
    NOTHING,
    ContractLines,
    Overlays,
    Strike,
    bar_of_day,
    forward_windows,
)
from gui.flows.handlers import Handlers
from gui.flows.window_parts import WindowParts
from gui.remembered import Remembered

FORWARD = "show_forward"
CONTRACT = "show_contract"
# As engine.options writes a leg: buy 2026-03-20 105 call.
_LEG = re.compile(r"(buy|sell) \d{4}-\d\d-\d\d (\S+) (call|put)")


class OverlayFlow(QObject):
    """Gives the chart its overlays; ``told`` has words for the status bar."""

    told = Signal(str)

    def __init__(
        self, parts: WindowParts, terms: OutcomeTerms, remembered: Remembered, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._parts = parts
        self._terms = terms
        self._remembered = remembered
        for name in (FORWARD, CONTRACT):
            parts.actions[name].setChecked(remembered.is_on(name, usually=True))
        parts.options.model.modelReset.connect(parts.chart.refresh_overlays)
        parts.chart.set_overlay_source(self.overlays)

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return dict.fromkeys((FORWARD, CONTRACT), self._note)

    def overlays(self, data: ChartData, focus: int | None) -> Overlays:
        """Return what lies over the chart when ``focus`` is its row's bar."""
        if focus is None or not data.has_signal(focus):
            return NOTHING
        return Overlays(
            forward_windows(data.bars, focus, self._terms) if self._is_on(FORWARD) else None,
            self._contract(data, focus) if self._is_on(CONTRACT) else None,
        )

    @Slot()
    def _note(self) -> None:
        """Keep what is on, and show it."""
        for name in (FORWARD, CONTRACT):
            self._remembered.keep_on(name, is_on=self._is_on(name))
        self._parts.chart.refresh_overlays()
        if self._is_on(CONTRACT) and self._parts.options.model.result is None:
            self.told.emit(
                self.tr("Option strikes are drawn once contracts have been found on the Options tab.")
            )

    def _is_on(self, name: str) -> bool:
        return self._parts.actions[name].isChecked()

    def _contract(self, data: ChartData, focus: int) -> ContractLines | None:
        result = self._parts.options.model.result
        if result is None:
            return None
        row = _row_of(result.table, data.symbol, data.bars.timestamp[focus])
        return None if row is None else contract_lines(row, data, focus)


def contract_lines(row: Mapping[str, Any], data: ChartData, signal: int) -> ContractLines | None:
    """Return the lines of a row of contracts; None where it has none."""
    expiry = row["Expiration"]
    strikes = tuple(_strikes(row["Contract_Legs"] or ""))
    if not strikes or not isinstance(expiry, date):
        return None
    edges = dict.fromkeys(
        row[name] for name in ("Break_Even_Low", "Break_Even_High") if row[name] is not None
    )
    title = row["Strategy_Name"].replace("_", " ")
    return ContractLines(
        title=f"{title[:1].upper()}{title[1:]}",
        signal=signal,
        expiry=expiry,
        expiry_bar=bar_of_day(data.bars.timestamp, expiry),
        strikes=strikes,
        break_evens=tuple(edges),
        entry=f"{row['Entry_Type']} {row['Entry_Price']:,.2f}",
    )


def _strikes(legs: str) -> list[Strike]:
    return [
        Strike(float(strike), f"{side} {strike} {right}", side == "buy")
        for side, strike, right in _LEG.findall(legs)
    ]


def _row_of(table: pa.Table, symbol: str, moment: np.datetime64) -> Mapping[str, Any] | None:
    if not {"symbol", "timestamp"} <= set(table.column_names):
        return None
    when = pa.scalar(moment.astype("datetime64[us]").item(), table.schema.field("timestamp").type)
    fits = pc.and_(pc.equal(table["symbol"], symbol), pc.equal(table["timestamp"], when))
    rows = pc.indices_nonzero(fits)
    if not len(rows):
        return None
    found: list[dict[str, Any]] = table.take(rows[:1]).to_pylist()
    return found[0]
