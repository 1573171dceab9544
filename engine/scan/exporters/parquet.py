"""Parquet: the table as it stands, with page checksums."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.scan.exporters.base import Exporter, exporters


def write_parquet(matches: pa.Table, timeframe: str, path: Path) -> None:
    """Write the table to a new file; the timeframe goes into its metadata."""
    noted = matches.replace_schema_metadata({"candlewick.timeframe": timeframe})
    pq.write_table(noted, path, compression="zstd", write_page_checksum=True)


exporters.add(".parquet", Exporter(".parquet", "Parquet", write_parquet))
