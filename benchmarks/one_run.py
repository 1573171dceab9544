"""One system in one fresh interpreter: ``python -m benchmarks.one_run NAME --bars … --own … --answer FILE``.

1. The system prepares itself: imports, workers, bars in memory, whatever its row says.
2. It scans once without a clock, unless that takes longer than ``SLOW`` seconds: then it counts.
3. It scans under the clock until ``ENOUGH`` seconds are up or five times, once at least.

The answer is a JSON file, because libraries print what they like. With ``--store`` the system writes its own store and
nothing else; with ``--once`` it does one scan for whoever watches its memory.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import time
from pathlib import Path
from typing import Any

from benchmarks.process_tree import processor_seconds
from benchmarks.system import NotYetError, Places, Prepared, System, all_systems

SLOW, ENOUGH, MOST = 10.0, 2.0, 5


def main() -> None:
    arguments = parsed()
    [system] = [each for each in all_systems() if each.name == arguments.name]
    places = Places(arguments.bars, arguments.own)
    places.own.mkdir(parents=True, exist_ok=True)
    try:
        answer = answer_of(system, places, arguments)
    except (ImportError, NotYetError) as error:
        answer = {"missing": str(error)}
    arguments.answer.write_text(json.dumps(answer), encoding="utf-8")


def answer_of(system: System, places: Places, arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.store:
        if system.store is not None:
            system.store(places)
        return {}
    prepared = system.prepare(places)
    try:
        if arguments.once:
            prepared.before()
            prepared.scan()
            return {}
        return {**clocked(prepared), "versions": versions(system)}
    finally:
        prepared.close()


def clocked(prepared: Prepared) -> dict[str, Any]:
    seconds: list[float] = []
    processors: list[float] = []
    is_warm = False
    while not seconds or (len(seconds) < MOST and sum(seconds) < ENOUGH):
        prepared.before()
        worked, began = processor_seconds(os.getpid()), time.perf_counter()
        result = prepared.scan()
        took = time.perf_counter() - began
        if not is_warm and took < SLOW:
            is_warm = True
            continue
        processors.append(processor_seconds(os.getpid()) - worked)
        seconds.append(took if prepared.seconds is None else prepared.seconds(result))
    matches = None if prepared.matches is None else sorted(prepared.matches(result))
    return {"seconds": seconds, "processors": processors, "matches": matches}


def versions(system: System) -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in system.packages}


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("name")
    parser.add_argument("--bars", type=Path, required=True)
    parser.add_argument("--own", type=Path, required=True)
    parser.add_argument("--answer", type=Path, required=True)
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--once", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
