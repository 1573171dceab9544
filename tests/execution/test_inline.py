from __future__ import annotations

import os

from engine.execution.backend import CancelFlag, Item, Status, Task
from engine.execution.inline import InlineBackend


def test_items_run_in_this_process_in_order():
    items = [Item("first", ("pid",)), Item("second", ("return", [1]))]
    outcomes = list(InlineBackend().run(Task("execution_tasks:open_deeds"), items))
    assert [outcome.key for outcome in outcomes] == ["first", "second"]
    assert outcomes[0].value == os.getpid()


def test_a_value_that_cannot_be_pickled_is_fine_here():
    (outcome,) = InlineBackend().run(Task("execution_tasks:open_deeds"), [Item("x", ("return_lambda",))])
    assert outcome.status is Status.OK
    assert outcome.value() is None


def test_a_cancel_between_two_items_is_heard():
    cancel = CancelFlag()
    run = InlineBackend().run(
        Task("execution_tasks:open_echo"), [Item(str(n), n) for n in range(3)], cancel=cancel
    )
    assert next(run).status is Status.OK
    cancel.set()
    assert [outcome.status for outcome in run] == [Status.CANCELLED] * 2
