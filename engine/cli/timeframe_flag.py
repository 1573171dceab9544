"""The flag that says how long a bar is."""

from __future__ import annotations

import argparse

from engine.market.timeframe import Timeframe


def add_timeframe_flag(parser: argparse.ArgumentParser, default: str | None = "1d") -> None:
    """Add ``--timeframe``; ``default`` None lets something else decide, in the end ``1d``."""
    codes = " ".join(timeframe.value for timeframe in Timeframe)
    parser.add_argument(
        "--timeframe", default=default, metavar="CODE", help=f"length of a bar: {codes} (default 1d)"
    )
