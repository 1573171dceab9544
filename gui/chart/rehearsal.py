"""A made-up chart, drawn once behind the scenes so that the first true one comes as quickly as any other. No Qt."""

from __future__ import annotations

import numpy as np

from engine.market.bars import Bars
from engine.market.timeframe import Timeframe
from gui.chart.data import ChartData, ChartSeries

_COUNT = 240


def made_up_chart() -> ChartData:
    """Return a chart with a panel of each kind; nobody sees it."""
    days = np.datetime64("2020-01-01", "us") + np.arange(_COUNT) * np.timedelta64(1, "D")
    wave = np.sin(np.arange(_COUNT) / 7.0)
    close = 100.0 + 10.0 * wave
    bars = Bars("", days, close - 0.5, close + 1.0, close - 1.0, close, np.full(_COUNT, 1e6))
    series = (
        ChartSeries("line", close + 2.0, "price"),
        ChartSeries("own", 50.0 + 40.0 * wave, "own", levels=(30.0, 70.0)),
    )
    signals = np.array([_COUNT // 2], dtype=np.intp)
    return ChartData("", "", Timeframe.parse("1d"), bars, series, signals)
