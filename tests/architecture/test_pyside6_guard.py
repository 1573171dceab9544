"""Qt calls lose no reference to None or True (docs/decisions/0001-pyside6-pin.md)."""

from __future__ import annotations

PROGRAM = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

class Sender(QObject):
    fired = Signal(object)

class Receiver(QObject):
    count = 0

    @Slot(object)
    def take(self, payload):
        self.count += 1

application = QCoreApplication([])
sender, receiver = Sender(), Receiver()
sender.fired.connect(receiver.take)
counts = lambda: [sys.getrefcount(None), sys.getrefcount(True)]
before = counts()
for number in range(5000):
    sender.fired.emit(number)
for number in range(200):
    sender.setObjectName("sender")
    sender.blockSignals(False)
assert receiver.count == 5000, receiver.count
print(max(early - late for early, late in zip(before, counts())))
"""


def test_5000_signals_and_200_calls_lose_no_reference_to_none_or_true(run_python):
    """With the fault a count falls by one per call, and at zero the interpreter aborts."""
    assert int(run_python("-c", PROGRAM)) < 100
