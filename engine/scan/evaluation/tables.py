"""What an evaluation says, as tables: events with their returns, and the comparison with a row per variant.

Not here: computing (``engine.outcomes``) and writing (``files``).
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from engine.outcomes.comparison import ComparisonRow
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.evaluation.forward_pass import Measured

# A column's name before the window, and the attribute of the statistics that it shows.
WINDOW_COLUMNS = (
    ("evaluated", "evaluated"),
    ("not_matured", "not_matured"),
    ("not_evaluable", "not_evaluable"),
    ("mean_fwd", "mean"),
    ("median_fwd", "median"),
    ("win_rate", "win_rate"),
    ("p5_fwd", "low"),
    ("stability_delta", "stability"),
    ("universe_mean", "universe_mean"),
    ("excess", "excess"),
)
_COUNTS = ("evaluated", "not_matured", "not_evaluable")
_SHOWN_AS = {attribute: name for name, attribute in WINDOW_COLUMNS}


def returns_table(events: pa.Table, measured: Measured) -> pa.Table:
    """Return date, symbol, event, score, detector and the forward columns, in the order of the events."""
    plain = events.select(["date", "symbol", "event", "score", "detector"])
    forward = measured.forward_columns()
    for name in forward.column_names:
        plain = plain.append_column(name, forward[name])
    return plain


def comparison_table(rows: Sequence[ComparisonRow], terms: OutcomeTerms) -> pa.Table:
    """Return one row per detector and event; unknown is null, and so are a baseline's differences to itself."""
    columns: dict[str, pa.Array] = {
        "detector": pa.array([row.detector for row in rows], pa.string()),
        "event": pa.array([row.event for row in rows], pa.string()),
        "role": pa.array(["baseline" if row.is_baseline else "variant" for row in rows], pa.string()),
        "count": pa.array([row.count for row in rows], pa.int64()),
        "symbols": pa.array([row.symbols for row in rows], pa.int64()),
        "density": _numbers([row.density for row in rows]),
    }
    for place, window in enumerate(terms.windows):
        for name, attribute in WINDOW_COLUMNS:
            values = [getattr(row.windows[place], attribute) for row in rows]
            counted = attribute in _COUNTS
            columns[f"{name}_{window}"] = pa.array(values, pa.int64()) if counted else _numbers(values)
    names = list(dict.fromkeys(name for row in rows for name in row.differences))
    for name in names:
        for place, window in enumerate(terms.windows):
            own = [row.differences[name][place] if row.differences else float("nan") for row in rows]
            columns[f"{_SHOWN_AS[name]}_{window}_less_baseline"] = _numbers(own)
    return pa.table(columns)


def _numbers(values: Sequence[float]) -> pa.Array:
    return pa.array(values, pa.float64(), from_pandas=True)
