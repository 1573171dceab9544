"""Tries random texts on the language: whatever the text, it is refused in a FormulaError or it runs.

    python tools/random_formulas.py [--draws 100000] [--seed 1]

A quarter each are random characters, random words of the language, formulas with a few characters changed, and formulas
with other numbers. A text that is refused must say why, at places inside the text; any other must run over bars of
any length, and its canonical text must be the same formula. Exits with 1 at the first text that breaks a rule.
"""

from __future__ import annotations

import argparse
import random
import re
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from engine.errors import FormulaError
from engine.formula.compiler import compile_scan
from engine.formula.completion import language_names
from engine.formula.notes import notes
from engine.market.bars import Bars

NAMES = [entry.name for entry in language_names()]
SIGNS = [*"()[],.<>+-*/^%;:=\n ", ":=", "==", "!=", "<=", ">=", " and ", " or ", " not ", "&&", "||", "!"]
VALUES = ["0", "1", "2", "14", "0.5", "1e9", "-1", "'ema'", '"W"', '"SPY"', ":n", "x", "5_000", ".5", "1e999"]
FORMULAS = [note.example for note in notes().values()]
CHARACTERS = string.printable + "≥≤×−“”，（）\u00a0\u200bсｃ\x00é漢😀"
SLOWEST = 2.0  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=100_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    arguments = parser.parse_args()
    generator = random.Random(arguments.seed)
    bars = make_bars(arguments.seed)
    counts: Counter[str] = Counter()
    slowest, began = (0.0, ""), time.perf_counter()
    for text in texts(generator, arguments.draws):
        started = time.perf_counter()
        verdict = broken_rule(text, bars, counts)
        taken = time.perf_counter() - started
        slowest = max(slowest, (taken, text))
        if taken > SLOWEST:
            verdict = f"it took {taken:.1f} s"
        if verdict is not None:
            print(f"{text!r}: {verdict}", file=sys.stderr)
            return 1
    seconds = time.perf_counter() - began
    print(
        f"{arguments.draws:,} texts in {seconds:.0f} s: {counts['refused']:,} refused, {counts['ran']:,} ran."
    )
    print(f"The slowest took {1000 * slowest[0]:.0f} ms: {slowest[1]!r}")
    return 0


def texts(generator: random.Random, draws: int) -> Iterator[str]:
    kinds: tuple[Callable[[random.Random], str], ...] = (characters, words, changed, renumbered)
    for number in range(draws):
        yield kinds[number % len(kinds)](generator)


def characters(generator: random.Random) -> str:
    return "".join(generator.choices(CHARACTERS, k=generator.randrange(60)))


def words(generator: random.Random) -> str:
    pieces = [
        generator.choice(generator.choice((NAMES, SIGNS, SIGNS, VALUES)))
        for _ in range(generator.randrange(16))
    ]
    return generator.choice(("", " ")).join(pieces)


def changed(generator: random.Random) -> str:
    text = generator.choice((" and ", "\n or ", " ; ", "; x := ")).join(
        generator.choices(FORMULAS, k=generator.randrange(1, 3))
    )
    for _ in range(generator.randrange(5)):
        at = generator.randrange(len(text) + 1)
        cut = at + generator.choice((0, 0, 1, 3))
        text = (
            text[:at]
            + generator.choice((generator.choice(CHARACTERS), generator.choice(SIGNS), ""))
            + text[cut:]
        )
    return text


def renumbered(generator: random.Random) -> str:
    text = generator.choice((" and ", " or ", "\nand not ")).join(
        generator.choices(FORMULAS, k=generator.randrange(1, 4))
    )
    return re.sub(r"(?<![\w.])\d+", lambda _: str(generator.choice((1, 2, 3, 5, 14, 20, 50, 250))), text)


def broken_rule(text: str, bars: Bars, counts: Counter[str]) -> str | None:
    """Return which rule a text breaks, or None."""
    try:
        compiled = compile_scan(text, {}, {"n": 5})
    except FormulaError as error:
        counts["refused"] += 1
        if not error.problems or not all(problem.message for problem in error.problems):
            return "it was refused without saying why"
        inside = all(0 <= problem.start <= problem.end <= len(text) for problem in error.problems)
        return None if inside else "a problem lies outside the text"
    counts["ran"] += 1
    if compile_scan(compiled.canonical).hash != compiled.hash:
        return f"its canonical text is another formula: {compiled.canonical!r}"
    if compiled.plan.symbols or compiled.plan.ranks:
        return None  # these need a universe
    for size in (0, 1, 60):
        truth = compiled.evaluate(bars.take(slice(0, size))).truth
        if len(truth) != size or not np.isin(truth, (0, 1, 2)).all():
            return f"over {size} bars it gave {truth!r}"
    return None


def make_bars(seed: int, size: int = 60) -> Bars:
    generator = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(generator.normal(0.0, 0.02, size)))
    spread = close * np.abs(generator.normal(0.0, 0.01, size))
    volume = generator.integers(0, 1_000_000, size).astype(float)
    stamps = np.datetime64("2020-01-01", "us") + np.arange(size) * np.timedelta64(86_400_000_000, "us")
    return Bars("MADE", stamps, close - spread / 3, close + spread, close - spread, close, volume)


if __name__ == "__main__":
    raise SystemExit(main())
