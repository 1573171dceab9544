"""Whole programs for the tests: each holds a pool and ends, or is ended, as no test process could survive it.

Started as ``python execution_programs.py NAME``; each says on stdout when it has come to its point.
"""

from __future__ import annotations

import sys
import threading
import time

from engine.execution.backend import Item, Task
from engine.execution.cluster import open_cluster
from engine.execution.pool import SupervisedPool

TASK = Task("execution_tasks:open_deeds")


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def items(*deeds):
    return [Item(str(number), deed) for number, deed in enumerate(deeds)]


def run_in_thread(pool, *deeds):
    threading.Thread(target=lambda: list(pool.run(TASK, items(*deeds))), daemon=True).start()


def wait_for_workers(pool):
    while len(pool.pids()) < pool.workers:
        time.sleep(0.01)


def orphans():
    """Hold one worker in each state and wait to be killed."""
    pool = SupervisedPool(4)
    pool.warm_up()
    wait_for_workers(pool)
    run_in_thread(pool, ("sleep", 600), ("spin_deaf",), ("hang_in_c",))
    time.sleep(0.3)  # until the three are in their items
    say(" ".join(map(str, pool.pids())))
    time.sleep(600)


def exit_idle():
    pool = SupervisedPool(2)
    list(pool.run(TASK, items(("return", 1))))
    say("at the end")


def exit_with_suspended_run():
    pool = SupervisedPool(2)
    run = pool.run(TASK, items(("return", 1), ("spin_deaf",), ("spin_deaf",)))
    next(run)
    globals()["keep"] = run
    say("at the end")


def exit_with_run_in_thread():
    pool = SupervisedPool(2)
    wait_for = SupervisedPool(1)
    run_in_thread(pool, ("spin_deaf",), ("hang_in_c",))
    list(wait_for.run(TASK, items(("return", 1))))
    say("at the end")


def exit_while_starting():
    pool = SupervisedPool(2)
    pool.warm_up()
    globals()["keep"] = pool
    say("at the end")


def talkative_worker():
    pool = SupervisedPool(1)
    list(pool.run(TASK, items(("print", "from the worker"))))
    pool.close()
    say("from the program")


def begin_on(address):
    """Keep both workers of a cluster busy for ever, and tell the ids of the processes that are."""
    backend = open_cluster(address)
    deeds = [("pid",), ("pid",), *[("spin_deaf",)] * 6]
    run = backend.run(TASK, items(*deeds))
    pids = [next(run).value, next(run).value]
    globals()["keep"] = run
    return run, " ".join(map(str, pids))


def exit_with_suspended_run_on(address):
    _, pids = begin_on(address)
    say(pids)


def exit_with_run_in_thread_on(address):
    run, pids = begin_on(address)
    threading.Thread(target=lambda: list(run), daemon=True).start()
    say(pids)


def be_killed_on(address):
    _, pids = begin_on(address)
    say(pids)
    time.sleep(600)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
