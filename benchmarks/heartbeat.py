"""How long the window's thread is away from its events: a timer beats every 5 ms, and what ran in a late beat is kept.

1. Each beat notes four clocks: the wall, the processor time of the window's thread, that of the whole process, and
   how long the kernel has let the window's thread wait for a processor (Linux tells; elsewhere it stays 0).
2. The *block* between two beats is what the wall lost beyond the interval without that wait, which no program can
   help on a machine that others load, and not more than the process worked. What another thread of this process
   does meanwhile counts as ours, since it may have held the interpreter: so it is the most that the window can be
   blamed for, and the time that its own thread worked is the least.
3. While a beat is late, a second thread takes the stack of the window's thread again and again. It sees nothing while
   another thread holds the interpreter. (``faulthandler`` would, and brings the program down now and then; so does
   this second thread while the window is shown for the first time, which is then watched without it.)
"""

from __future__ import annotations

import re
import sys
import threading
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL = 0.005
# A beat that is later than this is kept; one that is later than LOOK is looked at.
LATE = 0.015
LOOK = 0.025
_DEPTH = 9
_SCHEDULE = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True)
class Block:
    """One stretch without a beat, in seconds; ``own`` is the most that this process is to blame for."""

    at: float
    wall: float
    thread: float
    process: float
    queued: float = 0.0
    stacks: tuple[str, ...] = field(default=(), repr=False)

    @property
    def own(self) -> float:
        """The wall's loss without the wait for a processor, but not more than the process worked."""
        return min(max(self.wall - self.queued, self.thread), self.process)

    def where(self) -> str:
        """Return the stacks that were seen most, the innermost call first."""
        return "\n".join(f"    {count} ×\n{stack}" for stack, count in Counter(self.stacks).most_common(2))


class Heartbeat(QObject):
    """Beats in the thread that makes it; ``blocks`` are the beats that came late."""

    def __init__(self, parent: QObject | None = None, *, takes_stacks: bool = True) -> None:
        super().__init__(parent)
        self.blocks: list[Block] = []
        self.beats = 0
        self._began = time.perf_counter()
        self._last = _clocks()
        self._stacks: list[str] = []
        self._thread = threading.get_ident()
        self._ended = threading.Event()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(round(INTERVAL * 1000))
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)
        if takes_stacks:
            self._watcher.start()

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()
        self._ended.set()
        if self._watcher.is_alive():
            self._watcher.join()

    def longest(self, count: int) -> list[Block]:
        """Return the longest blocks, the worst first."""
        return sorted(self.blocks, key=lambda block: -block.own)[:count]

    def _beat(self) -> None:
        now, last = _clocks(), self._last
        wall, thread, process, queued = (after - before for after, before in zip(now, last, strict=True))
        if wall - INTERVAL > LATE:
            stacks, self._stacks = tuple(self._stacks), []
            self.blocks.append(Block(last[0] - self._began, wall - INTERVAL, thread, process, queued, stacks))
        self.beats += 1
        self._last = now

    def _watch(self) -> None:
        while not self._ended.wait(LOOK / 2):
            if time.perf_counter() - self._last[0] > LOOK:
                frame = sys._current_frames().get(self._thread)
                found = traceback.extract_stack(frame)[-_DEPTH:]
                told = (
                    f"        {_short(each.filename)}:{each.lineno} {each.name}" for each in reversed(found)
                )
                self._stacks.append("\n".join(told))


def _short(path: str) -> str:
    return re.sub(r".*/(?=(engine|gui|benchmarks|site-packages|lib)/)", "", path)


def _clocks() -> tuple[float, float, float, float]:
    return time.perf_counter(), time.thread_time(), time.process_time(), _queued()


def _queued() -> float:
    """Return the seconds that this thread was ready to run and got no processor; 0 where nobody tells."""
    try:
        return int(_SCHEDULE.read_text().split()[1]) / 1e9
    except OSError:
        return 0.0
