"""Parquet: the table as it stands, with page checksums."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.scan.exporters.base import Exporter, Progress, exporters, untold

GROUP_ROWS = 131_072


def write_parquet(matches: pa.Table, timeframe: str, path: Path, progress: Progress = untold) -> None:
    """Write the table to a new file, group by group; the timeframe goes into its metadata."""
    noted = matches.replace_schema_metadata({"candlewick.timeframe": timeframe})
    with pq.ParquetWriter(path, noted.schema, compression="zstd", write_page_checksum=True) as writer:
        for first in range(0, max(1, noted.num_rows), GROUP_ROWS):
            progress(first, noted.num_rows)
            writer.write_table(noted.slice(first, GROUP_ROWS), row_group_size=GROUP_ROWS)
    progress(noted.num_rows, noted.num_rows)


exporters.add(".parquet", Exporter(".parquet", "Parquet", write_parquet))
