from __future__ import annotations

import numpy as np

from engine.market.bars import Bars
from engine.scan.live.blocks import Block, blocks_of
from engine.scan.window import MatchWindow
from engine.testing import generate_test_bars

LAST_TWO = MatchWindow(last_bars=2)


def bars(*counts: int) -> list[Bars]:
    return [generate_test_bars(f"S{number}", count) for number, count in enumerate(counts)]


def test_symbols_are_put_together_in_order_and_those_without_bars_left_out():
    made = [*bars(30, 30, 30), Bars.empty("NONE"), *bars(5)]
    blocks = list(blocks_of(made, 50))
    assert [[len(each) for each in block.bars] for block in blocks] == [[30, 30], [30, 5]]
    assert [block.number for block in blocks] == [0, 1]


def test_rows_of_a_window_are_picked_out_of_all():
    block = Block(0, bars(4, 1, 3))
    values = np.arange(8.0)
    assert block.picked(values, LAST_TWO).tolist() == [2, 3, 4, 6, 7]
    assert block.picked(values, None) is values
    extent = block.extent(LAST_TWO)
    assert extent.last.tolist() == [1, 2, 4]
    assert extent.symbols_of(np.arange(5)).tolist() == [0, 0, 1, 2, 2]


def test_a_symbol_without_rows_in_the_window_has_no_last_one():
    short, long = bars(3, 40)
    window = MatchWindow(start=long.timestamp[20].astype("datetime64[D]").item())
    extent = Block(0, [short, long]).extent(window)
    assert extent.with_rows.tolist() == [1]
    assert extent.last.tolist() == [19]
    assert extent.symbols_of(np.array([0])).tolist() == [1]


def test_moments_are_those_of_the_rows():
    made = bars(4, 3)
    block = Block(0, made)
    assert block.moments(LAST_TWO).tolist() == [
        *made[0].timestamp[2:].tolist(),
        *made[1].timestamp[1:].tolist(),
    ]
    assert len(block.moments(None)) == 7
