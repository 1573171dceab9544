"""A script without the guard that child processes need."""

from __future__ import annotations

from engine.execution.backend import Item, Task
from engine.execution.pool import SupervisedPool

pool = SupervisedPool(2)
list(pool.run(Task("execution_tasks:open_echo"), [Item("x", 1)]))
