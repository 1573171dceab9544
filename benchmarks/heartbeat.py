"""How long the window's thread is away from its events: a timer beats every 5 ms, and what ran in a late beat is kept.

1. Each beat notes three clocks: the wall, the processor time of the window's thread, and that of the whole process.
2. The *block* between two beats is what the wall lost beyond the interval, but not more than the process worked: on
   a machine that others load, the rest was spent waiting for a processor, which no program can help. What another
   thread of this process does meanwhile counts as ours, since it may have held the interpreter: so it is the most
   that the window can be blamed for, and the time that its own thread worked is the least.
3. When a beat is late, ``faulthandler`` writes the stacks of all threads, again and again until the beat comes. It
   needs no interpreter for that, so that one that is held by another thread is seen, too.
"""

from __future__ import annotations

import faulthandler
import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL = 0.005
# A beat that is later than this is kept; one that is later than LOOK is looked at.
LATE = 0.015
LOOK = 0.025
_DEPTH = 9
_FRAME = re.compile(
    r'  File "(?:.*?/(?=(?:engine|gui|benchmarks|site-packages|lib)/))?(.*)", line (\d+) in (.*)'
)


@dataclass(frozen=True)
class Block:
    """One stretch without a beat, in seconds; ``own`` is the most that this process is to blame for."""

    at: float
    wall: float
    thread: float
    process: float
    stacks: tuple[str, ...] = field(repr=False)

    @property
    def own(self) -> float:
        """The wall's loss, but not more than the process worked."""
        return min(self.wall, self.process)

    def where(self) -> str:
        """Return the stacks that were seen most, the innermost call first."""
        return "\n".join(f"    {count} ×\n{stack}" for stack, count in Counter(self.stacks).most_common(2))


class Heartbeat(QObject):
    """Beats in the thread that makes it; ``blocks`` are the beats that came late."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.blocks: list[Block] = []
        self.beats = 0
        self._began = time.perf_counter()
        self._last = _clocks()
        self._dump = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  closed by stop
        self._thread = f"0x{threading.get_ident():016x}"
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(round(INTERVAL * 1000))

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()
        faulthandler.cancel_dump_traceback_later()
        self._dump.close()

    def longest(self, count: int) -> list[Block]:
        """Return the longest blocks, the worst first."""
        return sorted(self.blocks, key=lambda block: -block.own)[:count]

    def _beat(self) -> None:
        now, last = _clocks(), self._last
        wall, thread, process = (after - before for after, before in zip(now, last, strict=True))
        if wall - INTERVAL > LATE:
            block = Block(last[0] - self._began, wall - INTERVAL, thread, process, self._stacks())
            self.blocks.append(block)
        self.beats += 1
        self._last = _clocks()
        faulthandler.dump_traceback_later(LOOK, repeat=True, file=self._dump)

    def _stacks(self) -> tuple[str, ...]:
        """Read and forget what was dumped since the last late beat."""
        faulthandler.cancel_dump_traceback_later()
        self._dump.seek(0)
        dumps = self._dump.read().split("Timeout (")[1:]
        self._dump.seek(0)
        self._dump.truncate()
        return tuple(self._told(dump) for dump in dumps)

    def _told(self, dump: str) -> str:
        """Return where the window's thread is; where it only waits for the interpreter, the other threads, too."""
        threads = re.split(r"\n\n|(?<=\n)(?=Thread 0x)", dump)
        own = [each for each in threads if self._thread in each]
        others = [each for each in threads if each.startswith("Thread") and self._thread not in each]
        told = [_frames(each) for each in own]
        if own and own[0].count("\n  File") <= _DEPTH and "in _beat" not in own[0]:
            told += ["    meanwhile\n" + _frames(each) for each in others if "in exec\n" not in each]
        return "\n".join(told)


def _clocks() -> tuple[float, float, float]:
    return time.perf_counter(), time.thread_time(), time.process_time()


def _frames(thread: str) -> str:
    found = [_FRAME.match(line) for line in thread.splitlines()]
    return "\n".join("        {}:{} {}".format(*each.groups()) for each in found[: _DEPTH + 1] if each)
