"""Volume: what is traded in money, and at which price on average."""

from __future__ import annotations

import numpy as np

from engine.formula.functions.definition import OWN, Constants, Function, Kernel, period, window_lookback
from engine.indicators.catalogue import indicator
from engine.indicators.kernels import session_vwap
from engine.market.bars import FloatArray

# A session of minutes has no more bars.
_LONGEST_SESSION = 24 * 60


def _average_of_product(constants: Constants) -> Kernel:
    average = indicator("SMA").kernel
    bars = int(constants[0])

    def kernel(close: FloatArray, volume: FloatArray) -> FloatArray:
        result: FloatArray = average(np.multiply(close, volume), bars)
        return result

    return kernel


OWN.add(
    "dollar_volume",
    Function(
        name="dollar_volume",
        summary="Close times volume, averaged over n bars: money that changed hands per bar",
        family="Volume",
        arguments=(period(),),
        bind=_average_of_product,
        implied=("close", "volume"),
        lookback=window_lookback,
        is_indicator=True,
    ),
)

OWN.add(
    "vwap",
    Function(
        name="vwap",
        summary="The volume-weighted mean price since the session's first bar",
        family="Volume",
        arguments=(),
        bind=lambda _constants: session_vwap,
        implied=("high", "low", "close", "volume", "session"),
        settles=lambda _constants: _LONGEST_SESSION,
        is_indicator=True,
        scale="price",
    ),
)
