"""The flag that says how long a bar is."""

from __future__ import annotations

import argparse

from engine.cli.timeframe_flag import add_timeframe_flag
from engine.market.timeframe import Timeframe


def test_the_help_names_every_timeframe():
    parser = argparse.ArgumentParser()
    add_timeframe_flag(parser)
    words = parser.format_help().split()
    assert [code.value for code in Timeframe if code.value not in words] == []
    assert parser.parse_args([]).timeframe == "1d"


def test_the_default_can_be_left_to_a_saved_scan():
    parser = argparse.ArgumentParser()
    add_timeframe_flag(parser, None)
    assert parser.parse_args([]).timeframe is None
    assert parser.parse_args(["--timeframe", "5m"]).timeframe == "5m"
