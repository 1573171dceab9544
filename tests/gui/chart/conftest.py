"""Charts to test with: a random walk with a fixed seed, and the widget on an invisible screen."""

from __future__ import annotations

import numpy as np
import pytest

from engine.market.bars import Bars
from engine.market.timeframe import Timeframe
from gui.chart.data import ChartData, ChartSeries


def make_bars(count=400, seed=1, symbol="ABC", start="2022-03-01"):
    random = np.random.default_rng(seed)
    close = 50 * np.exp(np.cumsum(random.normal(0.0005, 0.015, count)))
    opened = np.concatenate(([50.0], close[:-1])) * np.exp(random.normal(0, 0.004, count))
    high = np.maximum(opened, close) * np.exp(np.abs(random.normal(0, 0.005, count)))
    low = np.minimum(opened, close) * np.exp(-np.abs(random.normal(0, 0.005, count)))
    volume = np.round(np.exp(random.normal(14, 0.4, count)))
    days = np.busday_offset(start, np.arange(count), roll="forward").astype("datetime64[us]")
    return Bars(symbol, days, opened, high, low, close, volume)


def make_data(bars=None, series=(), signals=(), title="", **arguments):
    bars = bars if bars is not None else make_bars(**arguments)
    return ChartData(bars.symbol, title, Timeframe.DAY, bars, tuple(series), np.array(signals, dtype=np.intp))


def make_full_data(**arguments):
    """An overlay, an oscillator with levels, and a signal every 25 bars."""
    bars = make_bars(**arguments)
    count = len(bars)
    mean = np.full(count, np.nan)
    mean[19:] = np.convolve(bars.close, np.full(20, 1 / 20), mode="valid")[: count - 19]
    swing = 50 + 40 * np.sin(np.arange(count) / 9)
    series = (
        ChartSeries("sma(close, 20)", mean, panel="price"),
        ChartSeries("rsi(close, 14)", swing, panel="own", levels=(30.0, 70.0)),
    )
    return make_data(bars, series, range(10, count, 25))


@pytest.fixture
def bars_of():
    return make_bars


@pytest.fixture
def data_of():
    return make_data


@pytest.fixture
def full_data():
    return make_full_data
