"""Ten minutes of a pool whose workers are killed at random: ``python benchmarks/soak.py --seconds 600``.

Items of every kind go through in run after run (quick ones, large ones, ones that raise, hang or crash); some runs are
cancelled, some are dropped. All the while a worker is killed every 20 to 120 ms. It counts, and exits with 1 unless

- every item of every run has exactly one outcome, of a kind that it may have, with the right value;
- no run takes longer than a minute, which is called stuck;
- afterwards an undisturbed run is all right, and no process, thread or descriptor is left.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from engine.execution.backend import CancelFlag, Item, Status, Task
from engine.execution.pool import SupervisedPool

TASK = Task("soak:open_mix")
STUCK_SECONDS = 60.0
LIMIT_SECONDS = 0.5
# A kill may hit any item twice, so that each may end as a crash.
ALLOWED = {
    "echo": {Status.OK, Status.CRASH},
    "large": {Status.OK, Status.CRASH},
    "raise": {Status.ERROR, Status.CRASH},
    "hang": {Status.TIMEOUT, Status.CRASH},
    "leave": {Status.CRASH},
}
WEIGHTS = {"echo": 900, "large": 60, "raise": 30, "hang": 2, "leave": 8}


def open_mix(_context):
    """Return what does as an item says; in the workers."""
    return lambda payload: DEEDS[payload[0]](payload[1])


def _raise(number):
    raise ValueError(number)


def _hang(_number):
    while True:
        pass


DEEDS = {
    "echo": lambda number: number,
    "large": lambda number: (number, bytes(200_000)),
    "raise": _raise,
    "hang": _hang,
    "leave": os._exit,
}


class Killer(threading.Thread):
    """Kills a random worker now and then."""

    def __init__(self, pool, seed):
        super().__init__(daemon=True)
        self.kills = 0
        self.stop = threading.Event()
        self._pool = pool
        self._chance = random.Random(seed)

    def run(self):
        while not self.stop.wait(self._chance.uniform(0.02, 0.12)):
            if pids := self._pool.pids():
                try:
                    os.kill(self._chance.choice(pids), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.kills += 1


class Soak:
    """The counts of one soak."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.runs = Counter()
        self.outcomes = Counter()
        self.items = 0
        self.wrong = []
        self.slowest = 0.0

    def one_run(self, pool):
        """Do one run of a random kind and check what comes of it."""
        kinds = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=self.chance.randint(1, 400))
        items = [Item(str(number), (kind, number)) for number, kind in enumerate(kinds)]
        fate = self.chance.choices(["finished", "cancelled", "dropped"], [8, 1, 1])[0]
        turn = self.chance.randint(0, len(items))
        cancel = CancelFlag()
        seen = {}
        began = time.monotonic()
        stream = pool.run(
            TASK,
            items,
            chunk=self.chance.choice([1, 3, 20]),
            timeout=LIMIT_SECONDS,
            cancel=cancel,
            heartbeat=0.2,
        )
        for outcome in stream:
            if outcome is not None:
                self._check(kinds, seen, outcome, may_be_cancelled=fate == "cancelled")
            if len(seen) >= turn and fate != "finished":
                if fate == "dropped":
                    stream.close()
                    break
                cancel.set()
            if time.monotonic() - began > STUCK_SECONDS:
                fate = "stuck"
                stream.close()
                break
        if fate in {"finished", "cancelled"} and len(seen) != len(items):
            self.wrong.append(f"{len(items) - len(seen)} items without an outcome in a run that was {fate}")
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.items += len(items)
        self.runs[fate] += 1
        self.outcomes.update(seen.values())

    def _check(self, kinds, seen, outcome, *, may_be_cancelled):
        kind = kinds[outcome.index]
        if outcome.index in seen:
            self.wrong.append(f"two outcomes for one {kind}")
        seen[outcome.index] = outcome.status.value
        allowed = ALLOWED[kind] | ({Status.CANCELLED} if may_be_cancelled else set())
        if outcome.status not in allowed:
            self.wrong.append(f"{kind} came back as {outcome.status}: {outcome.error}")
        if outcome.status is Status.OK:
            value = outcome.value if kind == "echo" else outcome.value[0]
            if value != outcome.index:
                self.wrong.append(f"{kind} {outcome.index} came back with the value of {value}")


def left_over():
    """Return what this process holds: threads and descriptors."""
    return threading.active_count(), len(list(Path("/dev/fd").iterdir()))


def soak(seconds, workers, seed):
    """Soak a pool; return the counts, the number of kills, and what is wrong."""
    with closing(SupervisedPool(1)) as first:  # starts what multiprocessing keeps for good
        list(first.run(TASK, [Item("x", ("echo", 0))]))
    before = left_over()
    pool = SupervisedPool(workers)
    counts = Soak(seed)
    killer = Killer(pool, seed)
    killer.start()
    end = time.monotonic() + seconds
    told = time.monotonic()
    while time.monotonic() < end and not counts.runs["stuck"]:
        counts.one_run(pool)
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"  {end - told:4.0f} s to go: {killer.kills:,} kills, {counts.items:,} items", flush=True)
    killer.stop.set()
    killer.join()
    outcomes = list(pool.run(TASK, [Item(str(n), ("echo", n)) for n in range(500)], chunk=5))
    if [outcome.value for outcome in sorted(outcomes, key=lambda each: each.index)] != list(range(500)):
        counts.wrong.append("the pool is not usable afterwards")
    pool.close()
    if left_over() != before:
        counts.wrong.append(f"threads and descriptors: {before} before, {left_over()} after")
    return counts, killer.kills


def main():
    """Run the soak of the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    counts, kills = soak(arguments.seconds, arguments.workers, arguments.seed)
    print(f"kills     {kills:,}")
    print(f"runs      {sum(counts.runs.values()):,}  {dict(counts.runs)}")
    print(f"items     {counts.items:,}")
    print(f"outcomes  {dict(counts.outcomes)}")
    print(f"slowest   {counts.slowest:.2f} s for a run")
    print(f"stuck     {counts.runs['stuck']}")
    print(f"wrong     {len(counts.wrong)}")
    for sentence in counts.wrong[:10]:
        print(f"  {sentence}")
    return 1 if counts.wrong or counts.runs["stuck"] else 0


if __name__ == "__main__":
    sys.exit(main())
