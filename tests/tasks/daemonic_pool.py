"""What daemonic processes of the tests do with a pool of their own; each says one thing over its pipe."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

from engine.execution.backend import Item, Task
from engine.execution.pool import SupervisedPool

TASK = Task("execution_tasks:open_deeds")


def items(*deeds):
    return [Item(str(number), deed) for number, deed in enumerate(deeds)]


def tell_outcomes(pipe):
    deeds = [("return", 0), ("spin_deaf",), ("leave", 5), ("kill", signal.SIGKILL), ("return", 4)]
    with closing(SupervisedPool(1)) as pool:
        outcomes = sorted(pool.run(TASK, items(*deeds), chunk=5, timeout=1.0), key=lambda each: each.index)
    told = [(outcome.status.value, outcome.value, outcome.exit_code) for outcome in outcomes]
    pipe.send({"daemonic": multiprocessing.current_process().daemon, "outcomes": told})


def tell_what_stays(pipe):
    counts, pids = [], []
    for _ in range(2):
        with closing(SupervisedPool(2)) as pool:
            pids += [outcome.value for outcome in pool.run(TASK, items(("pid",), ("pid",)))]
        counts.append(len(list(Path("/dev/fd").iterdir())))
    pipe.send({"descriptors": counts, "pids": pids})


def tell_path(pipe):
    with closing(SupervisedPool(1)) as pool:
        (outcome,) = pool.run(TASK, items(("path",)))
    pipe.send({"parent": sys.path, "worker": outcome.value})


def hold_busy_workers(pipe):
    pool = SupervisedPool(2)
    run = pool.run(TASK, items(("pid",), ("pid",), ("hang_in_c",), ("spin_deaf",)))
    threading.Thread(target=lambda: list(run), daemon=True).start()
    while len(pool.pids()) < 2:
        time.sleep(0.01)
    time.sleep(0.3)  # until both are at it
    pipe.send([pid for pid in pool.pids() if pid != os.getpid()])
    time.sleep(600)
