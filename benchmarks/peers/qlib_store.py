"""Microsoft qlib: its expressions over its own binary store, written once; two processes."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.standard_work import symbol_files
from benchmarks.system import Match, Places, Prepared, System

PROCESSES = 2
CHANGE = "($close-Ref($close,1))"
# An average with a factor below 1 in place of a span is Wilder's.
STRENGTH = f"(100-100/(1+EMA(Greater({CHANGE},0),{1 / 14})/EMA(Greater(0-{CHANGE},0),{1 / 14})))"
FIELDS = {
    "close": "$close",
    "average": "Mean($close,200)",
    "strength": STRENGTH,
    "before": f"Ref({STRENGTH},1)",
    "volume": "$volume",
    "usual_volume": "Mean($volume,20)",
}


def store(places: Places) -> None:
    """Write calendar, list of instruments and one file of 32-bit numbers per symbol and field."""
    import numpy as np
    import pyarrow.parquet as pq

    calendar: list[str] = []
    lines = []
    for symbol, path in symbol_files(places.bars).items():
        table = pq.read_table(path, columns=["timestamp", "close", "volume"], partitioning=None)
        calendar = calendar or [str(when)[:10] for when in table["timestamp"].to_pylist()]
        folder = places.own / "features" / symbol.lower()
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("close", "volume"):
            values = np.concatenate(([0.0], table[name].to_numpy())).astype("<f4")
            values.tofile(folder / f"{name}.day.bin")
        lines.append(f"{symbol}\t{calendar[0]}\t{calendar[-1]}")
    for name, rows in {"calendars/day.txt": calendar, "instruments/all.txt": lines}.items():
        (places.own / name).parent.mkdir(exist_ok=True)
        (places.own / name).write_text("\n".join(rows) + "\n", encoding="utf-8")


def scan():
    """Return the matches as a frame with indexes instrument and day."""
    from qlib.data import D

    frame = D.features(D.instruments("all"), list(FIELDS.values()))
    frame.columns = list(FIELDS)
    crossed = (frame["strength"] > 30) & (frame["before"] <= 30)
    is_full = frame.groupby(level="instrument").cumcount() >= 199
    above = frame["close"] > frame["average"]
    return frame[is_full & above & crossed & (frame["volume"] > 1.5 * frame["usual_volume"])]


def days(found) -> Iterable[Match]:
    return [(symbol, day.strftime("%Y-%m-%d")) for symbol, day in found.index]


def prepare(places: Places) -> Prepared:
    import qlib

    settings = {"expression_cache": None, "dataset_cache": None, "kernels": PROCESSES}
    qlib.init(provider_uri=str(places.own), region="us", logging_level=40, **settings)

    def forget() -> None:
        """Empty the cache in memory, or the second scan would only look up the first."""
        from qlib.data.cache import H

        H.clear()

    return Prepared(scan, days, before=forget)


SYSTEMS = (
    System(
        "qlib, 2 processes",
        "qlib",
        "its own binary store is written; its caches are empty before every scan",
        prepare,
        ("pyqlib", "pandas"),
        store,
        differs="its store rounds prices to 32 bits",
    ),
)
