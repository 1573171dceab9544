"""A plan: what planners make of trees, and what travels to the workers. Plain data that pickles and hashes.

Not here: how one is made (``planner``) or carried out (``evaluator``).
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.formula.frames import OWN, Frame
from engine.formula.functions import index

Constant = float | str


@dataclass(frozen=True, slots=True)
class Step:
    """One operation over earlier steps' results, on the bars of ``frame``.

    ``done`` are the steps whose results nobody needs afterwards.
    """

    operation: str
    inputs: tuple[int, ...]
    constants: tuple[Constant, ...]
    done: tuple[int, ...] = ()
    frame: int = OWN


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in an order in which they can run, which of them are the results, and the frames beyond the own bars."""

    steps: tuple[Step, ...]
    results: tuple[int, ...]
    frames: tuple[Frame, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are read, sorted."""
        found = {str(step.constants[0]) for step in self.steps if step.operation == "field"}
        for step in self.steps:
            if step.operation == "call":
                function = index.find(str(step.constants[0]))
                found |= set(function.implied) if function is not None else set()
        return tuple(sorted(found))

    @property
    def symbols(self) -> tuple[str, ...]:
        """The other symbols whose bars are read, sorted."""
        used = {self.frames[step.frame - 1] for step in self.steps if step.frame != OWN}
        return tuple(sorted({frame.name for frame in used if frame.kind == "sym"}))

    @property
    def timeframes(self) -> tuple[str, ...]:
        """The longer timeframes that are read, as in ``tf``, sorted."""
        return tuple(sorted({frame.name for frame in self.frames if frame.kind == "tf"}))

    @property
    def detectors(self) -> tuple[tuple[str, str, bool], ...]:
        """The names given to ``detector``, event or "" included, and whether the symbol's own bars are meant."""
        steps = [step for step in self.steps if step.operation == "detector"]
        return tuple(
            sorted({(str(step.constants[0]), str(step.constants[1]), step.frame == OWN) for step in steps})
        )

    @property
    def ranks(self) -> tuple[int, ...]:
        """The numbers of the ranks whose values must be given."""
        return tuple(int(step.constants[0]) for step in self.steps if step.operation == "csrank")
