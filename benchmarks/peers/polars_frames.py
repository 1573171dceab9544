"""polars: one lazy query over all symbols, in memory or from the Hive Parquet; with and without polars-talib."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from benchmarks.system import Match, Places, Prepared, System


def query(bars, *, with_talib: bool = False):
    """Return the scan as a lazy frame over bars that are sorted by symbol and time."""
    import polars as pl

    close, volume = pl.col("close"), pl.col("volume")
    if with_talib:
        import polars_talib  # noqa: F401  adds .ta to expressions

        average, strength, usual = close.ta.sma(200), close.ta.rsi(14), volume.ta.sma(20)
    else:
        change = close.diff()
        smooth = {"alpha": 1 / 14, "adjust": False, "min_samples": 14}
        up = change.clip(lower_bound=0).ewm_mean(**smooth)
        down = (-change).clip(lower_bound=0).ewm_mean(**smooth)
        average, strength, usual = (
            close.rolling_mean(200),
            100 - 100 / (1 + up / down),
            volume.rolling_mean(20),
        )
    series = {"average": average, "strength": strength, "usual_volume": usual}
    bars = bars.with_columns(**{name: each.over("symbol") for name, each in series.items()})
    bars = bars.with_columns(before=pl.col("strength").shift(1).over("symbol"))
    crossed = (pl.col("strength") > 30) & (pl.col("before") <= 30)
    return bars.filter((close > pl.col("average")) & crossed & (volume > 1.5 * pl.col("usual_volume")))


def days(found) -> Iterable[Match]:
    return zip(found["symbol"].to_list(), found["timestamp"].dt.strftime("%Y-%m-%d").to_list(), strict=True)


def cold(places: Places) -> Prepared:
    import polars as pl

    files = str(places.bars / "**" / "*.parquet")
    return Prepared(lambda: query(pl.scan_parquet(files, hive_partitioning=True)).collect(), days)


def in_memory(places: Places, *, with_talib: bool) -> Prepared:
    import polars as pl

    bars = pl.read_parquet(str(places.bars / "**" / "*.parquet"), hive_partitioning=True)
    return Prepared(lambda: query(bars.lazy(), with_talib=with_talib).collect(), days)


HELD = "all bars are in memory, as one frame"
SYSTEMS = (
    System("polars, cold", "frames", "nothing is read before; all cores", cold, ("polars",)),
    System("polars, in memory", "frames", HELD, partial(in_memory, with_talib=False), ("polars",)),
    System("polars-talib", "frames", HELD, partial(in_memory, with_talib=True), ("polars", "polars-talib")),
)
