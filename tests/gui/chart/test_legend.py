"""Legends tell the values of one bar."""

from __future__ import annotations

import numpy as np

from gui.chart.data import ChartSeries, arrange
from gui.chart.date_ticks import DateScale
from gui.chart.legend import own_legend, plain_text, price_legend, volume_legend
from gui.wording import as_written


def test_the_price_legend_tells_the_bar_and_its_change(full_data):
    data = full_data()
    price = arrange(data)[0]
    lines = price_legend(data, price, DateScale(data.bars.timestamp), 200, as_written)
    bars = data.bars
    expected = [
        "ABC Daily",
        str(bars.timestamp[200].astype("datetime64[D]")),
        f"O {bars.open[200]:.2f} H {bars.high[200]:.2f} L {bars.low[200]:.2f} C {bars.close[200]:.2f}",
        f"{(bars.close[200] / bars.close[199] - 1) * 100:+.2f} %".replace("-", "−"),
        f"sma(close, 20) {data.series[0].values[200]:.2f}",
    ]
    text = plain_text(lines)
    for part in expected:
        assert part in text
    assert len(lines) == 2


def test_rising_and_falling_bars_have_their_colours(full_data):
    data = full_data()
    price, dates = arrange(data)[0], DateScale(data.bars.timestamp)
    for bar in range(1, 40):
        rising = data.bars.close[bar] >= data.bars.close[bar - 1]
        change = price_legend(data, price, dates, bar, as_written)[0][-1]
        assert change.role == ("up" if rising else "down")
        assert change.text[0] in ("▲■" if rising else "▼■")


def test_the_first_bar_is_compared_with_its_own_open(full_data):
    data = full_data()
    change = price_legend(data, arrange(data)[0], DateScale(data.bars.timestamp), 0, as_written)[0][-1]
    assert change.text.endswith(
        f"{(data.bars.close[0] / data.bars.open[0] - 1) * 100:+.2f} %".replace("-", "−")
    )


def test_values_have_the_colour_of_their_line_and_unknown_ones_a_dash(full_data):
    data = full_data()
    price, volume, own = arrange(data)
    unknown = price_legend(data, price, DateScale(data.bars.timestamp), 3, as_written)[1]
    assert [piece.text for piece in unknown] == ["sma(close, 20)", "–"]
    value = own_legend(own, 3)[0][-1]
    assert (value.role, value.line) == ("line", own.series[0].colour)
    assert plain_text(volume_legend(data, volume, 3, as_written)).startswith("Volume ")


def test_a_histogram_is_coloured_by_its_sign(data_of):
    data = data_of(series=[ChartSeries("h", np.linspace(-1, 1, 400), style="histogram")])
    own = arrange(data)[-1]
    assert own_legend(own, 0)[0][-1].role == "down"
    assert own_legend(own, 399)[0][-1].role == "up"


def test_a_title_stands_after_the_symbol_and_markup_is_plain_text(data_of):
    data = data_of(
        title="A <b>& Co", series=[ChartSeries("rsi(close, 2) <= 3", np.zeros(400), panel="price")]
    )
    text = plain_text(price_legend(data, arrange(data)[0], DateScale(data.bars.timestamp), 5, as_written))
    assert text.startswith("ABC A <b>& Co Daily")
    assert "rsi(close, 2) <= 3 0.00" in text
