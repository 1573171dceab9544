"""Other rows in place of those in the table, as the formula changes under them.

The current row stays where the new rows have one of its symbol and moment, and nobody is told, for it shows the same;
what is marked as seen and how far the table is scrolled stay too. Not here: the rows (live mode).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from gui.results.panel import ResultsPanel

_RESULT_COLUMNS = 3


def replace_rows(panel: ResultsPanel, table: pa.Table, total_symbols: int, note: str) -> bool:
    """Show these rows, ``note`` before their count; tell whether the current row is still there.

    Without a current row before there is none afterwards.
    """
    view, model = panel.view, panel.model
    current = model.match_of(view.current_id) if view.current_id >= 0 else None
    scrolled, seen = view.verticalScrollBar().value(), model.seen
    panel.footer.set_note(note)
    panel.begin(table.column_names[_RESULT_COLUMNS:], total_symbols)
    panel.append(table)
    model.resort()
    panel.finish()
    panel.set_seen(seen)
    row = None if current is None else row_of(panel, *current)
    if row is None:
        return False
    view.stay_on(row, scrolled)
    return True


def row_of(panel: ResultsPanel, symbol: str, moment: np.datetime64) -> int | None:
    """Return the shown row of a symbol at a moment, None without one."""
    store, order = panel.model.store, panel.model.order
    places = store.index("symbol"), store.index("timestamp")
    if places[0] is None or places[1] is None or not store.row_count:
        return None
    texts = store.texts(places[0])
    if symbol not in texts.words:
        return None
    fits = (texts.codes[order.rows] == texts.words.index(symbol)) & (
        store.times(places[1]).values[order.rows] == moment
    )
    rows = np.flatnonzero(fits)
    return int(rows[0]) if len(rows) else None
