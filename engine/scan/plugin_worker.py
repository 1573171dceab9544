"""The part of a plug-in's round that runs in a worker: its events on one symbol after another.

The worker's process is the plug-in's own and ends with the round, so that what it does to the process harms nobody. Not
here: what becomes of the events (``event_worker``), or of its failures (``plugin_rounds``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.data.opening import open_repository
from engine.data.series import load_bars
from engine.detectors.plugin import Plugin, PluginReport, open_plugin, silence_descriptors
from engine.market.timeframe import Timeframe

TASK = "engine.scan.plugin_worker:open_plugin_round"


@dataclass(frozen=True, slots=True)
class PluginContext:
    """All that a worker needs to know about a round."""

    address: str
    timeframe: Timeframe
    plugin: Plugin
    values: Mapping[str, float]


def open_plugin_round(context: PluginContext) -> Callable[[str], PluginReport]:
    """Open the data and return the function that calls the plug-in for one symbol."""
    silence_descriptors()
    repository = open_repository(context.address)
    call = open_plugin(context.plugin, context.values)

    def report_on(symbol: str) -> PluginReport:
        bars, _ = load_bars(repository, symbol, context.timeframe)
        return call(bars)

    return report_on
