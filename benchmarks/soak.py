"""Ten minutes of a pool whose workers are killed at random: ``python benchmarks/soak.py --seconds 600``.

Items of every kind go through in run after run (quick ones, large ones, ones that raise, hang or crash); some runs are
cancelled, some are dropped. All the while a worker is killed every 20 to 120 ms, but for one run in six, which is
*calm*: no kill, and more items that hang, asleep, spinning, deaf to SIGTERM, or in C with the interpreter's lock held.
It counts, and exits with 1 unless

- every item of every run has exactly one outcome, of a kind that it may have, with the right value; in a calm run
  each kind has but one: what hangs has timed out, what crashes has crashed, and nothing else has;
- no run takes longer than a minute, which is called stuck;
- afterwards an undisturbed run is all right, and no process, thread or descriptor is left.
"""

from __future__ import annotations

import argparse
import ctypes
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
OWN = {
    "echo": Status.OK,
    "large": Status.OK,
    "raise": Status.ERROR,
    "sleep": Status.TIMEOUT,
    "spin": Status.TIMEOUT,
    "deaf": Status.TIMEOUT,
    "lock": Status.TIMEOUT,
    "leave": Status.CRASH,
}
WEIGHTS = {"echo": 900, "large": 60, "raise": 30, "sleep": 1, "spin": 1, "deaf": 1, "lock": 1, "leave": 8}
CALM_WEIGHTS = WEIGHTS | {"sleep": 4, "spin": 4, "deaf": 4, "lock": 4}


def open_mix(_context):
    """Return what does as an item says; in the workers."""
    return lambda payload: DEEDS[payload[0]](payload[1])


def _raise(number):
    raise ValueError(number)


def _sleep(_number):
    time.sleep(3600)


def _spin(_number):
    while True:
        pass


def _be_deaf(_number):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _spin(_number)


def _hold_the_lock(_number):
    ctypes.PyDLL(None).sleep(3600)  # as PyDLL, it keeps the interpreter's lock


DEEDS = {
    "echo": lambda number: number,
    "large": lambda number: (number, bytes(200_000)),
    "raise": _raise,
    "sleep": _sleep,
    "spin": _spin,
    "deaf": _be_deaf,
    "lock": _hold_the_lock,
    "leave": os._exit,
}


class Killer(threading.Thread):
    """Kills a random worker now and then."""

    def __init__(self, pool, seed):
        super().__init__(daemon=True)
        self.kills = 0
        self.stop = threading.Event()
        self.rest = threading.Event()
        # Held over each kill, so that a calm run begins with none on its way.
        self.at_it = threading.Lock()
        self._pool = pool
        self._chance = random.Random(seed)

    def run(self):
        while not self.stop.wait(self._chance.uniform(0.02, 0.12)):
            with self.at_it:
                if not self.rest.is_set() and (pids := self._pool.pids()):
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
        self.calm_runs = 0
        self.timeouts = 0
        self.wrong = []
        self.slowest = 0.0

    def one_run(self, pool, *, calm):
        """Do one run of a random kind and check what comes of it; ``calm`` says that nobody kills."""
        weights = CALM_WEIGHTS if calm else WEIGHTS
        kinds = self.chance.choices(list(weights), list(weights.values()), k=self.chance.randint(1, 400))
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
                self._check(kinds, seen, outcome, calm=calm, may_be_cancelled=fate == "cancelled")
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
        self.calm_runs += calm
        self.timeouts += sum(status == Status.TIMEOUT for status in seen.values())
        self.outcomes.update(seen.values())

    def _check(self, kinds, seen, outcome, *, calm, may_be_cancelled):
        kind = kinds[outcome.index]
        if outcome.index in seen:
            self.wrong.append(f"two outcomes for one {kind}")
        seen[outcome.index] = outcome.status.value
        allowed = {OWN[kind]} if calm else {OWN[kind], Status.CRASH}
        allowed |= {Status.CANCELLED} if may_be_cancelled else set()
        if outcome.status not in allowed:
            self.wrong.append(f"{kind} came back as {outcome.status}: {outcome.error}")
        if outcome.status is Status.OK:
            value = outcome.value if kind == "echo" else outcome.value[0]
            if value != outcome.index:
                self.wrong.append(f"{kind} {outcome.index} came back with the value of {value}")


def calm_run(counts, pool, killer):
    """Do one run while nobody kills; a run of its own before it takes up what was killed until then."""
    killer.rest.set()
    with killer.at_it:
        pass
    list(pool.run(TASK, [Item("x", ("echo", 0))] * 8))
    counts.one_run(pool, calm=True)
    killer.rest.clear()


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
        calm_run(counts, pool, killer) if counts.chance.random() < 1 / 6 else counts.one_run(pool, calm=False)
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"  {end - told:4.0f} s to go: {killer.kills:,} kills, {counts.items:,} items", flush=True)
    killer.stop.set()
    killer.join()
    outcomes = list(pool.run(TASK, [Item(str(n), ("echo", n)) for n in range(500)], chunk=5))
    if [outcome.value for outcome in sorted(outcomes, key=lambda each: each.index)] != list(range(500)):
        counts.wrong.append("the pool is not usable afterwards")
    pool.close()
    if seconds >= 30 and not counts.timeouts:
        counts.wrong.append("nothing has timed out")
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
    print(f"runs      {sum(counts.runs.values()):,}  {dict(counts.runs)}, {counts.calm_runs:,} of them calm")
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
