"""The demo universe: synthetic bars on the disk, labelled as such wherever one might look.

Here: writing it. The model behind it is ``synthetic_market``. This is no source that ``ingest`` reads.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.atomic import atomic_path, remove_leftovers
from engine.data.folder_names import PREFIX, encode_symbol
from engine.data.parquet import BARS_FILE, write_bars
from engine.data.synthetic_market import DAYS_PER_YEAR, LAST_DAY, MOST_SYMBOLS, calendar, make_market, names
from engine.errors import JobError, OutputError
from engine.market.bars import Bars

README = "README.txt"
_MOST_YEARS = 60
_RECENT_BARS = 60
SEED = 20260101
_FIRST_LINE = "SYNTHETIC DATA - these symbols do not exist and no market ever traded them."


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a symbol that was traded on the last day stands: its close and its recent volatility per year."""

    symbol: str
    close: float
    volatility: float


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was written where."""

    path: Path
    symbols: int
    rows: int
    standings: tuple[Standing, ...]


def write_demo(
    path: str | Path,
    symbols: int = 500,
    years: int = 10,
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
) -> DemoReport:
    """Write a Hive folder of made-up bars; the same arguments give the same bytes.

    ``progress`` receives symbols written and their total. An earlier demo in the folder is replaced; a folder
    that holds other bars is left alone, with OutputError; numbers out of range are a JobError.
    """
    problems = []
    if not 1 <= symbols <= MOST_SYMBOLS:
        problems.append(("symbols", f"The number of symbols is {symbols:,}: choose 1 to {MOST_SYMBOLS:,}."))
    if not 1 <= years <= _MOST_YEARS:
        problems.append(("years", f"The number of years is {years:,}: choose 1 to {_MOST_YEARS}."))
    if problems:
        raise JobError(tuple(problems))
    root = Path(path).expanduser()
    _make_room(root)
    label = label_of(seed)
    rows, standings = 0, []
    # The label comes first: a demo that is interrupted is a labelled demo, too.
    with atomic_path(root / README) as temporary:
        temporary.write_text(_readme(symbols, years, seed), encoding="utf-8")
    for number, bars in enumerate(make_market(names(symbols), calendar(years), seed), start=1):
        folder = root / f"{PREFIX}{encode_symbol(bars.symbol)}"
        folder.mkdir(exist_ok=True)
        write_bars(bars, folder / BARS_FILE, {"candlewick.origin": label})
        rows += len(bars)
        standings += _standing(bars)
        if progress is not None:
            progress(number, symbols)
    return DemoReport(root, symbols, rows, tuple(standings))


def label_of(seed: int) -> str:
    """Return what every file of the demo says of itself."""
    return f"SYNTHETIC: made by 'candlewick demo' from seed {seed}; no market ever traded this."


def is_demo(root: Path) -> bool:
    """Tell whether a folder was written by :func:`write_demo`."""
    try:
        return (root / README).read_text(encoding="utf-8").startswith(_FIRST_LINE)
    except (OSError, UnicodeDecodeError):
        return False


def _standing(bars: Bars) -> list[Standing]:
    """Return where the symbol stands, or nothing for one that is not traded on the last day or has no past."""
    close = bars.close[-_RECENT_BARS:]
    if bars.timestamp[-1].astype("datetime64[D]").item() != LAST_DAY or len(close) < _RECENT_BARS:
        return []
    volatility = float(np.std(np.diff(np.log(close)))) * DAYS_PER_YEAR**0.5
    return [Standing(bars.symbol, float(close[-1]), volatility)]


def _make_room(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not is_demo(root):
            if any(root.glob(f"{PREFIX}*")):
                raise OutputError(str(root), "the folder holds bars that are no demo")
            if (root / README).exists():
                raise OutputError(str(root), f"the folder has a {README} of its own")
            return
        for folder in root.glob(f"{PREFIX}*"):
            remove_leftovers(folder)
            if {entry.name for entry in folder.iterdir()} <= {BARS_FILE}:
                shutil.rmtree(folder)
    except OSError as error:
        reason = (
            "it is a file" if isinstance(error, FileExistsError) else (error.strerror or str(error)).lower()
        )
        raise OutputError(str(root), reason) from error


def _readme(symbols: int, years: int, seed: int) -> str:
    return (
        f"{_FIRST_LINE}\n\n"
        f"{symbols:,} made-up symbols with up to {years} years of daily bars that end on {LAST_DAY},\n"
        f"written by 'candlewick demo' from seed {seed}. The same seed gives the same bars.\n"
        "Regimes, gaps, clusters of volatility, short histories, missing days and days without\n"
        "volume are all made up, so that the program can be tried out; nothing here says anything\n"
        "about a real market.\n"
    )
