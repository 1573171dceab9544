"""Which panel each series belongs to."""

from __future__ import annotations

import numpy as np
import pytest

from gui.chart.data import ChartSeries, arrange


def series(name, count=400, **display):
    return ChartSeries(name, np.zeros(count), **display)


def test_price_and_volume_come_first_and_groups_share_a_panel(data_of):
    data = data_of(
        series=[
            series("rsi", panel="own", levels=(70.0, 30.0)),
            series("sma", panel="price"),
            series("macd", panel="own", group="m"),
            series("signal", panel="own", group="m"),
            series("mean volume", panel="volume"),
        ]
    )
    panels = arrange(data)
    assert [panel.place for panel in panels] == ["price", "volume", "own", "own"]
    names = [[placed.series.name for placed in panel.series] for panel in panels]
    assert names == [["sma"], ["mean volume"], ["rsi"], ["macd", "signal"]]
    assert panels[2].levels == (30.0, 70.0)


def test_every_series_has_a_colour_of_its_own_but_a_band_has_one(data_of):
    data = data_of(
        series=[
            series("sma", panel="price"),
            series("upper", panel="price", style="band_upper", group="b"),
            series("lower", panel="price", style="band_lower", group="b"),
            series("rsi"),
        ]
    )
    colours = [placed.colour for panel in arrange(data) for placed in panel.series]
    assert colours == [0, 1, 1, 2]


def test_bars_without_volume_have_no_volume_panel(bars_of, data_of):
    bars = bars_of(30)
    bars.volume[:] = np.nan
    assert [panel.place for panel in arrange(data_of(bars))] == ["price"]


def test_two_series_without_a_group_do_not_share_a_panel(data_of):
    assert len(arrange(data_of(series=[series("rsi"), series("rsi")]))) == 4


def test_a_series_of_another_length_is_refused(data_of):
    with pytest.raises(ValueError, match="rsi has 3 values for 400 bars"):
        data_of(series=[series("rsi", count=3)])
