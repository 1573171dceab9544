"""Rounds: every system once in a fresh interpreter, then all of them again in the opposite order, and so on.

What slows the machine down for a while meets them all. Memory is looked at in a run of its own, without a clock.
A system that is missing or fails says why, and is left out of the rounds that follow.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.environments import ROOT, Environment, last_line, open_environment
from benchmarks.process_tree import PeakMemory
from benchmarks.system import Match, System

LONGEST_RUN = 900.0


@dataclass
class Measured:
    """What is known about a system: a median per round, its matches, peak memory, or why there is nothing."""

    system: System
    rounds: list[float] = field(default_factory=list)
    processors: list[float] = field(default_factory=list)
    matches: frozenset[Match] | None = None
    versions: dict[str, str] = field(default_factory=dict)
    megabytes: float = float("nan")
    missing: str = ""
    failed: bool = False

    @property
    def seconds(self) -> float:
        """The median over the rounds."""
        return statistics.median(self.rounds)


class Rounds:
    """Runs systems over one folder of bars; ``cache`` keeps what systems write for themselves."""

    def __init__(self, systems: Sequence[System], bars: Path, cache: Path) -> None:
        self.measured = [Measured(system) for system in systems]
        self._bars, self._cache = bars, cache
        self._environments: dict[str, Environment] = {}

    def run(self, rounds: int) -> list[Measured]:
        """Prepare everything, run all rounds, look at the memory; return the systems in the order given."""
        for each in self.measured:
            self._prepare(each)
        for number in range(rounds):
            print(f"\nround {number + 1} of {rounds}", flush=True)
            for each in self.measured if number % 2 == 0 else reversed(self.measured):
                if not each.missing:
                    self._round(each)
        print("\nmemory", flush=True)
        for each in self.measured:
            if not each.missing and each.matches is not None:
                self._memory(each)
        return self.measured

    def _prepare(self, each: Measured) -> None:
        name = each.system.environment
        if name not in self._environments:
            self._environments[name] = open_environment(name)
        each.missing = self._environments[name].missing
        done = self._own(each.system) / "stored"
        if each.system.store is None or each.missing or done.exists():
            return
        print(f"{each.system.name} writes its own store", flush=True)
        self._ask(each, "--store")
        if not each.missing:
            done.touch()

    def _round(self, each: Measured) -> None:
        answer = self._ask(each)
        if each.missing:
            print(f"  {each.system.name:32} missing: {each.missing}", flush=True)
            return
        each.rounds.append(statistics.median(answer["seconds"]))
        each.processors.append(statistics.median(answer["processors"]))
        each.versions = answer["versions"]
        if answer["matches"] is not None:
            each.matches = frozenset((symbol, day) for symbol, day in answer["matches"])
        print(f"  {each.system.name:32} {each.rounds[-1]:9.3f} s", flush=True)

    def _memory(self, each: Measured) -> None:
        peaks: list[float] = []
        self._ask(each, "--once", peaks=peaks)
        if not each.missing:
            each.megabytes = peaks[0]
            print(f"  {each.system.name:32} {each.megabytes:9.0f} MB", flush=True)

    def _ask(self, each: Measured, *flags: str, peaks: list[float] | None = None) -> dict[str, Any]:
        """Run the system in its interpreter; return its answer, or note why there is none."""
        python = self._environments[each.system.environment].python
        with tempfile.TemporaryDirectory(prefix="candlewick-bench-") as folder:
            answer = Path(folder) / "answer.json"
            places = ("--bars", self._bars, "--own", self._own(each.system), "--answer", answer)
            command = [
                str(part) for part in (python, "-m", "benchmarks.one_run", each.system.name, *places, *flags)
            ]
            with subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "PYTHONWARNINGS": "ignore"},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
            ) as program:
                peak = None if peaks is None else PeakMemory(program.pid)
                try:
                    said = program.communicate(timeout=LONGEST_RUN)[1]
                except subprocess.TimeoutExpired:
                    program.kill()
                    said = f"it took longer than {LONGEST_RUN:.0f} s"
                if peak is not None and peaks is not None:
                    peaks.append(peak.stop())
            if program.returncode or not answer.exists():
                each.missing, each.failed = f"it failed: {last_line(said)}", True
                return {}
            found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
            each.missing = found.get("missing", "")
            return found

    def _own(self, system: System) -> Path:
        # Systems of one module and one environment share what they keep: Candlewick its snapshot.
        name = getattr(system.prepare, "func", system.prepare).__module__.rpartition(".")[2]
        return self._cache / "own" / f"{name}-{zlib.crc32(str(self._bars).encode()):08x}"
