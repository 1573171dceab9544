"""DuckDB: window functions over one table.

SQL has no recursive average in a window, so a third average stands in RSI's place.
"""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.system import Match, Places, Prepared, System

QUERY = """
WITH averaged AS (
    SELECT symbol, timestamp, close, volume,
        avg(close) OVER (by_symbol ROWS 199 PRECEDING) AS average,
        avg(close) OVER (by_symbol ROWS 13 PRECEDING) AS short,
        avg(volume) OVER (by_symbol ROWS 19 PRECEDING) AS usual_volume,
        row_number() OVER by_symbol AS bar
    FROM bars WINDOW by_symbol AS (PARTITION BY symbol ORDER BY timestamp)
), shifted AS (
    SELECT *, lag(close - short) OVER (PARTITION BY symbol ORDER BY timestamp) AS before FROM averaged
)
SELECT symbol, timestamp, close, average, short, usual_volume FROM shifted
WHERE bar >= 200 AND close > average AND close > short AND before <= 0 AND volume > 1.5 * usual_volume
ORDER BY symbol, timestamp
"""


def days(found) -> Iterable[Match]:
    return zip(
        found["symbol"].to_pylist(), [str(when)[:10] for when in found["timestamp"].to_pylist()], strict=True
    )


def prepare(places: Places) -> Prepared:
    import duckdb

    connection = duckdb.connect()
    files = str(places.bars / "**" / "*.parquet")
    connection.execute(
        "CREATE TABLE bars AS SELECT * FROM read_parquet($1, hive_partitioning = true)", [files]
    )
    return Prepared(lambda: connection.sql(QUERY).to_arrow_table(), days, close=connection.close)


SYSTEMS = (
    System(
        "DuckDB table",
        "frames",
        "all bars are in memory, as one table",
        prepare,
        ("duckdb",),
        differs="the close crosses its average of 14 bars in place of RSI crossing 30",
    ),
)
