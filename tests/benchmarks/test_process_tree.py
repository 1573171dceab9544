from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.process_tree import PeakMemory, family, processor_seconds

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="there is no /proc here")

CHILD = "held = bytearray(b'x') * {size}; print('ready', flush=True); input()"


@pytest.fixture
def child():
    """Start a program that holds 64 MB until its input ends."""
    command = [sys.executable, "-c", CHILD.format(size=64_000_000)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline() == "ready\n"
        yield program
        program.stdin.close()


def test_a_program_that_was_started_is_of_the_family(child):
    assert child.pid in family(os.getpid())
    assert family(child.pid) == [child.pid]


def test_memory_of_the_family_is_summed(child):
    watch = PeakMemory(child.pid, every=0.001)
    while not watch.has_looked:
        pass
    assert 64 < watch.stop() < 128


def test_processor_seconds_grow_with_work():
    before = processor_seconds(os.getpid())
    while processor_seconds(os.getpid()) <= before:
        pass
