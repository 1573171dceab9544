"""The reference's page on detectors, made from their declarations."""

from __future__ import annotations

import engine.detectors.shipped  # noqa: F401  fills the registry
from engine.detectors.base import Detector, detectors

_INTRODUCTION = """# Detectors

Those that come with the program; how to use them, and how to write your own, is in
[the guide](../guide/detectors.md). Every event is decided with the bars up to its own: `candlewick audit --detector`
checks that. *History* is how many bars there must be before an event is possible, *memory* how many bars before an
event can matter to it; both with the default values.
"""


def detectors_page() -> str:
    """Return the page."""
    return "\n".join([_INTRODUCTION, *(_section(detector) for detector in detectors)])


def _section(detector: Detector) -> str:
    declared = detector.declaration
    values = declared.settle({})
    memory = detector.memory(values)
    lines = [f"## {declared.name}", "", f"{declared.summary}.", ""]
    if declared.is_baseline:
        lines += ["A baseline: it has no parameters, so that it means the same in every result.", ""]
    if declared.variant_of is not None:
        lines += [f"A variant of [{declared.variant_of}](#{declared.variant_of}).", ""]
    lines += ["| event | |", "| --- | --- |"]
    lines += [f"| `{event}` | {meaning} |" for event, meaning in declared.events.items()]
    if declared.parameters:
        lines += ["", "| parameter | default | from | to | |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| `{each.name}` | {each.default:g} | {each.least:g} | {each.greatest:g} | {each.help} |"
            for each in declared.parameters
        ]
    remembered = "without limit" if memory is None else f"{memory:,}"
    lines += ["", f"History: {detector.history(values):,}. Memory: {remembered}.", ""]
    return "\n".join(lines)
