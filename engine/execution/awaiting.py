"""Waiting for blocking work from a coroutine, without blocking its event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def await_blocking(work: Callable[[], T], stop: Callable[[], object]) -> T:
    """Run ``work`` in a thread and return what it returns.

    When the awaiting task is cancelled, ``stop`` is called, which should make ``work`` end soon, and the
    cancellation goes on once it has.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop()
        await asyncio.wait([running])
        raise
