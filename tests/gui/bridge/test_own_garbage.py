from __future__ import annotations

import gc
import threading
import weakref

import pytest

from gui.bridge.own_garbage import OwnGarbage


class Knot:
    """An object that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def garbage(qtbot):
    before = gc.get_threshold()
    made = OwnGarbage()
    yield made
    made._timer.stop()
    gc.set_threshold(*before)


def dropped() -> tuple[weakref.ref[Knot], list[int]]:
    """Drop a knot; return it, and in which thread it goes."""
    knot, gone = Knot(), []
    return weakref.ref(knot, lambda _: gone.append(threading.get_ident())), gone


def test_what_is_dropped_goes_in_the_windows_thread(qtbot, garbage):
    knot, gone = dropped()
    qtbot.waitUntil(lambda: bool(gone))
    assert knot() is None
    assert gone == [threading.get_ident()]


def test_other_threads_collect_nothing_however_much_they_make(garbage):
    gc.collect()
    garbage._timer.stop()
    knot, gone = dropped()
    gc.set_threshold(10, 1, 1)

    def make() -> None:
        for _ in range(1000):
            Knot()

    maker = threading.Thread(target=make)
    maker.start()
    maker.join()
    assert knot() is not None and not gone
    garbage.look()
    assert gone == [threading.get_ident()]


def test_nothing_is_collected_before_it_is_time(garbage):
    gc.collect()
    garbage._timer.stop()
    gc.set_threshold(1_000_000, 1000, 1000)
    knot, _ = dropped()
    garbage.look()
    assert knot() is not None
