"""From the table's rows to bars of the chart and back: which rows a symbol has, and which row shows a bar.

Rows are those of the whole table, whatever its filter hides; the row that is gone to is one that can be seen.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.outcomes.forward_returns import NO_BAR, locate
from gui.chart.data import ChartData, SignalKind
from gui.results.columns import Kind
from gui.results.results_model import ResultsModel
from gui.results.store import ResultStore

# The columns that tell one kind of match from another, the first that a table has.
_KINDS = ("event", "formula")


def with_marks_of_rows(chart: ChartData, store: ResultStore) -> ChartData:
    """Return the chart with the matches of its symbol in the table as its signals."""
    rows = _rows_of(store, chart.symbol)
    place = store.index("timestamp")
    if place is None or not len(rows):
        return chart
    bars = locate(chart.bars.timestamp, store.times(place).values[rows].astype(chart.bars.timestamp.dtype))
    rows, bars = rows[bars != NO_BAR], bars[bars != NO_BAR]
    return replace(chart, signals=np.unique(bars).astype(np.intp), kinds=_kinds_of(store, rows, bars))


def row_of_bar(model: ResultsModel, chart: ChartData, bar: int) -> int | None:
    """Return the first shown row of that bar of the chart's symbol, or None."""
    place = model.store.index("timestamp")
    if place is None or not 0 <= bar < len(chart.bars):
        return None
    rows = _rows_of(model.store, chart.symbol)
    wanted = rows[model.store.times(place).values[rows] == chart.bars.timestamp[bar]]
    shown = np.flatnonzero(np.isin(model.order.rows, wanted)) if len(wanted) else wanted
    return int(shown[0]) if len(shown) else None


def _rows_of(store: ResultStore, symbol: str) -> NDArray[np.int64]:
    place = store.index("symbol")
    if place is None or store.columns[place].kind is not Kind.TEXT:
        return np.empty(0, np.int64)
    texts = store.texts(place)
    if symbol not in texts.words:
        return np.empty(0, np.int64)
    return np.flatnonzero(texts.codes == texts.words.index(symbol)).astype(np.int64)


def _kinds_of(store: ResultStore, rows: NDArray[np.int64], bars: NDArray[np.int64]) -> tuple[SignalKind, ...]:
    place = next((found for name in _KINDS if (found := store.index(name)) is not None), None)
    if place is None or store.columns[place].kind is not Kind.TEXT:
        return ()
    texts = store.texts(place)
    codes = texts.codes[rows]
    names = sorted({int(code) for code in codes if code >= 0}, key=lambda code: texts.words[code])
    return tuple(
        SignalKind(texts.words[code], np.unique(bars[codes == code]).astype(np.intp)) for code in names
    )
