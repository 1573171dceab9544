"""A symbol list: the symbols that match, each once and in order, one a line; ``--symbols @FILE`` reads it again."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from engine.errors import OutputError
from engine.scan.exporters.base import Exporter, Progress, exporters, untold


def write_symbol_list(
    matches: pa.Table,
    timeframe: str,  # noqa: ARG001  any will do
    path: Path,
    progress: Progress = untold,
) -> None:
    """Write the symbols to a new file; no match makes an empty one."""
    progress(0, matches.num_rows)
    if "symbol" not in matches.column_names:
        raise OutputError(path.name, "a symbol list needs a column of symbols, and this table has none")
    symbols = sorted(matches.column("symbol").unique().to_pylist())
    path.write_text("".join(f"{symbol}\n" for symbol in symbols), encoding="utf-8", newline="\n")


exporters.add(".txt", Exporter(".txt", "Symbol list", write_symbol_list))
